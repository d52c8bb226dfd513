// Edits of a line's formula: the same symbols that the page is written from, with something left
// out or another value put in, and then evaluated on the writer's own numbers.
//
//   ∂L/∂a1 = ∂L/∂z2 · w2      leave a factor out        ∂L/∂z2
//                             the updated w2            ∂L/∂z2 · w2'
//   z1 = w1·x + b1            leave a term out          w1·x
//                             turn a sign               w1·x − b1
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "tracer/derive/formulas.hpp"
#include "tracer/error.hpp"
#include "tracer/grade/slips.hpp"
#include "tracer/mistake/formula_mistakes.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

constexpr int most_terms = 60;            // in a longer formula nearly everything can be found
constexpr long long most_entries = 5000;  // of larger matrices nobody works a slip out by hand

bool is_small(const Symbol& formula) {
  long long entries = 0;
  substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
    entries += leaf.shape().count();
    return std::nullopt;
  });
  return formula.weight() <= most_terms && entries <= most_entries;
}

class FormulaSlips {
 public:
  FormulaSlips(PageWorking& working, const PageLine& line)
      : working_(working),
        line_(line),
        record_(working.record(line.step)),
        graph_(record_.batch->graph),
        id_(graph_.find(line.name)) {}

  std::vector<Hypothesis> all() {
    try_mistakes(Turn::paths);
    bool first = true;
    for (const Symbol& formula : formulas()) {
      if (!is_small(formula)) continue;
      try_edits(edited(formula, left_out));
      if (first) try_mistakes(Turn::slopes);
      first = false;
      try_edits(other_times_everywhere(formula));
      try_edits(edited(formula, [this](const Symbol& e) { return other_names(e); }), true);
    }
    return std::move(made_);
  }

  std::vector<Hypothesis> of_loss() {
    const Symbol formula = line_formula(graph_, id_);
    if (formula.weight() <= most_terms) try_edits(loss_mistakes(formula));
    return std::move(made_);
  }

  std::vector<Hypothesis> of_rules() {
    try_mistakes(Turn::rules);
    return std::move(made_);
  }

 private:
  // The formula of the line, in named values; where several paths meet, also with one left out.
  std::vector<Symbol> formulas() {
    if (line_.kind == PageLine::Kind::value) {
      const Symbol formula = line_formula(graph_, id_);
      const bool composite =
          formula.kind() == Symbol::Kind::apply && formula.operation().expansion != nullptr;
      if (!composite || !formula.shape().is_scalar()) return {formula};
      return {simplify(formula.operation().expansion(formula.attributes(), formula.operands()))};
    }
    const Rules& rules = working_.lesson().rules(line_.step);
    const GradientRule* rule = rules.find(id_);
    if (rule == nullptr) return {};
    std::optional<Symbol> sum;
    for (const Path& path : rule->paths) {
      const Symbol term = simplify(rules.contribution(path));
      sum = sum ? *sum + term : term;
    }
    std::vector<Symbol> all{*sum};
    // a − y, as one who puts both steps together writes it
    if (const auto together = fused()) all.push_back(*together);
    return all;
  }

  std::optional<Symbol> fused() {
    const Rules& rules = working_.lesson().rules(line_.step);
    const GradientRule* rule = rules.find(id_);
    if (rule == nullptr) return std::nullopt;
    const auto fusion = two_steps_as_one(rules, working_.numbers(line_.step), *rule);
    return fusion ? std::optional(fusion->formula) : std::nullopt;
  }

  // What the mistakes of the backward pass (mistake/) make of the line.
  void try_mistakes(Turn turn) {
    if (line_.kind != PageLine::Kind::gradient) return;
    const auto together = turn == Turn::rules ? fused() : std::nullopt;
    try_edits(working_.lesson().mistakes(line_.step).of(id_, turn, together));
  }

  // A leaf of this formula that stands for a number from elsewhere.
  Symbol from_elsewhere(const Symbol& leaf, Array<Exact> value) {
    elsewhere_.push_back(std::move(value));
    return Symbol::leaf({Quantity::elsewhere, static_cast<int>(elsewhere_.size()) - 1},
                        leaf.display(), leaf.shape());
  }

