#pragma once

#include "tracer/number/constants.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

enum class Constant { pi, e };

template <Constant constant>
struct TimesConstant;

}  // namespace tracer::op

namespace tracer {

template <op::Derived V>
V times_pi(const V& x) {
  return op::derived<op::TimesConstant<op::Constant::pi>>(x);
}
template <op::Derived V>
V times_e(const V& x) {
  return op::derived<op::TimesConstant<op::Constant::e>>(x);
}

namespace op {

/// y = π x (or e x): a lesson's π is π·1, for a constant of the graph is rational    x̄ = π ȳ
template <Constant constant>
struct TimesConstant {
  static auto forward(const auto& x) {
    if constexpr (constant == Constant::pi) return times_pi(x);
    if constexpr (constant == Constant::e) return times_e(x);
  }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*x*/) {
    return std::tuple{forward(y_bar)};
  }

  static constexpr bool is_pi = constant == Constant::pi;
  static constexpr std::string_view name = is_pi ? "pi" : "e";
  static constexpr std::string_view call = "";  // language/functions.cpp reads it
  static constexpr Reference reference{
      is_pi ? "π = 3.14159..., a number: 2*pi*r; a lesson's own pi is its own"
            : "e = 2.71828..., a number: e**x; a lesson's own e is its own",
      "a scalar", "none: it is constant", "none", is_pi ? "math.pi, np.pi" : "math.e, np.e"};

  static Notation notation(const Notation& x) {
    Notation own = notation::name(is_pi ? "π" : "e");
    if (x.kind == Notation::Kind::number && x.text == "1") return own;
    return notation::product({std::move(own), x});
  }
};

}  // namespace op
}  // namespace tracer
