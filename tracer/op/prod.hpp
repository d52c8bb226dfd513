#pragma once

#include "tracer/op/matrices.hpp"
#include "tracer/op/product_of_others.hpp"

namespace tracer::op {

/// y = Π x, over all or along one side        x̄[i] = ȳ times the product of all other entries
template <Over over>
struct Prod {
  static void run(auto& y, const auto& x) {
    tracer::detail::for_each_group<over>(y, x, [](auto group_y, const auto& group_x) {
      auto& product = group_y.coeffRef(0, 0);
      product = group_x.coeff(0, 0);
      for (Eigen::Index j = 0; j < group_x.cols(); ++j)
        for (Eigen::Index i = 0; i < group_x.rows(); ++i)
          if (i + j > 0) product *= group_x.coeff(i, j);
    });
  }
  static auto pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& x) {
    return std::tuple{broadcast<over>(y_bar, x) * apply<ProductOfOthers<over>>(x)};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) { return reduced(over, x[0]); }

  static constexpr std::string_view name =
      name_over(over, "prod", "product of each column", "product of each row");
  static constexpr std::string_view call = "prod";
  static constexpr bool pullback_by_formula = true;
  static constexpr Reference reference{
      "prod(x), prod(x, axis=0|1): the product of the entries", "m×n gives 1×1, 1×n, m×1",
      "the product of all other entries", "none", "numpy.prod (keepdims)"};

  static Notation notation(const Notation& x) { return notation::call("prod", {x}); }
};

}  // namespace tracer::op
