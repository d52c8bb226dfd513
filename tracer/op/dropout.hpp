#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// Y = A ⊙ mask/(1 − p): what the mask keeps is scaled up, so that the mean stays
///   Ā = Ȳ ⊙ mask/(1 − p)
/// with[0] is p, the probability to drop. Source: Srivastava et al. 2014, §10 (inverted dropout, as
/// torch.nn.Dropout).
struct Dropout {
  static Symbol expansion(const With<Symbol>& with, const Symbol& a, const Symbol& mask) {
    return a * mask / (1 - with[0]);
  }

  static constexpr std::string_view name = "dropout";
  static constexpr bool quadratic = true;
  static constexpr std::array settings{
      Setting{"p", "p", "p", "0.5", Range::below_one, "the probability to drop"}};
  static constexpr Layer layer{.has_mask = true,
                               .flag = "--dropout",
                               .flag_help = "share of units dropped after every hidden activation",
                               .line = "D",
                               .after_activation = true,
                               .flag_has_number = true};
  static constexpr Reference reference{
      "dropout(A, p, mask=...): A ⊙ mask/(1 − p); p is the probability to drop",
      "mask as A; the result has the same", "mask/(1 − p)", "none", "Srivastava et al. 2014, §10"};

  static constexpr MistakeKind dropout_scale{"dropout_scale", 1};
  static constexpr MistakeKind dropout_mask_missing{"dropout_mask_missing", 1};
  struct MaskLeftOut : OfKind<dropout_mask_missing> {
    static constexpr std::string_view says =
        "the mask is left out on the way back: what was dropped gets a gradient";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& /*a*/, const Symbol& /*mask*/) {
      return y_bar / (1 - with[0]);
    }
  };
  struct LeftOut : OfKind<dropout_mask_missing> {
    static constexpr std::string_view says =
        "dropout is left out on the way back: neither mask nor scale";
    static Symbol pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& /*a*/,
                           const Symbol& /*mask*/) {
      return y_bar;
    }
  };
  struct ScaleLeftOut : OfKind<dropout_scale> {
    static constexpr std::string_view says =
        "the mask is there, but its scale 1/(1 − p) is left out on the way back";
    static Symbol pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& /*a*/,
                           const Symbol& mask) {
      return y_bar * mask;
    }
  };
  struct ScaleTurned : OfKind<dropout_scale> {
    static constexpr std::string_view says =
        "what the mask keeps is multiplied by 1 − p on the way back; the forward pass divides";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& /*a*/, const Symbol& mask) {
      return y_bar * mask * (1 - with[0]);
    }
  };
  struct Twice {
    static constexpr MistakeKind kind{"dropout_twice", 0};
    static constexpr std::string_view says =
        "dropout is applied twice on the way back: its scale 1/(1 − p) comes in squared";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& /*a*/, const Symbol& mask) {
      return y_bar * mask / ((1 - with[0]) * (1 - with[0]));
    }
  };
  struct DroppedForKept : OfKind<dropout_scale> {
    static constexpr std::string_view says =
        "what the mask keeps is divided by p, the share that is dropped, in place of 1 − p";
    static Symbol pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                           const Symbol& /*a*/, const Symbol& mask) {
      return y_bar * mask / with[0];
    }
  };
  struct Off {
    static constexpr MistakeKind kind{"dropout_off", 0};
    static constexpr std::string_view says =
        "dropout is off: nothing is dropped, and nothing scaled";
    static Symbol make(const Instead& /*instead*/, std::span<const Symbol> x) { return x[0]; }
  };
  struct NotScaled : OfKind<dropout_scale> {
    static constexpr std::string_view says = "what dropout keeps is not scaled by 1/(1 − p)";
    static Symbol make(const Instead& /*instead*/, std::span<const Symbol> x) {
      return x[0] * x[1];
    }
  };
  using stand_ins = StandIns<Off, NotScaled>;
  using mistakes = Mistakes<MaskLeftOut, LeftOut, ScaleLeftOut, ScaleTurned, Twice, DroppedForKept>;
};

}  // namespace tracer::op
