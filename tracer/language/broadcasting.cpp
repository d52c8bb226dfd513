// Fitting shapes to each other as NumPy does, with every repetition a node of its own, and what is
// said where they don't fit: with the lesson's names, their shapes, and what would fit.
#include <fmt/format.h>

#include "tracer/language/lines.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {

using namespace ast;

namespace {

constexpr std::size_t long_text = 40;  // code points; longer operands are not repeated in a message

std::optional<Size> common_size(const Size& a, const Size& b) {
  if (a == b) return a.name.empty() ? b : a;  // a name is kept: the m of a batch
  if (a.is_one()) return b;
  if (b.is_one()) return a;
  return std::nullopt;
}

Shape transposed(const Shape& shape) { return {shape.columns, shape.rows}; }

}  // namespace

std::optional<Shape> LineBuilder::common_shape(const Shape& a, const Shape& b) {
  const auto rows = common_size(a.rows, b.rows);
  const auto columns = common_size(a.columns, b.columns);
  if (!rows || !columns) return std::nullopt;
  return Shape{*rows, *columns};
}

NodeId LineBuilder::broadcast(NodeId x, const Shape& to, Span at) {
  const Shape& from = shape(x);
  if (from == to) return x;
  const bool is_row = from.rows.is_one() && from.columns == to.columns;
  const int axis = from.is_scalar() ? -1 : is_row ? 0 : 1;
  return apply(operation_for(Law::broadcast, axis), {x}, at, {.shape = to});
}

LineBuilder::Value LineBuilder::entrywise(const Operation& operation, Value a, ExprId a_id, Value b,
                                          ExprId b_id, Span at, std::string_view verb) {
  const NodeId left = node(a, span(a_id));
  const NodeId right = node(b, span(b_id));
  const std::optional<Shape> common = common_shape(shape(left), shape(right));
  if (!common) {
    throw BadStatement{
        at,
        fmt::format("{} and {} can't be {}", described(a_id, shape(left), "the left side"),
                    described(b_id, shape(right), "the right side"), verb),
        entrywise_remedy(verb, a_id, shape(left), b_id, shape(right))};
  }
  remark_on_flat(a_id, left, shape(right));
  remark_on_flat(b_id, right, shape(left));
  const NodeId wide_left = broadcast(left, *common, span(a_id));
  const NodeId wide_right = broadcast(right, *common, span(b_id));
  return {apply(operation, {wide_left, wide_right}, at)};
}

// NumPy adds a flat list to each row. Here it is a column; where both would fit a square, one
// should know.
void LineBuilder::remark_on_flat(ExprId id, NodeId x, const Shape& other) {
  const Shape& of = shape(x);
  const bool both_fit =
      of.columns.is_one() && !of.rows.is_one() && other.rows == of.rows && other.columns == of.rows;
  if (!is_flat(id) || names_.rows || !both_fit || !remarked_.insert(id).second) return;
  const std::string name = names_.text(id);
  diagnostics_.remark(
      span(id),
      fmt::format("{} is a flat list, read as a column: it goes to each column of the {} matrix",
                  name, to_string(other)),
      fmt::format("NumPy would read a row, which fits too; for that write {}.T", name));
}

// Two columns, or two rows, of the same size: NumPy has one product of two such flat arrays.
bool LineBuilder::are_two_vectors(NodeId a, NodeId b) const {
  const Shape& of = shape(a);
  return of == shape(b) && !of.is_scalar() && (of.columns.is_one() || of.rows.is_one());
}

NodeId LineBuilder::inner_product(NodeId a, NodeId b, Span at) {
  const bool columns = shape(a).columns.is_one();
  const NodeId turned = apply(operation_for(Law::transpose), {columns ? a : b}, at);
  return apply(operation_for(Law::matmul), {columns ? turned : a, columns ? b : turned}, at);
}

NodeId LineBuilder::matmul(NodeId a, ExprId a_id, NodeId b, ExprId b_id, Span at) {
  if (are_two_vectors(a, b) && is_flat(a_id) && is_flat(b_id)) {
    if (remarked_.insert(a_id).second) {
      const std::string left = names_.text(a_id), right = names_.text(b_id);
      diagnostics_.remark(
          at,
          fmt::format("{} and {} are flat lists: their product is the inner one, as in NumPy", left,
                      right),
          names_.rows ? fmt::format("as matrices it is {} @ {}.T", left, right)
                      : fmt::format("as matrices it is {}.T @ {}", left, right));
    }
    return inner_product(a, b, at);
  }
  if (!(shape(a).columns == shape(b).rows)) fail_matmul(a_id, shape(a), b_id, shape(b), at);
  return apply(operation_for(Law::matmul), {a, b}, at);
}

