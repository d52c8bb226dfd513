// What goes wrong in an update, w ← w − lr·g: another gradient, another old value, another rate.
// The rule itself is the optimizer's own, run on what was put in by mistake.
#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "tracer/derive/formulas.hpp"
#include "tracer/grade/wrong_update.hpp"
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
        lines, [&key = key](const Optimizer::Line& one) { return one.symbol.stands_for() == key; });
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

namespace {

using notation::name;
using notation::words;

std::string rate_text(const Rational& lr) { return write_number(lr, true).text; }

class UpdateSlips {
 public:
  UpdateSlips(PageWorking& working, const PageLine& line)
      : working_(working), line_(line), updates_(working, line), parameter_(name(line.name)) {}

  std::vector<Hypothesis> all() {
    other_gradients();
    direction();
    rates();
    old_values();
    return std::move(made_);
  }

 private:
  void add(std::string kind, Phrase says, std::string hint, Array<Exact> gives,
           std::string habit = "") {
    made_.push_back({Slip{{std::move(kind), std::move(says), std::move(hint)}}, std::move(gives)});
    made_.back().slip.habit = std::move(habit);
  }

  void other_gradients() {
    const StepRecord& record = working_.record(line_.step);
    for (const auto& [id, gradient] : record.adjoints) {
      const PageLine other{line_.step, PageLine::Kind::gradient, record.batch->graph[id].name, ""};
      const Node& node = record.batch->graph[id];
      if (other.name == line_.name || id == record.batch->loss ||
          !same_shape(gradient, updates_.gradient()))
        continue;
      add("wrong gradient", {words("updated with"), working_.lesson().display(other)},
          "look at the gradient that it was updated with", updates_.with({{"g", gradient}}));
      made_.back().slip.weak = node.leaf != LeafKind::parameter;
    }
    for (int step = 1; working_.has(step); ++step) {
      const PageLine other{step, PageLine::Kind::gradient, line_.name, ""};
      const Array<Exact>* gradient = working_.pages().find(other);
      if (step == line_.step || gradient == nullptr || !working_.comes_before(other, line_))
        continue;
      add("another sample's",
          {words("updated with"), working_.lesson().display(other),
           words(fmt::format("of step {}", step))},
          "look at the gradient that it was updated with", updates_.with({{"g", *gradient}}));
    }
  }

  void direction() {
    const Array<Exact>& w = updates_.old_value();
    add("not updated", {words("this is"), parameter_, words("before the update")},
        "it is the value before the update", w, "not updated");
    add("gradient added",
        {words("the step was added and not subtracted: new = old − lr · gradient")},
        "look at the sign of the step", updates_.with({{"g", -updates_.gradient()}}), "added");
    const Array<Exact> step = updates_.with({}) - w;
    for (const bool turned : {false, true}) {
      add("old value left out",
          {words("this is the step alone: the old"), parameter_, words("is missing")},
          "the update starts from the old value", turned ? Array<Exact>(-step) : step,
          turned ? "step alone, turned" : "step alone");
    }
    if (updates_.record().lines.size() > 1 &&
        working_.lesson().run().optimizer()->help().name == "sgd") {
      const Exact lr(working_.lesson().run().optimizer()->number("lr"));
      const Array<Exact> plain = w - updates_.gradient() * lr;
      add("memory left out", {words("a plain step, without what is carried from the steps before")},
          "look at what is carried over from the step before", plain, "plain step");
    }
  }

  void rates() {
    const std::optional<Rational>& scheduled = working_.record(line_.step).lr;
    const Rational lr = scheduled ? *scheduled : working_.lesson().run().optimizer()->number("lr");
    const std::string hint = "look at the learning rate";
    if (lr != 1)
      add("learning rate", {words("the learning rate was forgotten")}, hint,
          updates_.with({}, Rational(1)), "rate 1");
    for (const Rational& factor : {Rational(10), Rational(1, 10), Rational(100), Rational(1, 100),
                                   Rational(2), Rational(1, 2)}) {
      const Rational other = lr * factor;
      if (other == 1) continue;
      add("learning rate",
          {words(fmt::format("the learning rate {} was used, not {}", rate_text(other),
                             rate_text(lr)))},
          hint, updates_.with({}, other), "rate " + rate_text(other));
    }
  }

  // Earlier values of the parameter, and other parameters, in place of the value before this
  // update.
  void old_values() {
    for (int step = 1; step < line_.step; ++step) {
      const Array<Exact>& w = working_.record(step).before.at(line_.name);
      add("old value",
          {words("it starts from"), parameter_,
           words(step == 1 ? "as given, not as it was by now"
                           : fmt::format("before step {}, not as it was by now", step))},
          "look at the value that the update starts from", updates_.with({{"w", w}}),
          fmt::format("old value of step {}", step));
    }
    for (const auto& [other, w] : working_.record(line_.step).before) {
      if (other == line_.name || !same_shape(w, updates_.old_value())) continue;
      add("old value", {words("it starts from"), name(other), words("and not from"), parameter_},
          "look at the value that the update starts from", updates_.with({{"w", w}}));
    }
  }

  PageWorking& working_;
  const PageLine& line_;
  WrongUpdate updates_;
  Notation parameter_;
  std::vector<Hypothesis> made_;
};

}  // namespace

std::vector<Hypothesis> update_slips(PageWorking& working, const Answer& answer) {
  if (!is_update(working, answer.line)) return {};
  return UpdateSlips(working, answer.line).all();
}

}  // namespace tracer
