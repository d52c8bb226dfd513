// A[i, j], A[i], A[a:b, :], b[:, None]: windows of a matrix, counted from 0, from the end where
// negative.
#include <fmt/format.h>

#include <algorithm>

#include "tracer/language/constants.hpp"
#include "tracer/language/lines.hpp"

namespace tracer {

using namespace ast;

namespace {

struct Taken {
  int first = 0;
  Size taken;
};

Taken whole(const Size& side) { return {0, side}; }

// what an item of A[...] takes of a side
Taken taken_of(const Names& names, ExprId item, const Size& side, std::string_view one,
               std::string_view sides) {
  const Expr& e = names.lesson.expr(item);
  const auto at = [&](ExprId id) {
    const Rational value = number(names, id);
    if (denominator(value) != 1) {
      throw BadStatement{names.span(id),
                         fmt::format("an index must be a whole number, not {}", to_string(value))};
    }
    if (abs(value) > 1'000'000'000)
      throw BadStatement{names.span(id), "this index is out of all range"};
    const int i = value.convert_to<int>();
    return i < 0 ? i + side.count : i;
  };
  if (const auto* slice = std::get_if<Slice>(&e.is)) {
    if (slice->step)
      throw BadStatement{e.span, "a range with a step can't be taken",
                         "take whole ranges: A[a:b, c:d]"};
    if (!slice->begin && !slice->end) return whole(side);
    // as in Python a range is cut where the side ends
    const int begin = std::clamp(slice->begin ? at(*slice->begin) : 0, 0, side.count);
    const int end = std::clamp(slice->end ? at(*slice->end) : side.count, 0, side.count);
    if (begin >= end)
      throw BadStatement{e.span,
                         fmt::format("this range takes none of the {} {}", side.count, sides)};
    return {begin, {end - begin, ""}};
  }
  const int i = at(item);
  if (i < 0 || i >= side.count) {
    throw BadStatement{
        e.span,
        fmt::format("index {} is out of range: there {} {} {}", to_string(number(names, item)),
                    side.count == 1 ? "is" : "are", side.count, side.count == 1 ? one : sides),
        side.count == 1 ? "indices count from 0: the only one is 0"
                        : fmt::format("indices count from 0, the last is {}", side.count - 1)};
  }
  return {i, {1, ""}};
}

}  // namespace

LineBuilder::Value LineBuilder::index(ExprId id) {
  if (const std::optional<Size> size = count(id)) return count_value(*size);
  const auto& i = std::get<Index>(names_.lesson.expr(id).is);
  const Span at = span(id);
  const NodeId object = node(i.object);
  const Shape of = shape(object);
  for (const ExprId item : i.items) {
    if (names_.is<None>(item)) return new_axis(i, object, at);
  }
  if (!of.known()) {
    throw BadStatement{at,
                       fmt::format("{} is {}, and of a shape without numbers no entry can be taken",
                                   names_.text(i.object), to_string(of))};
  }
  if (i.items.size() > 2)
    throw BadStatement{at, fmt::format("a matrix has two indices, not {}", i.items.size())};
  Taken rows = whole(of.rows);
  Taken columns = whole(of.columns);
  if (i.items.size() == 2) {
    rows = taken_of(names_, i.items[0], of.rows, "row", "rows");
    columns = taken_of(names_, i.items[1], of.columns, "column", "columns");
  } else if (of.rows.is_one() && is_flat(i.object)) {
    columns = taken_of(names_, i.items[0], of.columns, "entry",
                       "entries");  // a list is one list, whichever way it lies
  } else {
    rows = taken_of(names_, i.items[0], of.rows, of.columns.is_one() ? "entry" : "row",
                    of.columns.is_one() ? "entries" : "rows");
  }
  const Shape window{rows.taken, columns.taken};
  if (window == of) return {object};
  const Attributes with{.shape = window, .row = rows.first, .column = columns.first};
  return {apply(operation_for(Law::slice), {object}, at, with)};
}

// b[:, None] makes a column of a vector, b[None, :] a row.
LineBuilder::Value LineBuilder::new_axis(const Index& i, NodeId object, Span at) {
  const auto is_none = [&](std::size_t k) { return names_.is<None>(i.items[k]); };
  const auto is_all = [&](std::size_t k) {
    const auto* slice = names_.as<Slice>(i.items[k]);
    return slice != nullptr && !slice->begin && !slice->end && !slice->step;
  };
  const Shape& of = shape(object);
  const bool vector = of.rows.is_one() || of.columns.is_one();
  if (i.items.size() != 2 || !vector || !((is_none(0) && is_all(1)) || (is_all(0) && is_none(1)))) {
    throw BadStatement{at, "None adds a side to a vector only: b[:, None] or b[None, :]"};
  }
  const bool to_row = is_none(0);
  const bool is_there = to_row ? of.rows.is_one() : of.columns.is_one();
  if (is_there) return {object};
  return {apply(operation_for(Law::transpose), {object}, at)};
}

}  // namespace tracer
