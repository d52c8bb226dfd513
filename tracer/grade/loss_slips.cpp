// Slips of the loss: the logarithm to base 10, a mean in place of a sum, another loss.
#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/grade/slips.hpp"
#include "tracer/op/log.hpp"
#include "tracer/op/square.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/op/xlogy.hpp"

namespace tracer {
namespace {

using notation::words;

/// Edits a part whose operands have been edited; nothing: it stays.
using EditOfPart = std::function<std::optional<Symbol>(const Symbol& part)>;

// The formula with every part edited, from the inside, composite operations written out.
Symbol edited_everywhere(const Symbol& e, const EditOfPart& edit) {
  if (e.kind() != Symbol::Kind::apply) return e;
  if (e.operation().expansion != nullptr)
    return edited_everywhere(e.operation().expansion(e.attributes(), e.operands()), edit);
  std::vector<Symbol> operands;
  for (const Symbol& operand : e.operands()) operands.push_back(edited_everywhere(operand, edit));
  const Symbol made = Symbol::apply(e.operation(), std::move(operands), e.attributes());
  return edit(made).value_or(made);
}

class LossSlips {
 public:
  LossSlips(PageWorking& working, const PageLine& line)
      : working_(working),
        line_(line),
        graph_(working.record(line.step).batch->graph),
        id_(graph_.find(line.name)) {}

  std::vector<Hypothesis> of_value() {
    constexpr int longest = 60;  // terms: in a longer formula nearly everything can be found
    const Symbol formula = line_formula(graph_, id_);
    if (formula.weight() > longest) return {};
    base_10(formula);
    sum_and_mean(formula);
    squared_error(formula);
    return std::move(made_);
  }

 private:
  void base_10(const Symbol& formula) {
    const Symbol any = Symbol::leaf("any", {});
    const Operation* const natural = &log(any).operation();
    const Operation* const times_natural = &xlogy(any, any).operation();
    bool changed = false;
    const Symbol edited = edited_everywhere(formula, [&](const Symbol& e) -> std::optional<Symbol> {
      if (&e.operation() != natural && &e.operation() != times_natural) return std::nullopt;
      changed = true;
      return e / log(Symbol(10));
    });
    if (changed)
      add(edited, slip("logarithm to base 10", {words("the logarithm to base 10 was taken for ln")},
                       "look at the logarithm"));
  }

  void sum_and_mean(const Symbol& formula) {
    bool summed = false;
    const Symbol sum = edited_everywhere(formula, [&](const Symbol& e) -> std::optional<Symbol> {
      const bool mean = e.is(Law::divide) && e.operands()[0].is(Law::sum) &&
                        e.operands()[1].kind() == Symbol::Kind::size;
      if (!mean) return std::nullopt;
      summed = true;
      return e.operands()[0];
    });
    const std::string hint = "is it the sum or the mean that is asked for?";
    if (summed)
      return add(sum, slip("sum for mean", {words("the sum was taken, not the mean")}, hint));
    bool averaged = false;
    const Symbol mean = edited_everywhere(formula, [&](const Symbol& e) -> std::optional<Symbol> {
      const long long one = e.shape().count();
      if (!e.is(Law::sum) || one == 0) return std::nullopt;
      averaged = true;
      return e / Symbol(Rational(e.operands()[0].shape().count() / one));
    });
    if (averaged) add(mean, slip("mean for sum", {words("the mean was taken, not the sum")}, hint));
  }

  // The error of regression where a cross-entropy is asked for.
  void squared_error(const Symbol& formula) {
    if (formula.kind() != Symbol::Kind::apply || formula.operation().output == nullptr) return;
    const Symbol squares = sum<Over::all>(square(formula.operands()[0] - formula.operands()[1]));
    const Rational entries = formula.operands()[0].shape().count();
    for (const Rational& share :
         {Rational(1), Rational(1, 2), Rational(1 / entries), Rational(1 / (2 * entries))}) {
      add(squares * Symbol(share),
          slip("squared error", {words("the squared error was taken, not the cross-entropy")},
               "which loss is asked for?"));
    }
  }

  void add(const Symbol& formula, Slip slip) {
    const Array<Exact>& right = working_.pages().computed.at(line_);
    try {
      Array<Exact> gives = working_.numbers(line_.step).evaluate(formula);
      if (gives.size() == 1 && right.size() != 1)
        gives = Array<Exact>::Constant(right.rows(), right.cols(), Exact(gives(0, 0)));
      made_.push_back({std::move(slip), std::move(gives)});
    } catch (const Error&) {
      return;  // it has no value that way: nobody wrote it
    } catch (const Undecided&) {
      return;
    }
  }

  PageWorking& working_;
  const PageLine& line_;
  const Graph& graph_;
  NodeId id_;
  std::vector<Hypothesis> made_;
};

}  // namespace

std::vector<Hypothesis> loss_slips(PageWorking& working, const Answer& answer) {
  if (answer.line.kind != PageLine::Kind::value) return {};
  return LossSlips(working, answer.line).of_value();
}

}  // namespace tracer
