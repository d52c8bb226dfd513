#pragma once

#include "tracer/op/clip.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

inline constexpr std::array huber_settings{
    Setting{"delta", "δ", "δ", "1", Range::positive, "where the square ends and the line begins"}};

/// H(d) = d²/2 where |d| ≤ δ, else δ(|d| − δ/2), entry by entry; with[0] is δ
///   d̄ = ȳ clip(d, −δ, δ)
struct HuberOfOne {
  template <class V>
  static V forward(const auto& with, const V& d) {
    if (d > with[0]) return with[0] * (d - with[0] / 2);
    if (d < -with[0]) return with[0] * (-d - with[0] / 2);
    return d * d / 2;
  }
  template <class V>
  static V slope(const auto& with, const V& d, const V& /*y*/) {
    if constexpr (std::same_as<V, Symbol>) {
      return clip(d, with.attributes.numbers[0]);
    } else {
      return d > with[0] ? V(with[0]) : d < -with[0] ? V(-with[0]) : d;
    }
  }

  static constexpr std::string_view name = "H";
  static constexpr std::string_view call = "";
  static constexpr std::array settings = huber_settings;
  static constexpr std::array samples{-2.25, 0.5, 1.75};
};

}  // namespace tracer::op

namespace tracer {

inline Symbol huber_of_one(const Symbol& d, const Attributes& with) {
  return Symbol::apply(op::operation<op::HuberOfOne>(), {d}, {.numbers = with.numbers});
}

}  // namespace tracer
