// The forward half of a page: each named line, its formula, the numbers in it, its value, and a
// reason.
#include <algorithm>

#include <fmt/format.h>

#include "tracer/derive/page_parts.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

class Forward : PagePart {
 public:
  explicit Forward(const PageSource& source) : PagePart(source) {}

  void forward(DerivationStep& page) {
    for (const NodeId line : source_.batch.lines) {
      ForwardLine made;
      made.name = graph_[line].name;
      made.expression = source_.batch.texts.contains(line) ? source_.batch.texts.at(line) : "";
      for (const NodeId used : graph_.line_operands(line))
        if (graph_[used].is_named()) made.uses.push_back(graph_[used].name);
      if (!graph_[line].shape.is_scalar()) made.shape = to_string(graph_[line].shape);
      made.equation = forward_equation(line);
      if (numbers_.known()) made.value = show_.value(source_.record->values.at(line));
      page.forward.push_back(std::move(made));
    }
  }

  Equation forward_equation(NodeId line) {
    Equation equation;
    equation.left = rules_.display(line);
    const Symbol& formula = rules_.line(line);
    const bool composite =
        formula.kind() == Symbol::Kind::apply && formula.operation().expansion != nullptr;
    equation.rule.push_back({true, write_short(formula)});
    Symbol inner = formula;
    if (composite) {
      inner = formula.operation().expansion(formula.attributes(), formula.operands());
      const bool of_scalars = std::ranges::all_of(
          formula.operands(), [](const Symbol& x) { return x.shape().is_scalar(); });
      if (of_scalars) inner = simplify(inner);  // the sum over one entry is that entry
      if (!formula.operation().is_spelled && inner.weight() <= 40)
        equation.rule.push_back({true, write(inner)});
    }
    if (numbers_.known()) {
      const Loss* loss = formula.kind() == Symbol::Kind::apply ? formula.operation().loss : nullptr;
      if (loss != nullptr && !loss->picks.empty()) {
        add_picked_terms(equation, formula, std::string(loss->picks));
      } else if (!is_plain(simplify(formula)) && inner.weight() <= most_terms &&
                 !is_call_of_matrix(formula)) {
        add_numbers(equation,
                    numbers_.written(composite && formula.shape().is_scalar() ? inner : formula));
      }
      add_value(equation, source_.record->values.at(line),
                source_.record->rounded_values.contains(line));
      say_once(equation);
    } else if (inner.weight() <= most_terms) {
      add_numbers(equation, numbers_.partly_written(formula));
    }
    add_remarks(equation, forward_reasons(rules_, numbers_, line));
    if (!graph_[line].mean_of.empty()) {
      equation.remarks.push_back(
          fmt::format("the mean over the batch of m = {}: this is what is differentiated",
                      source_.batch.batch_size));
    }
    return equation;
  }

 private:
  // relu of a matrix says nothing more with the matrix printed again inside it
  static bool is_call_of_matrix(const Symbol& formula) {
    return formula.kind() == Symbol::Kind::apply && !formula.shape().is_scalar() &&
           is_call(formula.operation().law);
  }

  // −½(ln P[1,0] + ln P[0,1]): what the targets pick
  void add_picked_terms(Equation& equation, const Symbol& formula, const std::string& picks) const {
    const Symbol& p = formula.operands()[0];
    const Symbol& y = formula.operands()[1];
    if (!numbers_.samples_sum_to_one(y, formula.attributes().axis) ||
        p.kind() != Symbol::Kind::leaf || y.kind() != Symbol::Kind::leaf)
      return;
    const Array<Exact> targets = numbers_.of(y);
    std::vector<Notation> terms;
    const bool columns = formula.attributes().axis == 0;
    const Eigen::Index samples = columns ? targets.cols() : targets.rows();
    if (samples > 4) return;
    for (Eigen::Index k = 0; k < samples; ++k) {
      for (Eigen::Index i = 0; i < targets.size() / samples; ++i) {
        const Exact& target = columns ? targets(i, k) : targets(k, i);
        if (!target.is_rational() || (target.rational() != 0 && target.rational() != 1))
          return;  // no one-hot
        if (target.rational() == 0) continue;
        const std::string which = columns ? fmt::format("{},{}", i, k) : fmt::format("{},{}", k, i);
        terms.push_back(notation::call(picks, {notation::index(p.display(), which)}));
      }
    }
    Notation sum = notation::sum(std::move(terms));
    if (samples > 1) {
      sum = notation::product({notation::number(fmt::format("1/{}", samples)), std::move(sum)},
                              Notation::Product::juxtaposed);
    }
    equation.numbers.push_back({true, notation::negate(std::move(sum))});
  }
};

}  // namespace

void write_forward(const PageSource& source, DerivationStep& page) {
  Forward(source).forward(page);
}

Equation value_line(const PageContext& context, const StepRecord& record, NodeId line) {
  const PageSource source = source_of(context, record);
  return Forward(source).forward_equation(line);
}

}  // namespace tracer
