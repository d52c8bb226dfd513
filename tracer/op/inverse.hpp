#pragma once

#include "tracer/op/elimination.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// B = A⁻¹, of a square matrix        Ā = −Bᵀ·B̄·Bᵀ, since dB = −B·dA·B
/// Domain: not singular. Source: Giles 2008, §2.2.3.
struct Inverse {
  static void run(auto& y, const auto& x) {
    using S = typename std::decay_t<decltype(x)>::Scalar;
    on_workspace<S>(x.rows(), x.cols(), [&](Array<S>& a) {
      a = x;
      invert_into(y, a);
    });
  }
  static auto pullback(const Symbol& y_bar, const Symbol& y, const Symbol& /*x*/) {
    return std::tuple{-dot(transpose(y), dot(y_bar, transpose(y)))};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    require_square("inv", x[0]);
    return x[0];
  }

  static constexpr std::string_view name = "inv";
  static constexpr std::array<std::string_view, 1> other_names{"inverse"};
  static constexpr bool pullback_by_formula = true;
  static constexpr Reference reference{"A⁻¹ of a square matrix", "n×n gives n×n",
                                       "−Yᵀ·Ȳ·Yᵀ, Y = A⁻¹", "none", "Giles 2008, §2.2.3"};
  static constexpr std::array samples{-2.0, 0.5, 1.5, 3.0};

  static Notation notation(const Notation& x) { return notation::power(x, notation::number("-1")); }
};

}  // namespace tracer::op

namespace tracer {

inline Symbol inverse(const Symbol& x) { return op::apply<op::Inverse>(x); }

}  // namespace tracer
