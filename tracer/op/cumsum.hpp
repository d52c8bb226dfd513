#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// Which sums: those of each entry and all before it, or of each and all after it.
enum class Running { up_to, from };

/// y[i] = x[0] + ... + x[i], down each column (axis 0) or along each row
///   x̄[i] = ȳ[i] + ȳ[i + 1] + ...: the sums from each on, and the other way round
template <int along, Running running>
struct Cumsum {
  static void run(auto& y, const auto& x) {
    const Eigen::Index n = along == 0 ? x.rows() : x.cols();
    const Eigen::Index m = along == 0 ? x.cols() : x.rows();
    for (Eigen::Index j = 0; j < m; ++j) {
      for (Eigen::Index step = 0; step < n; ++step) {
        const Eigen::Index i = running == Running::up_to ? step : n - 1 - step;
        const Eigen::Index before = running == Running::up_to ? i - 1 : i + 1;
        auto& here = along == 0 ? y.coeffRef(i, j) : y.coeffRef(j, i);
        here = along == 0 ? x.coeff(i, j) : x.coeff(j, i);
        if (step > 0) here += along == 0 ? y.coeff(before, j) : y.coeff(j, before);
      }
    }
  }
  static auto pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& /*x*/) {
    constexpr Running back = running == Running::up_to ? Running::from : Running::up_to;
    return std::tuple{apply<Cumsum<along, back>>(y_bar)};
  }

  static constexpr bool up = running == Running::up_to;
  static constexpr std::string_view name =
      along == 0 ? (up ? "cumsum of each column" : "sums of each column from each entry on")
                 : (up ? "cumsum of each row" : "sums of each row from each entry on");
  static constexpr std::string_view call = up ? "cumsum" : "";
  static constexpr bool entrywise = false;
  static constexpr bool quadratic = true;
  static constexpr bool pullback_by_formula = true;
  static constexpr Reference reference{
      up ? "the sums of each entry and all before it; cumsum(x, axis=0|1)" : "",
      "any; the result has the same", "ȳ of each entry and all after it, added up", "none",
      "numpy.cumsum"};
  static constexpr std::string_view legend =
      up ? "" : "revcumsum(v)[i]: the sum of v[i] and of all that come after it";

  static Notation notation(const Notation& x) {
    return notation::call(up ? "cumsum" : "revcumsum", {x});
  }
};

}  // namespace tracer::op
