// See blank_sheet.hpp.
#include "tracer/render/blank_sheet.hpp"

#include <algorithm>
#include <set>

namespace tracer {
namespace {

using Kind = Notation::Kind;

constexpr int formula_box = 24, value_box = 12, entry_box = 6;  // columns on a terminal

}  // namespace

Notation box_for(const Notation& value) {
  if (value.kind == Kind::matrix)
    return notation::matrix(
        value.rows, value.columns,
        std::vector<Notation>(value.children.size(), notation::blank(entry_box)));
  if (value.kind == Kind::elided)
    return notation::words(value.text.substr(0, value.text.find(',')) + ":",
                           {notation::blank(value_box)});
  return notation::blank(value_box);
}

namespace {

enum class Rule { stays, box };

void blank_out(Equation& equation, Rule rule) {
  equation.remarks.clear();
  equation.numbers.clear();
  if (rule == Rule::box) equation.rule = {{true, notation::blank(formula_box)}};
  if (equation.value.empty()) return;
  equation.value = {{true, box_for(equation.value.back().what)}};
}

void blank_out(std::vector<Equation>& equations, Rule rule) {
  for (Equation& equation : equations) blank_out(equation, rule);
}

class Sheet {
 public:
  Sheet(Derivation& derivation, const PageParts& parts) : derivation_(derivation), parts_(parts) {}

  void make() {
    for (DerivationStep& step : derivation_.steps) blank_out_step(step);
    derivation_.expectations.clear();
    derivation_.introduction = {what_to_do()};
  }

 private:
  void blank_out_step(DerivationStep& step) {
    for (Given& given : step.weights) {
      if (!to_be_found_.contains(given.name)) continue;
      given.value = {};
      blank_out(given.equation, Rule::stays);
    }
    forward_ = forward_ || !step.forward.empty();
    for (ForwardLine& line : step.forward) {
      line.value = {};
      // a line that is its own value, or a formula without numbers, has nothing to be filled in
      blank_out(line.equation, Rule::stays);
    }
    blank_out_pass(step);
    for (BackwardPass& pass : step.further) blank_out_pass(pass);
    update_ = update_ || !step.updates.empty();
    for (UpdateLine& line : step.updates) {
      if (to_be_found_.contains(line.name)) line.before = {};
      line.after = line.clipped = {};
      blank_out(line.working, Rule::stays);
      if (parts_.update) to_be_found_.insert(line.name);
    }
    blank_out(step.effect, Rule::stays);
    step.drift.clear();
    step.notes.clear();
  }

  void blank_out_pass(BackwardPass& pass) {
    backward_ = backward_ || !pass.gradients.empty();
    for (GradientLine& line : pass.gradients) {
      values_ = values_ || !line.value.empty();
      line.value = {};
      line.explanation.clear();
      paths_ = paths_ || !line.paths.empty();
      blank_out(line.paths, Rule::box);
      blank_out(line.equation, Rule::box);
    }
    blank_out(pass.chains, Rule::box);
    blank_out(pass.jacobians, Rule::box);
    pass.paths.clear();  // their products are the answers
    pass.checks.clear();
    blank_out(pass.second, Rule::box);
  }

  std::string what_to_do() const {
    std::string text = "To be filled in: every box.";
    if (parts_.forward && forward_) text += " Forward: the value of each line, from top to bottom.";
    if (parts_.backward && backward_) {
      text += " Backward: in the first box of a line the formula that the chain rule gives";
      text += values_ ? ", in the second its value." : ".";
      if (paths_) text += " Where paths meet, each has a line of its own before their sum.";
    }
    if (parts_.update && update_)
      text += " Update: the new value of each line, all of them from the gradients above.";
    return text;
  }

  Derivation& derivation_;
  const PageParts& parts_;
  std::set<std::string> to_be_found_;  // parameters that an update on the sheet gives
  bool forward_ = false, backward_ = false, values_ = false, paths_ = false, update_ = false;
};

}  // namespace

Derivation blank_sheet(Derivation derivation, const PageParts& parts) {
  Sheet(derivation, parts).make();
  return derivation;
}

}  // namespace tracer
