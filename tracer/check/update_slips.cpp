// What goes wrong in an update, w ← w − lr·g: another gradient, another old value, another rate.
// The rule itself is the optimizer's own, run on what was put in by mistake.
#include <algorithm>

#include <fmt/format.h>

#include "tracer/check/slips.hpp"
#include "tracer/derive/evaluate.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

using notation::name;
using notation::words;

class Updates {
 public:
  Updates(PageWorking& working, const PageLine& line)
      : working_(working), line_(line), record_(*working.update(line)) {}

  const UpdateRecord& record() const { return record_; }
  const Array<Exact>& old_value() const { return record_.leaves.at("w"); }
  const Array<Exact>& gradient() const { return record_.leaves.at("g"); }

  // The parameter after its update, with these leaves in place of the right ones, and at this rate.
  Array<Exact> with(const Values& changed, const std::optional<Rational>& lr) const {
    const Optimizer& optimizer = *working_.lesson().run().optimizer();
    const Shape shape = working_.record(line_.step)
                            .batch->graph[working_.record(line_.step).batch->graph.find(line_.name)]
                            .shape;
    const std::vector<Optimizer::Line> lines =
        optimizer.lines(Symbol::leaf("w", name("w"), shape), Symbol::leaf("g", name("g"), shape),
                        line_.step, lr ? lr : working_.record(line_.step).lr);
    Values leaves = changed;
    for (const auto& [key, value] : record_.leaves) {
      const bool computed = std::ranges::any_of(
          lines, [&](const Optimizer::Line& one) { return one.symbol.key() == key; });
      if (!computed) leaves.try_emplace(key, value);
    }
    Array<Exact> value;
    for (const Optimizer::Line& one : lines) {
      value = evaluate(
          one.formula, [&](const Symbol& leaf) { return leaves.at(leaf.key()); },
          working_.lesson().working());
      if (value.size() == 1 && old_value().size() != 1)
        value = Array<Exact>::Constant(old_value().rows(), old_value().cols(), Exact(value(0, 0)));
      leaves.insert_or_assign(one.symbol.key(), value);
    }
    return value;
  }

 private:
  PageWorking& working_;
  const PageLine& line_;
  const UpdateRecord& record_;
};

bool same_shape(const Array<Exact>& a, const Array<Exact>& b) {
  return a.rows() == b.rows() && a.cols() == b.cols();
}

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
  void add(std::string kind, Phrase says, std::string hint, Array<Exact> gives) {
    made_.push_back(
        {{std::move(kind), std::move(says), std::move(hint), false, "", false}, std::move(gives)});
  }

  void other_gradients() {
    const StepRecord& record = working_.record(line_.step);
    for (const auto& [id, gradient] : record.adjoints) {
      const PageLine other{line_.step, PageLine::Kind::gradient, record.batch->graph[id].name, ""};
      if (other.name == line_.name || !same_shape(gradient, updates_.gradient())) continue;
      add("wrong gradient", {words("updated with"), working_.lesson().display(other)},
          "look at the gradient that it was updated with", updates_.with({{"g", gradient}}, {}));
    }
    for (int step = 1; working_.has(step); ++step) {
      const PageLine other{step, PageLine::Kind::gradient, line_.name, ""};
      const Array<Exact>* gradient = working_.pages().find(other);
      if (step == line_.step || gradient == nullptr || working_.comes_of(other, line_)) continue;
      add("another sample's",
          {words("updated with"), working_.lesson().display(other),
           words(fmt::format("of step {}", step))},
          "look at the gradient that it was updated with", updates_.with({{"g", *gradient}}, {}));
    }
  }

  void direction() {
    const Array<Exact>& w = updates_.old_value();
    const Array<Exact> turned = -updates_.gradient();
    add("not updated", {words("this is"), parameter_, words("before the update")},
        "it is the value before the update", w);
    add("gradient added",
        {words("the step was added and not subtracted: new = old − lr · gradient")},
        "look at the sign of the step", updates_.with({{"g", turned}}, {}));
    const Array<Exact> step = updates_.with({}, {}) - w;
    add("old value left out",
        {words("this is the step alone: the old"), parameter_, words("is missing")},
        "the update starts from the old value", step);
    add("old value left out",
        {words("this is the step alone: the old"), parameter_, words("is missing")},
        "the update starts from the old value", -step);
    if (updates_.record().lines.size() > 1 &&
        working_.lesson().run().optimizer()->help().name == "sgd") {
      const Exact lr(working_.lesson().run().optimizer()->number("lr"));
      const Array<Exact> plain = w - updates_.gradient() * lr;
      add("memory left out", {words("a plain step, without what is carried from the steps before")},
          "look at what is carried over from the step before", plain);
    }
  }

  void rates() {
    const std::optional<Rational>& scheduled = working_.record(line_.step).lr;
    const Rational lr = scheduled ? *scheduled : working_.lesson().run().optimizer()->number("lr");
    const std::string hint = "look at the learning rate";
    if (lr != 1)
      add("learning rate", {words("the learning rate was forgotten")}, hint,
          updates_.with({}, Rational(1)));
    for (const Rational& factor : {Rational(10), Rational(1, 10), Rational(100), Rational(1, 100),
                                   Rational(2), Rational(1, 2)}) {
      const Rational other = lr * factor;
      if (other == 1) continue;
      add("learning rate",
          {words(fmt::format("the learning rate {} was used, not {}", rate_text(other),
                             rate_text(lr)))},
          hint, updates_.with({}, other));
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
          "look at the value that the update starts from", updates_.with({{"w", w}}, {}));
    }
    for (const auto& [other, w] : working_.record(line_.step).before) {
      if (other == line_.name || !same_shape(w, updates_.old_value())) continue;
      add("old value", {words("it starts from"), name(other), words("and not from"), parameter_},
          "look at the value that the update starts from", updates_.with({{"w", w}}, {}));
    }
  }

  PageWorking& working_;
  const PageLine& line_;
  Updates updates_;
  Notation parameter_;
  std::vector<Hypothesis> made_;
};

