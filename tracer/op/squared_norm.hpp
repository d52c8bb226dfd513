#pragma once

#include "tracer/op/matrices.hpp"
#include "tracer/op/power.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = ‖x‖² = Σ x², over all or along one side: a norm that is squared at once, without the root,
/// so that it stays rational and has no corner.
///   x̄ = 2 ȳ x
template <Over over>
struct SquaredNorm {
  static Symbol expansion(const Symbol& x) { return sum<over>(power(x, 2)); }
  static auto pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& x) {
    return std::tuple{2 * (broadcast<over>(y_bar, x) * x)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) { return reduced(over, x[0]); }
  static Notation notation(std::span<const Operand> x, const Attributes&) {
    static constexpr std::string_view norm =
        name_over(over, "norm", "norm of each column", "norm of each row");
    return notation::power(notation::call(std::string(norm), {x[0].notation}),
                           notation::number("2"));
  }

  static constexpr std::string_view name =
      name_over(over, "squared norm", "squared norm of each column", "squared norm of each row");
  static constexpr std::string_view call = "";
};

}  // namespace tracer::op
