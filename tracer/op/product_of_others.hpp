// Next: others_along.hpp, its slope.
#pragma once

#include "tracer/op/matrices.hpp"
#include "tracer/op/others_along.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// y[i] = the product of all x but x[i], of all entries, of its column or of its row. No
/// division makes it, for one x may be 0.
///   x̄ = others′(x, ȳ): x̄[i] is the sum over all others of ȳ[j] times the product of all x but x[i], x[j]
template <Over over>
struct ProductOfOthers {
  static void run(auto& y, const auto& x) {
    tracer::detail::for_each_group<over>(y, x, [](auto group_y, const auto& group_x) {
      using S = typename std::decay_t<decltype(group_x)>::Scalar;
      const Eigen::Index rows = group_x.rows(), n = group_x.size();
      const auto place = [&](Eigen::Index k) { return std::pair{k % rows, k / rows}; };
      S before(1), after(1);
      for (Eigen::Index k = 0; k < n; ++k) {  // the product of what comes before each
        const auto [i, j] = place(k);
        group_y.coeffRef(i, j) = before;
        before *= group_x.coeff(i, j);
      }
      for (Eigen::Index k = n; k-- > 0;) {  // times that of what comes after it
        const auto [i, j] = place(k);
        group_y.coeffRef(i, j) *= after;
        after *= group_x.coeff(i, j);
      }
    });
  }
  static auto pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& x) {
    return std::tuple{apply<OthersAlong<over>>(x, y_bar)};
  }

  static constexpr std::string_view name =
      name_over(over, "product of the others", "product of the others of its column",
                "product of the others of its row");
  static constexpr std::string_view call = "";
  static constexpr bool entrywise = false;
  static constexpr bool pullback_by_formula = true;
  static constexpr std::string_view legend =
      "others(x): in place of each entry the product of all the others";

  static Notation notation(const Notation& x) { return notation::call("others", {x}); }
};

}  // namespace tracer::op
