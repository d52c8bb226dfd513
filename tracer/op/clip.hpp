// Bounds may be on both sides or on one: three operations, which say so in their type.
#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

enum class Bounds { both, low, high };

template <Bounds bounds>
inline constexpr std::array clip_settings{
    Setting{"low", "low", "low", "0", Range::any, "the lower bound", {"min", "a_min"}},
    Setting{"high", "high", "high", "1", Range::any, "the upper bound", {"max", "a_max"}}};
template <>
inline constexpr std::array clip_settings<Bounds::low>{
    Setting{"low", "low", "low", "0", Range::any, "the lower bound", {"min", "a_min"}}};
template <>
inline constexpr std::array clip_settings<Bounds::high>{
    Setting{"high", "high", "high", "1", Range::any, "the upper bound", {"max", "a_max"}}};

/// [low ≤ x ≤ high], entry by entry: 1 where x is within its bounds, else 0. The slope of clip.
template <Bounds bounds>
struct Within {
  template <class V>
  static V forward(const auto& with, const V& x) {
    if constexpr (std::floating_point<V>) {
      if (x != x) return x;  // NaN stays NaN
    }
    if constexpr (bounds != Bounds::high) {
      if (x < with[0]) return V(0);
    }
    if constexpr (bounds == Bounds::both) {
      if (x > with[1]) return V(0);
    }
    if constexpr (bounds == Bounds::high) {
      if (x > with[0]) return V(0);
    }
    return V(1);
  }
  static auto slope(const auto& x, const auto& /*y*/) { return 0 * x; }

  static constexpr std::string_view name = bounds == Bounds::both  ? "low ≤ x ≤ high"
                                           : bounds == Bounds::low ? "low ≤ x"
                                                                   : "x ≤ high";
  static constexpr std::string_view call = "";
  static constexpr auto settings = clip_settings<bounds>;

  static Notation notation(std::span<const Operand> x, const Attributes& with) {
    std::vector<Notation> parts;
    if (bounds != Bounds::high) {
      parts.push_back(write_number(with.numbers[0], true));
      parts.push_back(notation::words("≤"));
    }
    parts.push_back(x[0].notation);
    if (bounds != Bounds::low) {
      parts.push_back(notation::words("≤"));
      parts.push_back(write_number(with.numbers.back(), true));
    }
    parts.push_back(notation::words("]"));
    return notation::words("[", std::move(parts));
  }
  static std::string holds(std::span<const std::string> x, long long held, long long all,
                           const Attributes& /*with*/) {
    if (all == 1)
      return x[0] + (held == 1 ? " is within the bounds, so the slope is 1"
                               : " is cut off, so the slope is 0: nothing flows back through here");
    return std::to_string(held) + " of " + std::to_string(all) + " entries of " + x[0] +
           " are within the bounds; through the others nothing flows back";
  }
};

/// y = x, cut off at the bounds
///   x̄ = ȳ where low ≤ x ≤ high, else 0
/// Corner at a bound, where the slope is taken as 1 (PyTorch's choice; maximum and minimum take ½).
template <Bounds bounds>
struct Clip {
  template <class V>
  static V forward(const auto& with, const V& x) {
    if constexpr (bounds != Bounds::high) {
      if (x < with[0]) return with[0];
    }
    if constexpr (bounds == Bounds::both) {
      if (x > with[1]) return with[1];
    }
    if constexpr (bounds == Bounds::high) {
      if (x > with[0]) return with[0];
    }
    return x;
  }
  template <class V>
  static V slope(const auto& with, const V& x, const V& /*y*/) {
    if constexpr (std::same_as<V, Symbol>) {
      return Symbol::apply(operation<Within<bounds>>(), {x}, with.attributes);
    } else {
      return Within<bounds>::forward(with, x);
    }
  }
  // above 0 within the bounds, below 0 outside, 0 at a bound
  static auto corner(const auto& with, const auto& x) {
    using V = std::decay_t<decltype(x)>;
    if constexpr (bounds == Bounds::low) return V(x - with[0]);
    if constexpr (bounds == Bounds::high) return V(with[0] - x);
    if constexpr (bounds == Bounds::both) return V((x - with[0]) * (with[1] - x));
  }

  static constexpr std::string_view name = bounds == Bounds::both  ? "clip"
                                           : bounds == Bounds::low ? "clip from below"
                                                                   : "clip from above";
  static constexpr std::string_view call = "clip";
  static constexpr std::array<std::string_view, 2> other_names{"clamp", "clip_by_value"};
  static constexpr bool quadratic = true;
  static constexpr auto settings = clip_settings<bounds>;
  static constexpr Reference reference{
      "clip(x, low, high), clip(x, min=0): x, cut off at the bounds; one of them may be None",
      "any; the result has the same", "1 for low ≤ x ≤ high, else 0", "x at a bound: 1 is taken",
      "torch.clamp, numpy.clip"};

  static Notation notation(std::span<const Operand> x, const Attributes& with) {
    const Notation none = notation::name("−∞"), all = notation::name("∞");
    return notation::call(
        "clip", {x[0].notation, bounds == Bounds::high ? none : write_number(with.numbers[0], true),
                 bounds == Bounds::low ? all : write_number(with.numbers.back(), true)});
  }
};

}  // namespace tracer::op

namespace tracer {

/// clip(x, −most, most): over symbols.
inline Symbol clip(const Symbol& x, const Rational& most) {
  return Symbol::apply(op::operation<op::Clip<op::Bounds::both>>(), {x},
                       {.numbers = {Rational(-most), most}});
}

}  // namespace tracer
