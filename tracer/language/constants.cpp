#include "tracer/language/constants.hpp"

#include <fmt/format.h>

#include "tracer/symbol/shape.hpp"

namespace tracer {
namespace {

using namespace ast;

constexpr double most_bits = 1e6;

[[noreturn]] void fail_too_long(Span span, std::string_view what) {
  throw BadStatement{span, fmt::format("this {} has more than a million bits", what),
                     "write a decimal such as 1e30 in its place"};
}

std::optional<Rational> folded_power(const Rational& a, const Rational& b, Span span) {
  const double bits = static_cast<double>(bit_size(a)) * abs(b).convert_to<double>();
  if (abs(a) != 1 && a != 0 && bits > most_bits) fail_too_long(span, "power");
  try {
    const Exact result = pow(Exact(a), Exact(b));
    if (!result.is_rational()) return std::nullopt;
    return result.rational();
  } catch (const DomainError&) {
    throw BadStatement{
        span, fmt::format("{} to the power {} has no value", to_string(a), to_string(b)), ""};
  }
}

[[noreturn]] void fail_not_a_number(const Names& names, ExprId id) {
  const Expr& e = names.lesson.expr(id);
  if (std::holds_alternative<List>(e.is) || std::holds_alternative<Tuple>(e.is)) {
    throw BadStatement{e.span, "a single number is wanted here, not a list"};
  }
  throw BadStatement{
      e.span, fmt::format("a number is wanted here, and {} is none", names.text(id)),
      "numbers, their arithmetic and let names are known beforehand; all else only when "
      "the lesson runs"};
}

Rational named_number(const Names& names, const std::string& name, Span span) {
  names.find(name, span);
  const auto found = names.constants.find(name);
  if (found == names.constants.end()) {
    throw BadStatement{span,
                       fmt::format("{} is not a constant, and a constant is wanted here", name),
                       "a constant is made with let: let n = 3"};
  }
  const Array<Exact>& value = found->second.value;
  if (value.size() != 1) {
    throw BadStatement{span, fmt::format("{} is {}, and a single number is wanted here", name,
                                         to_string(shape_of(value)))};
  }
  return value(0, 0).rational();
}

bool is_number_above(const Names& names, const std::string& name) {
  const auto found = names.constants.find(name);
  const Definition* definition = names.definition(name);
  return found != names.constants.end() && found->second.value.size() == 1 &&
         definition != nullptr &&
         (definition->kind == Definition::Kind::given || definition->statement < names.at);
}

bool is_conversion(std::string_view function) {
  return function == "float" || function == "int" || function == "float32" || function == "float64";
}

}  // namespace

std::optional<Rational> fold(BinaryOperator op, const Rational& a, const Rational& b, Span span) {
  std::optional<Rational> result;
  switch (op) {
    case BinaryOperator::add:
      result = a + b;
      break;
    case BinaryOperator::subtract:
      result = a - b;
      break;
    case BinaryOperator::multiply:
      result = a * b;
      break;
    case BinaryOperator::divide:
      if (b == 0) throw BadStatement{span, "this divides by 0"};
      result = a / b;
      break;
    case BinaryOperator::power:
      return folded_power(a, b, span);
    case BinaryOperator::matmul:
      break;
    case BinaryOperator::less:
      return Rational(a < b ? 1 : 0);
    case BinaryOperator::at_most:
      return Rational(a <= b ? 1 : 0);
    case BinaryOperator::greater:
      return Rational(a > b ? 1 : 0);
    case BinaryOperator::at_least:
      return Rational(a >= b ? 1 : 0);
    case BinaryOperator::equal:
      return Rational(a == b ? 1 : 0);
    case BinaryOperator::not_equal:
      return Rational(a != b ? 1 : 0);
  }
  // squared line after line, a number would double its digits each time
  if (result && static_cast<double>(bit_size(*result)) > most_bits) fail_too_long(span, "number");
  return result;
}

Rational number(const Names& names, ExprId id) {
  const Expr& e = names.lesson.expr(id);
  if (const auto* literal = std::get_if<Number>(&e.is)) return literal->value;
  if (const auto* name = std::get_if<Name>(&e.is)) return named_number(names, name->text, e.span);
  if (const auto* unary = std::get_if<Unary>(&e.is)) {
    const Rational x = number(names, unary->operand);
    return unary->op == UnaryOperator::minus ? -x : x;
  }
  if (names.count_of) {
    if (const auto count = names.count_of(id)) return *count;
  }
  if (const auto* binary = std::get_if<Binary>(&e.is);
      binary && binary->op != BinaryOperator::matmul) {
    const Rational a = number(names, binary->left);
    const Rational b = number(names, binary->right);
    if (const auto result = fold(binary->op, a, b, e.span)) return *result;
    throw BadStatement{
        e.span,
        fmt::format("{} is irrational, and a constant is a rational number", names.text(id)),
        "a line of its own can compute it, or write a decimal"};
  }
  if (const auto* call = std::get_if<Call>(&e.is);
      call && is_conversion(call->function.text) && call->arguments.size() == 1) {
    return number(names, call->arguments[0]);
  }
  fail_not_a_number(names, id);
}

int whole_number(const Names& names, ExprId id, std::string_view what, int least) {
  const Rational value = number(names, id);
  const Span span = names.span(id);
  if (denominator(value) != 1) {
    throw BadStatement{span,
                       fmt::format("{} must be a whole number, not {}", what, to_string(value))};
  }
  if (value < least)
    throw BadStatement{
        span, fmt::format("{} must be at least {}, not {}", what, least, to_string(value))};
  if (value > 1'000'000'000)
    throw BadStatement{span, fmt::format("{} must be at most a thousand million", what)};
  return value.convert_to<int>();
}

const std::vector<ExprId>* items_of(const Names& names, ExprId id) {
  const auto& is = names.lesson.expr(id).is;
  if (const auto* list = std::get_if<List>(&is)) return &list->items;
  if (const auto* tuple = std::get_if<Tuple>(&is)) return &tuple->items;
  return nullptr;
}

Array<Exact> flat_list(const std::vector<Rational>& entries, bool as_row) {
  const auto n = static_cast<Eigen::Index>(entries.size());
  Array<Exact> result(as_row ? 1 : n, as_row ? n : 1);
  for (Eigen::Index i = 0; i < n; ++i) result(i) = Exact(entries[static_cast<std::size_t>(i)]);
  return result;
}

Constant constant(const Names& names, ExprId id) {
  const Expr& e = names.lesson.expr(id);
  if (const auto* name = std::get_if<Name>(&e.is)) {
    names.find(name->text, e.span);
    const auto found = names.constants.find(name->text);
    if (found != names.constants.end()) return found->second;
  }
  const std::vector<ExprId>* rows = items_of(names, id);
  if (const auto* unary = std::get_if<Unary>(&e.is);
      rows == nullptr && unary && items_of(names, unary->operand)) {
    Constant inner = constant(names, unary->operand);
    if (unary->op == UnaryOperator::minus) inner.value = Array<Exact>(-inner.value);
    return inner;
  }
  if (rows == nullptr) return {Array<Exact>::Constant(1, 1, Exact(number(names, id))), false};
  if (rows->empty()) throw BadStatement{e.span, "an empty list has no value here"};
  if (items_of(names, rows->front()) == nullptr) {
    std::vector<Rational> entries;
    for (const ExprId item : *rows) {
      if (items_of(names, item) != nullptr) {
        throw BadStatement{
            names.span(item), "this list holds numbers and lists",
            "a matrix is a list of rows, [[1, 2], [3, 4]]; a vector a list of numbers, [1, 2]"};
      }
      entries.push_back(number(names, item));
    }
    return {flat_list(entries, names.rows), true};
  }
  const auto columns = items_of(names, rows->front())->size();
  Array<Exact> matrix(static_cast<Eigen::Index>(rows->size()), static_cast<Eigen::Index>(columns));
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const Span span = names.span((*rows)[i]);
    const std::vector<ExprId>* row = items_of(names, (*rows)[i]);
    if (row == nullptr) {
      throw BadStatement{
          span, "this list holds lists and numbers",
          "a matrix is a list of rows, [[1, 2], [3, 4]]; a vector a list of numbers, [1, 2]"};
    }
    if (row->empty()) throw BadStatement{span, "an empty list has no value here"};
    if (row->size() != columns) {
      throw BadStatement{
          span,
          fmt::format("row {} of this matrix has {} {}, and the rows above have {}", i, row->size(),
                      row->size() == 1 ? "entry" : "entries", columns),
          "every row needs as many entries (rows count from 0)"};
    }
    for (std::size_t j = 0; j < columns; ++j) {
      if (items_of(names, (*row)[j]) != nullptr) {
        throw BadStatement{names.span((*row)[j]),
                           "lists are nested three deep here, and a matrix has two sides",
                           "write a list of rows: [[1, 2], [3, 4]]"};
      }
      matrix(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
          Exact(number(names, (*row)[j]));
    }
  }
  return {std::move(matrix), false};
}

bool is_constant(const Names& names, ExprId id) {
  bool constant_so_far = true;
  for_each_part(names.lesson, id, [&](ExprId part) {
    const auto& is = names.lesson.expr(part).is;
    const auto* name = std::get_if<Name>(&is);
    const auto* binary = std::get_if<Binary>(&is);
    constant_so_far =
        constant_so_far && (std::holds_alternative<Number>(is) ||
                            std::holds_alternative<List>(is) || std::holds_alternative<Unary>(is) ||
                            (binary && binary->op != BinaryOperator::matmul &&
                             !items_of(names, binary->left) && !items_of(names, binary->right)) ||
                            (name && is_number_above(names, name->text)));
  });
  return constant_so_far;
}

}  // namespace tracer
