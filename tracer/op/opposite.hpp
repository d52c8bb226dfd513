#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// 1 − c of a condition c, which is 0 or 1; of [x > 0] it is written [x ≤ 0]        c̄ = −ȳ
struct Opposite {
  static auto forward(const auto& c) { return 1 - c; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*c*/) {
    return std::tuple{-y_bar};
  }

  static constexpr std::string_view name = "not";
  static constexpr std::string_view call = "";
  static constexpr bool quadratic = true;

  static Notation notation(const Notation& c) {
    constexpr std::array<std::pair<std::string_view, std::string_view>, 6> opposites{
        {{"<", "≥"}, {"≥", "<"}, {">", "≤"}, {"≤", ">"}, {"=", "≠"}, {"≠", "="}}};
    const bool compares =
        c.kind == Notation::Kind::words && c.text == "[" && c.children.size() == 4;
    for (const auto& [sign, turned] : opposites) {
      if (!compares || c.children[1].text != sign) continue;
      Notation whole = c;
      whole.children[1].text = std::string(turned);
      return whole;
    }
    return notation::sum({notation::number("1"), notation::negate(c)});
  }
  /// What there is to say is said of the condition itself.
  static std::string holds(std::span<const std::string> /*x*/, long long /*held*/,
                           long long /*all*/, const Attributes& /*with*/) {
    return "";
  }
};

}  // namespace tracer::op
