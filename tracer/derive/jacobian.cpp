#include "tracer/derive/jacobian.hpp"

#include "tracer/derive/formulas.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

bool is_vector(const Shape& shape) { return shape.rows.is_one() || shape.columns.is_one(); }

// σ′(z) of h = σ(z), an activation, where the rule does not have it as a word of its own already
std::optional<Notation> named_slope(const Graph& graph, NodeId line, NodeId value,
                                    const Symbol& slope) {
  const Symbol formula = line_formula(graph, line);
  if (formula.kind() != Symbol::Kind::apply || !formula.operation().is_entrywise ||
      formula.operation().hidden == nullptr || formula.operands().size() != 1)
    return std::nullopt;
  const Symbol& x = formula.operands()[0];
  if (x.kind() != Symbol::Kind::leaf || graph.node_of(x.stands_for()) != value) return std::nullopt;
  if (slope.kind() == Symbol::Kind::apply && slope.operation().slope_side != nullptr)
    return std::nullopt;
  Notation call = write(formula);
  if (call.kind != Notation::Kind::call) return std::nullopt;
  call.text += "′";
  return call;
}

}  // namespace

Notation LocalJacobian::written() const { return named ? *named : written_out(); }

Notation LocalJacobian::written_out() const {
  return between_numbers ? write(rule) : write(form.value());
}

bool LocalJacobian::is_identity() const {
  if (between_numbers) return rule.is_number(1);
  return form && form->size() == 1 && form->front().factors.empty() &&
         simplify(form->front().scalar).is_number(1);
}

LocalJacobian local_jacobian(const Rules& rules, const Path& path, NodeId value) {
  const Graph& graph = rules.graph();
  LocalJacobian made;
  made.line = path.line;
  made.value = value;
  made.rule = path.rule;
  const Shape& of = graph[value].shape;
  const bool from_one = path.line == rules.loss() && !rules.seeded();
  made.between_numbers = graph[path.line].shape.is_scalar() && of.is_scalar();
  if (made.between_numbers) {
    if (!path.local && !from_one)  // a seeded loss
      made.rule = simplify(substitute(path.rule, rules.adjoint(path.line).stands_for(), Symbol(1)));
    made.named = named_slope(graph, path.line, value, made.rule);
    return made;
  }
  if (!from_one) made.above = rules.adjoint(path.line);
  if (!is_vector(of) || !is_vector(graph[path.line].shape)) return made;
  if (from_one) {
    // the row that the gradient is
    const Symbol& x = made.rule;
    if (x.shape().is_scalar()) return made;  // one number in every entry
    const Symbol row = x.shape().rows.is_one() ? x : turned(x);
    made.form = LinearForm{{Symbol(1), {{row}}}};
    return made;
  }
  if (auto form = linear_form(path.rule, made.above->stands_for())) made.form = transposed(*form);
  if (made.form && made.form->size() == 1) {
    const LinearTerm& term = made.form->front();
    if (term.factors.size() == 1 && term.factors[0].diagonal) {
      if (auto slope = named_slope(graph, path.line, value, term.factors[0].of))
        made.named = notation::call("diag", {*slope});
    }
  }
  return made;
}

Array<Exact> sent_back(const LocalJacobian& jacobian, const Array<Exact>& above, const Graph& graph,
                       const std::function<Array<Exact>(const Symbol&)>& of, Working working) {
  Array<Exact> sent = evaluate(
      jacobian.rule,
      [&](const Symbol& leaf) -> Array<Exact> {
        const bool is_above = jacobian.above && leaf.stands_for() == jacobian.above->stands_for();
        return is_above ? above : of(leaf);
      },
      working);
  if (!jacobian.above)
    for (Eigen::Index k = 0; k < sent.size(); ++k) sent(k) *= above(0, 0);
  return in_shape(std::move(sent), graph[jacobian.value].shape);
}

Array<Exact> jacobian_entries(const LocalJacobian& jacobian, const Graph& graph,
                              const std::function<Array<Exact>(const Symbol&)>& of,
                              Working working) {
  const Shape& line = graph[jacobian.line].shape;
  const auto rows = static_cast<Eigen::Index>(line.count());
  const auto columns = static_cast<Eigen::Index>(graph[jacobian.value].shape.count());
  Array<Exact> made(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i) {
    Array<Exact> unit = Array<Exact>::Constant(line.rows.count, line.columns.count, Exact(0));
    unit.reshaped<Eigen::RowMajor>()(i) = Exact(1);
    const Array<Exact> sent = sent_back(jacobian, unit, graph, of, working);
    for (Eigen::Index j = 0; j < columns; ++j) made(i, j) = sent.reshaped<Eigen::RowMajor>()(j);
  }
  return made;
}

}  // namespace tracer
