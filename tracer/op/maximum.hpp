// The larger (the smaller) of two, entry by entry.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = max(a, b), entry by entry      ā = ȳ where a > b, b̄ = ȳ where b > a, ȳ/2 each where they are
/// equal Corner where a = b, where the slope is shared evenly (PyTorch's choice).
struct Maximum {
  static constexpr std::string_view name = "maximum";
  static constexpr std::string_view call = "maximum";
  static constexpr int operands = 2;
  static constexpr Reference reference{
      "the larger of a and b, entry by entry", "same shapes, or broadcast",
      "1 for the larger, 0 for the smaller", "a = b: ½ each", "torch.maximum"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static auto forward(const auto& a, const auto& b) { return maximum(a, b); }
  static void corner(auto& c, const auto& a, const auto& b) { c = a - b; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return std::tuple{y_bar * share_of_first(a, b), y_bar * share_of_first(b, a)};
  }
};

/// y = min(a, b), entry by entry, as −max(−a, −b): the adjoint goes to the smaller, half each where
/// they are equal.
struct Minimum {
  static constexpr std::string_view name = "minimum";
  static constexpr std::string_view call = "minimum";
  static constexpr int operands = 2;
  static constexpr Reference reference{
      "the smaller of a and b, entry by entry", "same shapes, or broadcast",
      "1 for the smaller, 0 for the larger", "a = b: ½ each", "torch.minimum"};
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static auto forward(const auto& a, const auto& b) { return -maximum(-a, -b); }
  static void corner(auto& c, const auto& a, const auto& b) { c = a - b; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& a, const auto& b) {
    return std::tuple{y_bar * share_of_first(b, a), y_bar * share_of_first(a, b)};
  }
};

/// [a > b]: 1 where a is the larger, 0 where it is the smaller, ½ where they are equal. Flat, so
/// its slope is 0.
struct ShareOfFirst {
  static constexpr std::string_view name = "a > b";
  static constexpr std::string_view call = "";
  static constexpr int operands = 2;
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static auto forward(const auto& a, const auto& b) { return share_of_first(a, b); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*a*/, const auto& /*b*/) {
    return std::tuple{0 * y_bar, 0 * y_bar};
  }
  static Notation notation(const Notation& a, const Notation& b) {
    return notation::words("[", {a, notation::words(">"), b, notation::words("]")});
  }
};

}  // namespace tracer::op
