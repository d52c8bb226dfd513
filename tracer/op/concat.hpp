#pragma once

#include <fmt/format.h>

#include "tracer/op/matrices.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// Y = A above B (axis 0) or beside it (axis 1)        Ā, B̄ = the parts of Ȳ
template <int side>
struct Concat {
  static constexpr int axis = side;

  static auto forward(const auto& a, const auto& b) { return concat<axis>(a, b); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return std::tuple{window_like(y_bar, 0, 0, a), second_part(y_bar, a, b, axis)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    const bool fits = axis == 0 ? x[0].columns == x[1].columns : x[0].rows == x[1].rows;
    if (!fits) {
      throw ShapeError(fmt::format("concat: {} and {} can't be put {}", to_string(x[0]),
                                   to_string(x[1]),
                                   axis == 0 ? "below each other" : "side by side"));
    }
    return axis == 0 ? Shape{together(x[0].rows, x[1].rows), x[0].columns}
                     : Shape{x[0].rows, together(x[0].columns, x[1].columns)};
  }
  /// m and n in a lesson without numbers: "(m + n)".
  static Size together(const Size& a, const Size& b) {
    if (a.known() && b.known()) return {a.count + b.count, ""};
    return {0, fmt::format("({} + {})", to_string(a), to_string(b))};
  }

  static constexpr std::string_view name = axis == 0 ? "concat" : "concat beside";
  static constexpr std::string_view call = "concat";
  static constexpr Law law = Law::concat;
  static constexpr std::array<std::string_view, 2> other_names{"concatenate", "cat"};
  static constexpr bool quadratic = true;
  static constexpr int operands = 2;
  static constexpr Reference reference{"concat(a, b, axis=0): b below a; axis=1: b beside a",
                                       "the other side must be equal", "the parts of ȳ", "none",
                                       "numpy.concatenate"};
};

}  // namespace tracer::op
