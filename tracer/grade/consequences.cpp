#include "tracer/grade/consequences.hpp"

#include <algorithm>

#include "tracer/derive/formulas.hpp"
#include "tracer/grade/wrong_update.hpp"
#include "tracer/run/clipping.hpp"

namespace tracer {
namespace {

using Kind = PageLine::Kind;

PageLine gradient_of(int step, const std::string& name) { return {step, Kind::gradient, name, ""}; }

}  // namespace

Consequences::Consequences(PageWorking& working, const std::set<PageLine>& written,
                           const PageLine& from)
    : working_(working), written_(written), from_(from) {
  for (const PageLine& line : working.pages().order) {
    const bool computed = line.kind == Kind::gradient || line.kind == Kind::update;
    if (!computed || line.step != from.step || line == from) continue;
    const std::vector<PageLine>& uses = working.lesson().uses(line);
    if (std::ranges::any_of(uses, [&](const PageLine& used) { return passes_on(used); }))
      behind_.insert(line);
  }
}

void Consequences::suppose(Array<Exact> value) {
  computed_.clear();
  computed_.emplace(from_, std::move(value));
}

const Array<Exact>& Consequences::of(const PageLine& line) {
  if (const auto found = computed_.find(line); found != computed_.end()) return found->second;
  Array<Exact> value = line.kind == Kind::update ? updated(line) : pulled_back(line);
  return computed_.emplace(line, std::move(value)).first->second;
}

bool Consequences::passes_on(const PageLine& line) const {
  return line == from_ || (behind_.contains(line) && !written_.contains(line));
}

// A line of the optimizer's working that is written stands as it is written too.
Array<Exact> Consequences::updated(const PageLine& line) {
  const PageLine parameter{line.step, Kind::update, line.name, ""};
  const WrongUpdate update(working_, parameter);
  LeafValues changed;
  Values gradients;
  for (const UpdateRecord& one : working_.record(line.step).updates) {
    const PageLine gradient = gradient_of(line.step, one.parameter);
    if (passes_on(gradient)) gradients.emplace(one.parameter, of(gradient));
  }
  if (const auto own = gradients.find(line.name); own != gradients.end())
    changed.emplace("g", own->second);
  if (const auto norm = update.norm_with(gradients); norm && !gradients.empty())
    changed.emplace(clipping::norm_key, *norm);
  for (const Optimizer::Line& one : update.record().lines) {
    const PageLine part{line.step, Kind::update, line.name, one.name};
    if (one.name.empty() || part == line) break;
    const Quantity& key = one.symbol.stands_for();
    if (part == from_)
      changed.insert_or_assign(key, of(part));
    else if (written_.contains(part))
      changed.insert_or_assign(key, update.record().leaves.at(key));
  }
  return update.lines_with(changed).at(line.part);
}

Array<Exact> Consequences::pulled_back(const PageLine& line) {
  const StepNumbers numbers = working_.numbers(line.step);
  return evaluate(
      working_.formula(line).value(),
      [&](const Symbol& leaf) {
        if (leaf.stands_for().kind == Quantity::adjoint) {
          const PageLine used = gradient_of(line.step, leaf.stands_for().name);
          if (passes_on(used)) return of(used);
        }
        return numbers.of(leaf);
      },
      working_.lesson().working());
}

}  // namespace tracer