  // The updated weight, an older one, another sample's x.
  std::vector<WrongFormula> other_times(const Symbol& e) {
    if (e.kind() != Symbol::Kind::leaf || e.stands_for().kind != Quantity::value) return {};
    const std::string& name = e.stands_for().name;
    const NodeId id = graph_.find(name);
    if (id < 0 || !graph_[id].is_leaf()) return {};
    const Array<Exact>& now = record_.values.at(id);
    std::vector<WrongFormula> all;
    const auto add = [&](const Array<Exact>& value, SheetWords words) {
      if (same_shape(value, now) && !same_numbers(value, now))
        all.push_back({std::move(words), from_elsewhere(e, value)});
    };
    if (graph_[id].leaf == LeafKind::parameter && record_.after.contains(name)) {
      const PageLine updated{line_.step, PageLine::Kind::update, name, ""};
      if (working_.comes_before(updated, line_)) add(record_.after.at(name), updated_weight(e));
      for (int step = 1; step < line_.step; ++step)
        add(working_.record(step).before.at(name), old_weight(e, step));
    } else if (graph_[id].leaf == LeafKind::data) {
      // in the step after the last one, too: that sample lies there too
      for (const StepRecord& other : working_.pages().steps) {
        const NodeId there = other.batch->graph.find(name);
        if (other.step == line_.step || there < 0) continue;
        const bool sample = other.samples.size() == 1;
        add(other.values.at(there), of_another_sample(e, sample ? "sample" : "step",
                                                      sample ? other.samples.front() : other.step));
      }
    }
    return all;
  }

  // Whoever takes the number of another time takes it wherever the name stands.
  std::vector<WrongFormula> other_times_everywhere(const Symbol& formula) {
    std::map<Quantity, Symbol> leaves;
    substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
      leaves.emplace(leaf.stands_for(), leaf);
      return std::nullopt;
    });
    std::vector<WrongFormula> all;
    for (const auto& [what, leaf] : leaves) {
      for (WrongFormula& edit : other_times(leaf)) {
        edit.formula = substitute(formula, what, edit.formula);
        all.push_back(std::move(edit));
      }
    }
    return all;
  }

  // Another value, or another gradient, of the same step in place of this one.
  std::vector<WrongFormula> other_names(const Symbol& e) {
    if (e.kind() != Symbol::Kind::leaf) return {};
    const bool gradient = e.stands_for().kind == Quantity::adjoint;
    const NodeId id = graph_.node_of(e.stands_for());
    const auto& all_values = gradient ? record_.adjoints : record_.values;
    if (id < 0 || !all_values.contains(id)) return {};
    const Array<Exact>& now = all_values.at(id);
    std::vector<WrongFormula> all;
    for (const auto& [other, value] : all_values) {
      const Node& node = graph_[other];
      const bool meant =
          other != id && node.leaf != LeafKind::constant && (gradient || other != id_);
      if (!meant || !same_shape(value, now) || same_numbers(value, now) ||
          !is_at_hand(node, gradient))
        continue;
      const Notation name =
          gradient ? working_.lesson().rules(line_.step).partial(other) : display_of(node);
      all.push_back({another_value(name, e), from_elsewhere(e, value)});
    }
    return all;
  }

  bool is_at_hand(const Node& node, bool gradient) {
    if (node.is_leaf() && !gradient) return true;
    return working_.comes_before(
        {line_.step, gradient ? PageLine::Kind::gradient : PageLine::Kind::value, node.name, ""},
        line_);
  }

  void try_edits(std::vector<WrongFormula> edits, bool weak = false) {
    const StepNumbers numbers = working_.numbers(line_.step);
    const Array<Exact>& right = working_.pages().computed.at(line_);
    for (WrongFormula& edit : edits) {
      auto gives = value_or_none([&] {
        return evaluate(
            edit.formula,
            [&](const Symbol& leaf) {
              const Quantity& what = leaf.stands_for();
              return what.kind == Quantity::elsewhere
                         ? elsewhere_[static_cast<std::size_t>(what.number)]
                         : numbers.of(leaf);
            },
            working_.lesson().working());
      });
      if (!gives) continue;  // nobody wrote it
      if (gives->size() == 1 && right.size() != 1)
        gives = Array<Exact>::Constant(right.rows(), right.cols(), Exact((*gives)(0, 0)));
      Slip slip{std::move(edit.words)};
      slip.weak = weak;
      const bool weight = slip.kind == "old weight" || slip.kind == "updated weight";
      made_.push_back({std::move(slip), std::move(*gives), weight});
    }
  }

  PageWorking& working_;
  const PageLine& line_;
  const StepRecord& record_;
  const Graph& graph_;
  NodeId id_;
  std::vector<Array<Exact>> elsewhere_;
  std::vector<Hypothesis> made_;
};

}  // namespace

std::vector<Hypothesis> formula_slips(PageWorking& working, const Answer& answer) {
  const bool has_formula =
      answer.line.kind == PageLine::Kind::value || answer.line.kind == PageLine::Kind::gradient;
  return has_formula ? FormulaSlips(working, answer.line).all() : std::vector<Hypothesis>();
}

std::vector<Hypothesis> loss_slips(PageWorking& working, const Answer& answer) {
  if (answer.line.kind != PageLine::Kind::value) return {};
  return FormulaSlips(working, answer.line).of_loss();
}

std::vector<Hypothesis> slope_slips(PageWorking& working, const Answer& answer) {
  if (answer.line.kind != PageLine::Kind::gradient) return {};
  return FormulaSlips(working, answer.line).of_rules();
}

}  // namespace tracer
