// Values moved about and left as they are: reshape, concat, slices A[i, j], and their adjoint,
// placing into zeros.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// Y = X read row by row into another shape (NumPy's order)      X̄ = Ȳ reshaped back
struct Reshape {
  static constexpr std::string_view name = "reshape";
  static constexpr std::string_view call = "reshape";
  static constexpr Law law = Law::reshape;
  static constexpr Reference reference{
      "reshape(x, rows, columns), read row by row; one of them may be -1",
      "m×n gives rows×columns with as many entries", "ȳ, reshaped back", "none",
      "numpy.reshape (order C)"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes& with);
  static auto forward(const auto& with, const auto& x) {
    return reshape(x, with.attributes.shape.rows.count, with.attributes.shape.columns.count);
  }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{reshape_like(y_bar, x)};
  }
};

/// Y = A above B (axis 0) or beside it (axis 1)        Ā, B̄ = the parts of Ȳ
template <int axis>
struct Concat {
  static constexpr std::string_view name = axis == 0 ? "concat" : "concat beside";
  static constexpr std::string_view call = "concat";
  static constexpr Law law = Law::concat;
  static constexpr int operands = 2;
  static constexpr Reference reference{"concat(a, b, axis=0): b below a; axis=1: b beside a",
                                       "the other side must be equal", "the parts of ȳ", "none",
                                       "numpy.concatenate"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes&);
  static auto forward(const auto& a, const auto& b) { return concat<axis>(a, b); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return std::tuple{first_part<axis>(y_bar, a), second_part<axis>(y_bar, a, b)};
  }
};

/// Y = the window of X that begins at (row, column), of the attributes' shape      X̄ = zeros with Ȳ
/// in that window
struct Slice {
  static constexpr std::string_view name = "slice";
  static constexpr std::string_view call = "";
  static constexpr Law law = Law::slice;
  static constexpr Reference reference{
      "A[i, j], A[i, :], A[a:b, c:d]; counted from 0, negative from the end", "the window's",
      "ȳ in the window, 0 elsewhere", "none", "numpy indexing"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes& with);
  static auto forward(const auto& with, const auto& x) {
    return window(x, with.attributes.row, with.attributes.column, with.attributes.shape.rows.count,
                  with.attributes.shape.columns.count);
  }
  static auto pullback(const auto& with, const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{place_like(y_bar, with.attributes.row, with.attributes.column, x)};
  }
  static Notation notation(std::span<const Operand> x, const Attributes& with);
};

/// Y = zeros of the attributes' shape with X at (row, column)       X̄ = that window of Ȳ
struct Place {
  static constexpr std::string_view name = "place";
  static constexpr std::string_view call = "";
  static constexpr Law law = Law::place;
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Shape shape(std::span<const Shape> x, const Attributes& with);
  static auto forward(const auto& with, const auto& x) {
    return place(x, with.attributes.row, with.attributes.column, with.attributes.shape.rows.count,
                 with.attributes.shape.columns.count);
  }
  static auto pullback(const auto& with, const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{window_like(y_bar, with.attributes.row, with.attributes.column, x)};
  }
  static Notation notation(std::span<const Operand> x, const Attributes& with);
};

}  // namespace tracer::op
