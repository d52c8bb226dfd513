#pragma once

#include "tracer/op/identity_matrix.hpp"

namespace tracer::op {

/// y = Σ a[i,i], of a square matrix        Ā = ȳ I
struct Trace {
  static auto forward(const auto& x) { return sum<Over::all>(x * identity_like(x)); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{broadcast<Over::all>(y_bar, x) * identity_like(x)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    require_square("trace", x[0]);
    return scalar_shape;
  }

  static constexpr std::string_view name = "trace";
  static constexpr bool quadratic = true;
  static constexpr Reference reference{"the sum of the diagonal of a square matrix",
                                       "n×n; a scalar", "I", "none", "numpy.trace"};
};

}  // namespace tracer::op
