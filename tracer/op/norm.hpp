#pragma once

#include "tracer/op/matrices.hpp"
#include "tracer/op/power.hpp"
#include "tracer/op/ratio.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/sqrt.hpp"
#include "tracer/op/squared_norm.hpp"

namespace tracer::op {

/// y = √Σ x², over all or along one side
///   x̄ = ȳ x/y, and 0 where y is 0 (PyTorch's choice)
template <Over over>
struct Norm {
  static Symbol expansion(const Symbol& x) { return sqrt(sum<over>(power(x, 2))); }
  static void corner(auto& c, const auto& x) { c = broadcast<over>(sum<over>(x * x), x); }
  static auto pullback(const Symbol& y_bar, const Symbol& y, const Symbol& x) {
    return std::tuple{broadcast<over>(y_bar, x) * ratio(x, broadcast<over>(y, x))};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) { return reduced(over, x[0]); }

  static const Operation& squared() { return operation<SquaredNorm<over>>(); }

  static constexpr std::string_view name =
      name_over(over, "norm", "norm of each column", "norm of each row");
  static constexpr std::string_view call = "norm";
  static constexpr Reference reference{"√Σ x²; norm(x, axis=0|1)", "m×n gives 1×1, 1×n, m×1", "x/y",
                                       "x = 0: 0 is taken", "torch.linalg.vector_norm"};
};

}  // namespace tracer::op
