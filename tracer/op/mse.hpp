#pragma once

#include "tracer/op/power.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/shapes.hpp"

namespace tracer::op {

/// L = (1/n) Σ (P − Y)² over all n entries           P̄ = (2/n)(P − Y)
/// Source: torch.nn.MSELoss.
struct Mse {
  static Symbol expansion(const Symbol& p, const Symbol& y) {
    return sum<Over::all>(power(p - y, 2)) / count<Over::all>(p);
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) { return scalar_of_two(name, x); }

  static constexpr std::string_view name = "mse";
  static constexpr std::string_view call = "mse";
  static constexpr std::array<std::string_view, 1> other_names{"mse_loss"};
  static constexpr std::array<std::string_view, 2> words{"squarederror", "meansquarederror"};
  static constexpr bool quadratic = true;
  static constexpr Loss loss{.mean = Loss::Mean::of_entries, .is_choice = true};
  static constexpr int operands = 2;
  static constexpr bool composite = true;
  static constexpr Reference reference{"(1/n) Σ (P − Y)² over all n entries",
                                       "same shapes; a scalar", "(2/n)(P − Y)", "none",
                                       "torch.nn.MSELoss"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};

  struct TargetsIgnored {
    static constexpr MistakeKind kind = mistake_kinds::targets_ignored;
    static constexpr std::string_view says = mistake_says::targets_ignored;
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& p,
                           const Symbol& /*y*/) {
      return l_bar * (2 * p / count<Over::all>(p));
    }
  };
  using mistakes = Mistakes<TargetsIgnored>;
};

}  // namespace tracer::op
