#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = a ⊙ b           ā = ȳ ⊙ b, b̄ = ȳ ⊙ a
struct Multiply {
  static auto forward(const auto& a, const auto& b) { return a * b; }
  static auto left(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& b) {
    return y_bar * b;
  }
  static auto right(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& /*b*/) {
    return y_bar * a;
  }

  static constexpr std::string_view name = "multiply";
  static constexpr std::string_view call = "";
  static constexpr bool quadratic = true;
  static constexpr Law law = Law::multiply;
  static constexpr Reference reference{"a*b, entry by entry", "same shapes, or broadcast",
                                       "ȳ ⊙ b for a, ȳ ⊙ a for b"};
  static constexpr std::array samples{-2.0, 0.0, 1.5};

  static Notation notation(const Notation& a, const Notation& b) {
    return notation::product({a, b});
  }

  static constexpr MistakeKind factor_left_out{"factor_left_out", 0};
  struct RightLeftOut : OfKind<factor_left_out> {
    static constexpr std::string_view says = "the factor {b} is left out on the way back to {a}";
    static Symbol pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& /*a*/,
                           const Symbol& /*b*/) {
      return y_bar;
    }
  };
  struct LeftLeftOut : OfKind<factor_left_out> {
    static constexpr std::string_view says = "the factor {a} is left out on the way back to {b}";
    static constexpr int operand = 1;
    static Symbol pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& /*a*/,
                           const Symbol& /*b*/) {
      return y_bar;
    }
  };
  using mistakes = Mistakes<RightLeftOut, LeftLeftOut>;
};

}  // namespace tracer::op
