#pragma once

#include "tracer/op/power.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// L = (1/n) Σ (P − Y)² over all n entries           P̄ = (2/n)(P − Y)
struct Mse {
  static Symbol expansion(const Symbol& p, const Symbol& y) {
    return sum<Over::all>(power(p - y, 2)) / count<Over::all>(p);
  }

  static constexpr std::string_view name = "mse";
  static constexpr std::array<std::string_view, 1> other_names{"mse_loss"};
  static constexpr std::array<std::string_view, 2> words{"squarederror", "meansquarederror"};
  static constexpr bool quadratic = true;
  static constexpr Loss loss{.mean = Loss::Mean::of_entries, .is_choice = true};
  static constexpr Reference reference{"(1/n) Σ (P − Y)² over all n entries",
                                       "same shapes; a scalar", "(2/n)(P − Y)", "none",
                                       "torch.nn.MSELoss"};

  struct TargetsIgnored : OfKind<mistake_kinds::targets_ignored> {
    static constexpr std::string_view says = mistake_says::targets_ignored;
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& p,
                           const Symbol& /*y*/) {
      return l_bar * (2 * p / count<Over::all>(p));
    }
  };
  using mistakes = Mistakes<TargetsIgnored>;
};

}  // namespace tracer::op
