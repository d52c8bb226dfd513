// Expressions to nodes of the graph. Numbers are folded as long as only numbers meet: 1/2*(z -
// y)**2 has one constant ½.
#include <fmt/format.h>

#include <algorithm>

#include "tracer/language/constants.hpp"
#include "tracer/language/functions.hpp"
#include "tracer/language/lines.hpp"

namespace tracer {

using namespace ast;

LineBuilder::Value LineBuilder::evaluate(ExprId id) {
  const Expr& e = names_.lesson.expr(id);
  if (const auto* number = std::get_if<Number>(&e.is)) return {-1, number->value};
  if (const auto* name = std::get_if<Name>(&e.is)) return named(name->text, e.span);
  if (const auto* u = std::get_if<Unary>(&e.is)) return unary(*u, e.span);
  if (const auto* b = std::get_if<Binary>(&e.is)) return binary(*b, e.span);
  if (const auto* a = std::get_if<Attribute>(&e.is)) {
    const std::optional<Size> size = count(id);
    return size ? count_value(*size) : attribute(*a, e.span);
  }
  if (std::holds_alternative<Index>(e.is)) return index(id);
  if (const auto* c = std::get_if<Call>(&e.is)) {
    return call({e.span, c->function, c->arguments, &c->keywords, false});
  }
  if (const auto* m = std::get_if<Method>(&e.is)) {
    std::vector<ExprId> arguments{m->object};
    arguments.insert(arguments.end(), m->arguments.begin(), m->arguments.end());
    return call({e.span, m->name, std::move(arguments), &m->keywords, true});
  }
  if (std::holds_alternative<List>(e.is)) return {constant_matrix(id)};
  if (std::holds_alternative<Tuple>(e.is)) {
    throw BadStatement{e.span, "a tuple has no value in a formula", "a list has: [1, 2]"};
  }
  if (std::holds_alternative<Slice>(e.is))
    throw BadStatement{e.span, "a range stands only inside A[...]"};
  throw BadStatement{e.span, fmt::format("{} has no value in a formula", names_.text(id)),
                     "numbers and names have"};
}

NodeId LineBuilder::constant_matrix(ExprId id) {
  for (const ExprId item : *items_of(names_, id)) {
    const auto* name = names_.as<Name>(item);
    if (name == nullptr || names_.constants.contains(name->text)) continue;
    names_.find(name->text, span(item));
    throw BadStatement{
        span(id),
        fmt::format("a list in a formula holds numbers, and {} is not a constant", name->text),
        "concat(a, b) puts one value below the other"};
  }
  Constant list = constant(names_, id);
  const NodeId made = built_.graph.constant(std::move(list.value));
  built_.places[made] = span(id);
  return made;
}

// The m of `param W: (m, n)`, which a formula may use as the number that it is.
std::optional<Size> LineBuilder::dimension(const std::string& name) const {
  for (const Statement& statement : names_.lesson.statements) {
    const auto* leaf = std::get_if<Leaf>(&statement);
    const auto of = leaf != nullptr ? program_.shapes.find(leaf->name.text) : program_.shapes.end();
    if (of == program_.shapes.end()) continue;
    for (const Size& side : {of->second.rows, of->second.columns})
      if (side.name == name) return side;
  }
  return std::nullopt;
}

LineBuilder::Value LineBuilder::named(const std::string& name, Span at) {
  if (!names_.defines(name)) {
    if (const auto size = dimension(name)) return count_value(*size);
    if (const Operation* constant = constant_called(name))
      return {apply(*constant, {node({-1, Rational(1)}, at)}, at)};
  }
  names_.find(name, at);
  used_.insert(name);
  if (const auto found = nodes_.find(name); found != nodes_.end()) return {found->second};
  const auto constant = names_.constants.find(name);
  if (constant == names_.constants.end()) throw Broken{};
  const Array<Exact>& value = constant->second.value;
  const NodeId made = value.size() == 1 ? built_.graph.constant(value(0, 0).rational(), name)
                                        : built_.graph.constant(value, name);
  nodes_[name] = made;
  if (const Definition* definition = names_.definition(name))
    built_.places[made] = definition->span;
  return {made};
}

NodeId LineBuilder::node(const Value& value, Span at) {
  if (!value.literal) return value.node;
  const NodeId made = built_.graph.constant(*value.literal);
  built_.places[made] = at;
  return made;
}

NodeId LineBuilder::apply(const Operation& operation, std::vector<NodeId> operands, Span at,
                          Attributes with) {
  try {
    const NodeId made = built_.graph.apply(operation, std::move(operands), std::move(with));
    built_.places[made] = at;
    return made;
  } catch (const ShapeError& error) {
    throw BadStatement{at, error.what(), ""};
  }
}

LineBuilder::Value LineBuilder::unary(const Unary& u, Span at) {
  const Value x = evaluate(u.operand);
  return u.op == UnaryOperator::plus ? x : negated(x, at);
}

LineBuilder::Value LineBuilder::negated(const Value& x, Span at) {
  if (x.literal) return {-1, Rational(-*x.literal)};
  return {apply(operation_for(Law::negate), {x.node}, at)};
}

LineBuilder::Value LineBuilder::binary(const Binary& b, Span at) {
  const Value left = evaluate(b.left);
  const Value right = evaluate(b.right);
  if (b.op == BinaryOperator::matmul) {
    return {matmul(node(left, span(b.left)), b.left, node(right, span(b.right)), b.right, at)};
  }
  if (left.literal && right.literal) {
    if (auto folded = fold(b.op, *left.literal, *right.literal, at)) return {-1, std::move(folded)};
  }
  if (b.op == BinaryOperator::divide && right.literal && *right.literal == 0)
    throw BadStatement{at, "this divides by 0"};
  if (b.op == BinaryOperator::power && !left.literal && right.literal && *right.literal == 2) {
    const Node& base = built_.graph[left.node];
    if (!base.is_named() && !base.is_leaf() && base.operation->squared != nullptr)
      return {apply(base.operation->squared(), {base.operands[0]}, at)};
  }
  if (b.op == BinaryOperator::power && left.node >= 0 && !built_.graph[left.node].is_named() &&
      built_.graph[left.node].operation == constant_called("e"))  // e**x is exp(x)
    return {apply(*operations_called("exp")[0], {node(right, span(b.right))}, at)};
  static const std::map<BinaryOperator, std::pair<Law, std::string_view>> laws{
      {BinaryOperator::add, {Law::add, "added"}},
      {BinaryOperator::subtract, {Law::subtract, "subtracted"}},
      {BinaryOperator::multiply, {Law::multiply, "multiplied entry by entry"}},
      {BinaryOperator::divide, {Law::divide, "divided entry by entry"}},
      {BinaryOperator::power, {Law::power, "raised to a power entry by entry"}}};
  const auto found = laws.find(b.op);
  if (found == laws.end())
    return entrywise(comparison(b.op), left, b.left, right, b.right, at, "compared");
  const auto& [law, verb] = found->second;
  return entrywise(operation_for(law), left, b.left, right, b.right, at, verb);
}

const Operation& LineBuilder::comparison(BinaryOperator op) {
  static const std::map<BinaryOperator, std::string_view> calls{
      {BinaryOperator::less, "less"},       {BinaryOperator::at_most, "less_equal"},
      {BinaryOperator::greater, "greater"}, {BinaryOperator::at_least, "greater_equal"},
      {BinaryOperator::equal, "equal"},     {BinaryOperator::not_equal, "not_equal"}};
  return *operations_called(calls.at(op))[0];
}

LineBuilder::Value LineBuilder::attribute(const Attribute& a, Span at) {
  const std::string& name = a.name.text;
  if (name == "T") {
    const NodeId x = node(a.object);
    if (shape(x).is_scalar()) return {x};
    return {apply(operation_for(Law::transpose), {x}, at)};
  }
  if (name == "shape") {
    throw BadStatement{at, "a shape is two numbers, and a formula needs one",
                       fmt::format("write {0}.shape[0] for the rows, {0}.shape[1] for the columns",
                                   names_.text(a.object))};
  }
  if (name == "grad") {
    throw BadStatement{a.name.span, "gradients are worked out by themselves",
                       fmt::format("leave this line out; grad {} wrt {} asks for this one",
                                   usual_loss(names_.lesson, line_name_), names_.text(a.object))};
  }
  throw BadStatement{a.name.span, fmt::format("there is no .{} here", name),
                     "there are .T, .shape[0], .shape[1] and .size"};
}

// The count that X.shape[0], X.shape[1], X.size or len(X) is; nothing for anything else.
std::optional<Size> LineBuilder::count(ExprId id) {
  if (!is_count(names_.lesson, id)) return std::nullopt;
  const Expr& e = names_.lesson.expr(id);
  const auto known = [&](const Size& size) {
    if (!size.known())
      throw BadStatement{
          e.span, fmt::format("{} is {}, which has no number here", names_.text(id), size.name)};
  };
  if (const auto* at = std::get_if<Index>(&e.is)) {
    const ExprId object = std::get<Attribute>(names_.lesson.expr(at->object).is).object;
    const Shape of = shape(node(object));
    if (at->items.size() != 1)
      throw BadStatement{e.span, "a shape has one index: 0 for the rows, 1 for the columns"};
    const Rational which = number(names_, at->items[0]);
    if (which == 0 || which == -2) return of.rows;
    if (which == 1 || which == -1) return of.columns;
    throw BadStatement{span(at->items[0]), fmt::format("a shape has no entry {}", to_string(which)),
                       "everything is a matrix: 0 for the rows, 1 for the columns"};
  }
  if (const auto* call = std::get_if<Call>(&e.is)) {
    if (call->arguments.size() != 1) {
      throw BadStatement{e.span,
                         fmt::format("len takes 1 argument, got {}", call->arguments.size())};
    }
    const Shape of = shape(node(call->arguments[0]));
    return is_flat(call->arguments[0]) && of.rows.is_one() ? of.columns : of.rows;
  }
  const Shape of = shape(node(std::get<Attribute>(e.is).object));
  if (of.rows.is_one()) return of.columns;
  if (of.columns.is_one()) return of.rows;
  known(of.rows);
  known(of.columns);
  return Size{static_cast<int>(of.count()), ""};
}

// A count stands in formulas by its name where it has one: 1/m.
LineBuilder::Value LineBuilder::count_value(const Size& size) {
  if (size.name.empty()) return {-1, Rational(size.count)};
  const auto [place, added] = counts_.try_emplace(size.name, -1);
  if (added)
    place->second = size.known() ? built_.graph.constant(Rational(size.count), size.name)
                                 : built_.graph.size_constant(size);
  return {place->second};
}

// Whether it is a name that was written as a flat list.
bool LineBuilder::is_flat(ExprId id) const {
  const auto* name = names_.as<Name>(id);
  return name != nullptr && program_.flat.contains(name->text);
}

}  // namespace tracer
