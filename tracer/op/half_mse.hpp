#pragma once

#include "tracer/op/power.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// L = (1/2n) Σ (P − Y)² over all n entries          P̄ = (1/n)(P − Y)
/// Half the mean squared error, so that the 2 of the square cancels. Source: Bishop 2006, eq. 1.2.
struct HalfMse {
  static Symbol expansion(const Symbol& p, const Symbol& y) {
    return Symbol(Rational(1, 2)) * sum<Over::all>(power(p - y, 2)) / count<Over::all>(p);
  }

  static constexpr std::string_view name = "half_mse";
  static constexpr bool quadratic = true;
  static constexpr Loss loss{.mean = Loss::Mean::of_entries, .is_choice = true};
  static constexpr Reference reference{"(1/2n) Σ (P − Y)² over all n entries",
                                       "same shapes; a scalar", "(1/n)(P − Y)", "none",
                                       "Bishop 2006, eq. 1.2"};

  struct TargetsIgnored : OfKind<mistake_kinds::targets_ignored> {
    static constexpr std::string_view says = mistake_says::targets_ignored;
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& p,
                           const Symbol& /*y*/) {
      return l_bar * (p / count<Over::all>(p));
    }
  };
  using mistakes = Mistakes<TargetsIgnored>;
};

}  // namespace tracer::op
