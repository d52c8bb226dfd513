// π and e as functions over every number: π·x and e·x, as many digits as x asks for. Irrational,
// so no literal of a rule may be one.
#pragma once

#include <concepts>
#include <numbers>

#include "tracer/number/exact.hpp"

namespace tracer {

template <std::floating_point S>
S times_pi(S x) {
  return x * std::numbers::pi_v<S>;
}
template <std::floating_point S>
S times_e(S x) {
  return x * std::numbers::e_v<S>;
}
/// 0 stays 0, everything else becomes an interval.
Exact times_pi(const Exact& x);
Exact times_e(const Exact& x);

}  // namespace tracer