// X of `data X = [[1, 2], [3, 4], [5, 6]]`, times what fits those rows: samples lie in columns, and
// here they were written as rows.
bool LineBuilder::has_samples_in_rows(ExprId id, const Shape& right) const {
  const auto* name = names_.as<Name>(id);
  const Definition* definition = name != nullptr ? names_.definition(name->text) : nullptr;
  return definition != nullptr && definition->kind == Definition::Kind::samples && !names_.rows &&
         program_.data && right.rows.count == program_.data->count;
}

void LineBuilder::fail_matmul(ExprId a_id, const Shape& a, ExprId b_id, const Shape& b,
                              Span at) const {
  const std::string left = factor_text(a_id);
  const std::string right = factor_text(b_id);
  std::string remedy;
  if (left.empty() || right.empty()) {
    remedy = "name the two sides on lines of their own";
  } else if (a.is_scalar() || b.is_scalar()) {
    remedy = fmt::format("to multiply by a number write {} * {}", left, right);
  } else if (a == b && (a.columns.is_one() || a.rows.is_one())) {
    remedy =
        fmt::format("for the inner product write {0}{2} @ {1}{3}; entry by entry it is {0} * {1}",
                    left, right, a.columns.is_one() ? ".T" : "", a.columns.is_one() ? "" : ".T");
  } else if (!(a.rows == b.rows) && has_samples_in_rows(a_id, b)) {
    remedy = "where each row is a sample write samples=\"rows\" at the end of the data line";
  } else if (a.columns.is_one() && b.columns.is_one()) {
    remedy = fmt::format("an inner product takes two of the same size; the outer one is {} @ {}.T",
                         left, right);
  } else if (a.columns == b.columns) {
    remedy = fmt::format("{} @ {}.T would fit", left, right);
    if (a == b)
      remedy += fmt::format("; for the product entry by entry write {} * {}", left, right);
  } else if (a.rows == b.rows) {
    remedy = fmt::format("{}.T @ {} would fit", left, right);
  } else if (b.columns == a.rows) {
    remedy = fmt::format("{} @ {} would fit", right, left);
  }
  const auto counted = [](const Size& size, std::string_view what) {
    return fmt::format("{} {}{}", to_string(size), what, size.is_one() ? "" : "s");
  };
  throw BadStatement{
      at,
      fmt::format("{} and {} can't be multiplied as matrices: {} against {}",
                  described(a_id, a, "the left side"), described(b_id, b, "the right side"),
                  counted(a.columns, "column"), counted(b.rows, "row")),
      std::move(remedy)};
}

std::string LineBuilder::entrywise_remedy(std::string_view verb, ExprId a_id, const Shape& a,
                                          ExprId b_id, const Shape& b) const {
  const std::string left = factor_text(a_id);
  const std::string right = factor_text(b_id);
  if (left.empty() || right.empty()) return "";
  if (verb.starts_with("multiplied")) {
    if (a.columns == b.rows)
      return fmt::format("for the matrix product write {} @ {}", left, right);
    if (b.columns == a.rows)
      return fmt::format("for the matrix product write {} @ {}", right, left);
  }
  // a vector that lies the wrong way is meant to be turned, rather than the matrix
  const bool b_fits = common_shape(a, transposed(b)).has_value();
  const bool a_fits = common_shape(transposed(a), b).has_value();
  const bool a_is_vector = a.rows.is_one() || a.columns.is_one();
  if (a_fits && (a_is_vector || !b_fits))
    return fmt::format("{}.T ({}) would fit", left, to_string(transposed(a)));
  if (b_fits) return fmt::format("{}.T ({}) would fit", right, to_string(transposed(b)));
  if (verb.starts_with("multiplied")) {
    if (a.columns == b.columns)
      return fmt::format("the matrix product {} @ {}.T would fit", left, right);
    if (a.rows == b.rows) return fmt::format("the matrix product {}.T @ {} would fit", left, right);
  }
  return "";
}

// "W1 (20×784)"
std::string LineBuilder::described(ExprId id, const Shape& of, std::string_view otherwise) const {
  const std::string text = names_.text(id);
  return fmt::format("{} ({})", utf8::count(text) <= long_text ? text : std::string(otherwise),
                     to_string(of));
}

// As it can stand before .T and beside @: with brackets where it needs them. Empty where it is too
// long to repeat.
std::string LineBuilder::factor_text(ExprId id) const {
  std::string text = names_.text(id);
  if (utf8::count(text) > long_text) return "";
  const auto& is = names_.lesson.expr(id).is;
  const bool loose = std::holds_alternative<Binary>(is) || std::holds_alternative<Unary>(is);
  return loose && !text.starts_with('(') ? "(" + text + ")" : text;
}

}  // namespace tracer
