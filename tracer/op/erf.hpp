#pragma once

#include "tracer/number/erf.hpp"
#include "tracer/op/exp.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/sqrt.hpp"
#include "tracer/op/times_constant.hpp"

namespace tracer::op {

/// y = erf x, the error function         x̄ = ȳ (2/√π) exp(−x²)
/// Source: DLMF §7.2.
struct Erf {
  static auto forward(const auto& x) { return erf(x); }
  template <class V>
  static V slope(const V& x, const V& /*y*/) {
    if constexpr (std::same_as<V, Symbol>) {
      return 2 / sqrt(times_pi(Symbol(1))) * exp(-(x * x));
    } else if constexpr (std::same_as<V, Uncertain>) {
      const long double slope = erf_slope(x.value);
      return image(x, slope, -2 * x.value * slope);
    } else {
      return erf_slope(x);
    }
  }

  static constexpr std::string_view name = "erf";
  static constexpr Reference reference{"the error function, (2/√π) ∫ exp(−t²) dt from 0 to x",
                                       "any; the result has the same", "(2/√π) exp(−x²)", "none",
                                       "DLMF §7.2"};
  static constexpr std::array samples{-3.0, -0.5, 0.0, 2.0};
};

}  // namespace tracer::op

namespace tracer {

template <op::Derived V>
V erf(const V& x) {
  return op::derived<op::Erf>(x);
}

}  // namespace tracer
