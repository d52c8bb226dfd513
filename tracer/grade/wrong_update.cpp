#include "tracer/grade/wrong_update.hpp"

#include <algorithm>
#include <iterator>

#include "tracer/derive/evaluate.hpp"
#include "tracer/run/clipping.hpp"

namespace tracer {

bool is_update(const PageWorking& working, const PageLine& line) {
  return line.kind == PageLine::Kind::update && line.part.empty() &&
         working.update(line) != nullptr;
}

WrongUpdate::WrongUpdate(PageWorking& working, const PageLine& line)
    : working_(working), line_(line), record_(*working.update(line)) {}

std::optional<Array<Exact>> WrongUpdate::norm_with(const Values& gradients) const {
  if (!record_.leaves.contains(clipping::norm_key)) return std::nullopt;
  const StepRecord& step = working_.record(line_.step);
  Exact squares = 0;
  for (const UpdateRecord& update : step.updates) {
    const auto other = gradients.find(update.parameter);
    const Array<Exact>& gradient = other == gradients.end() ? update.leaves.at("g") : other->second;
    squares += gradient.square().sum();
  }
  return Array<Exact>::Constant(1, 1, sqrt(squares));
}

Array<Exact> WrongUpdate::with(const LeafValues& changed, const std::optional<Rational>& lr) const {
  return lines_with(changed, lr).at("");
}

std::map<std::string, Array<Exact>> WrongUpdate::lines_with(
    const LeafValues& changed, const std::optional<Rational>& lr) const {
  const StepRecord& step = working_.record(line_.step);
  const Graph& graph = step.batch->graph;
  const Shape& shape = graph[graph.find(line_.name)].shape;
  std::vector<Optimizer::Line> lines(
      record_.lines.begin(), record_.lines.begin() + static_cast<std::ptrdiff_t>(record_.clipped));
  const Symbol g = lines.empty() ? Symbol::leaf("g", shape) : lines.back().symbol;
  std::ranges::move(working_.lesson().run().optimizer()->lines(Symbol::leaf("w", shape), g,
                                                               step.step, lr ? lr : step.lr),
                    std::back_inserter(lines));
  LeafValues leaves = changed;
  for (const auto& [key, value] : record_.leaves) {
    const bool computed = std::ranges::any_of(
        lines, [&](const Optimizer::Line& one) { return one.symbol.stands_for() == key; });
    if (!computed) leaves.try_emplace(key, value);
  }
  std::map<std::string, Array<Exact>> values;
  for (const Optimizer::Line& one : lines) {
    const auto given = changed.find(one.symbol.stands_for());
    if (!one.name.empty() && given != changed.end()) {
      values.insert_or_assign(one.name, given->second);
      continue;
    }
    Array<Exact> value = evaluate(
        one.formula, [&](const Symbol& leaf) { return leaves.at(leaf.stands_for()); },
        working_.lesson().working());
    if (value.size() == 1 && old_value().size() != 1)
      value = Array<Exact>::Constant(old_value().rows(), old_value().cols(), Exact(value(0, 0)));
    leaves.insert_or_assign(one.symbol.stands_for(), value);
    values.insert_or_assign(one.name, std::move(value));
  }
  return values;
}

}  // namespace tracer
