// others′(x, v) over every number, without a division by x: the products before and after each entry,
// with their slopes along v, once from each end.
#pragma once

#include "tracer/op/elimination.hpp"
#include "tracer/op/fast.hpp"
#include "tracer/op/others_along.hpp"

namespace tracer::op {

template <Over over, class S>
struct Fast<OthersAlong<over>, S> {
  static void forward(const With<S>& /*with*/, View<S> y, std::span<const ConstView<S>> operands) {
    const ConstView<S>& x = operands[0];
    const ConstView<S>& v = operands[1];
    const Eigen::Index groups = over == Over::all           ? 1
                                : over == Over::each_column ? x.cols()
                                                            : x.rows();
    const Eigen::Index n = x.size() / groups;
    for (Eigen::Index group = 0; group < groups; ++group) {
      const auto place = [&](Eigen::Index k) -> std::pair<Eigen::Index, Eigen::Index> {
        if constexpr (over == Over::all) return {k % x.rows(), k / x.rows()};
        if constexpr (over == Over::each_column) return {k, group};
        return {group, k};
      };
      on_workspace<S>(
          n, 2, [&](Array<S>& products) {  // of what comes before each entry, and slopes
            Walk before, after;
            for (Eigen::Index k = 0; k < n; ++k) {
              products(k, 0) = before.product;
              products(k, 1) = before.slope;
              const auto [i, j] = place(k);
              before.takes(x.coeff(i, j), v.coeff(i, j));
            }
            for (Eigen::Index k = n; k-- > 0;) {
              const auto [i, j] = place(k);
              y.coeffRef(i, j) = products(k, 0) * after.slope + products(k, 1) * after.product;
              after.takes(x.coeff(i, j), v.coeff(i, j));
            }
          });
    }
  }

 private:
  /// A product Π (x + tv), and its slope at t = 0.
  struct Walk {
    S product{1}, slope{0};
    void takes(const S& x, const S& v) {
      slope = slope * x + product * v;
      product *= x;
    }
  };
};

}  // namespace tracer::op
