#pragma once

#include "tracer/op/room.hpp"
#include "tracer/op/sigmoid.hpp"

namespace tracer::op {

/// Softplus, a smooth relu, entry by entry.
///   y = ln(1 + eˣ)
///   x̄ = ȳ σ(x)
/// Source: Goodfellow, Bengio & Courville 2016, eq. 3.31 and 3.39.
struct Softplus {
  static auto forward(const auto& x) { return softplus(x); }
  static auto slope(const auto& x, const auto& /*y*/) { return sigmoid(x); }

  static constexpr std::string_view name = "softplus";
  static constexpr HiddenUnits hidden{.is_common = true};
  static constexpr Reference reference{"ln(1 + eˣ)", "any; the result has the same", "sigmoid(x)",
                                       "none", "torch.nn.Softplus (beta 1)"};
  static constexpr std::array samples{-3.0, -0.5, 0.0, 2.0};
};

}  // namespace tracer::op

namespace tracer {

template <op::Derived V>
V softplus(const V& x) {
  return op::derived<op::Softplus>(x);
}

}  // namespace tracer