bool is_update(PageWorking& working, const PageLine& line) {
  return line.kind == PageLine::Kind::update && line.part.empty() &&
         working.update(line) != nullptr;
}

// What he wrote of another line agrees with `given`.
bool wrote(PageWorking& working, const PageLine& line, const Array<Exact>& given) {
  const auto found = working.written().find(line);
  if (found == working.written().end()) return false;
  return std::ranges::all_of(found->second, [&](const AnswerEntry& entry) {
    return fit_of(given(entry.row, entry.column), *entry.number, working.sheet().precision) !=
           Agreement::no;
  });
}

}  // namespace

std::vector<Hypothesis> update_slips(PageWorking& working, const Answer& answer) {
  if (!is_update(working, answer.line)) return {};
  return UpdateSlips(working, answer.line).all();
}

std::vector<Hypothesis> swap_slips(PageWorking& working, const Answer& answer) {
  std::vector<Hypothesis> made;
  const PageLine& line = answer.line;
  const Array<Exact>& value = working.pages().computed.at(line);
  for (const auto& [other, written] : working.written()) {
    if (other.step != line.step || other.kind != line.kind || other == line ||
        other.part != line.part)
      continue;
    const Array<Exact>* there = working.pages().find(other);
    if (there == nullptr || !same_shape(*there, value)) continue;
    Notation name_there = working.lesson().display(other);
    const std::string hint = fmt::format("is it swapped with {}?", working.lesson().label(other));
    if (is_update(working, line) && is_update(working, other)) {
      const Updates here(working, line);
      const Updates elsewhere(working, other);
      const Array<Exact> gives = here.with({{"g", elsewhere.gradient()}}, {});
      if (!wrote(working, other, elsewhere.with({{"g", here.gradient()}}, {}))) continue;
      Slip slip{"swapped", {words("swapped with"), name_there, words(":")}, hint, false, "", false};
      if (gives.size() == 1) {
        slip.gives_said = true;
        slip.gives = in_its_place(gives(0, 0), answer.value.numbers[0], working.sheet().precision);
        const PageLine gradient{line.step, PageLine::Kind::gradient, other.name, ""};
        slip.says.push_back(working.lesson().display(gradient));
        slip.says.push_back(words("gives " + slip.gives));
      }
      made.push_back({std::move(slip), gives});
    }
    if (wrote(working, other, value))
      made.push_back(
          {{"swapped", {words("swapped with"), std::move(name_there)}, hint, false, "", false},
           *there});
  }
  return made;
}

}  // namespace tracer
