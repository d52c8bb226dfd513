// Rules entry by entry: an operation whose result has at each place what its operands have there is
// written over one entry, a float, a double, an Exact, an Uncertain or a Symbol.
//
//     forward(x)              y, the value of the operation
//     slope(x, y)             dy/dx: the adjoint is x̄ = ȳ · slope
// or, where the adjoint is no product with ȳ,
//     pullback(y_bar, y, x)   x̄, in a tuple
// and where there are two operands,
//     forward(a, b), left(y_bar, y, a, b), right(y_bar, y, a, b)      y, ā and b̄
// Each may take the attributes before all else: `with[0]` is the first number. On numbers a loop
// applies them (entrywise_loops.hpp), on symbols they write the derivation.
//
// A room may make its function a word for the rules of others:
//     template <op::Derived V> V tanh(const V& x) { return op::derived<op::Tanh>(x); }
// where number/ has it over float, double and Exact already, or else
//     template <op::Entry V> V relu(const V& x) { return op::word<op::Relu>(x); }
// Next: room.hpp, what else a room says.
#pragma once

#include <array>
#include <concepts>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>

#include "tracer/number/exact.hpp"
#include "tracer/number/functions.hpp"
#include "tracer/number/uncertain.hpp"
#include "tracer/op/vocabulary.hpp"

namespace tracer::op {

/// Has an expansion in place of a forward.
template <class Op>
concept Composite = requires {
  &Op::expansion;
};

template <class Op>
inline constexpr bool usual_shape = !requires(std::span<const Shape> x, const Attributes& with) {
  Op::shape(x, with);
};
template <class Op>
concept Entrywise = !Composite<Op> && usual_shape<Op> && !requires {
  Op::entrywise;
};

template <class... Xs>
constexpr int symbols_in(Symbol (*)(const Xs&...)) {
  return (0 + ... + (std::same_as<Xs, Symbol> ? 1 : 0));
}
/// How many operands: as many as the formula of a composite operation has, or as the room says.
template <class Op>
constexpr int count_operands() {
  if constexpr (Composite<Op>) return symbols_in(&Op::expansion);
  if constexpr (requires { Op::operands; }) return Op::operands;
  constexpr bool has_left = requires(const Symbol& x) { Op::left(x, x, x, x); };
  return has_left ? 2 : 1;
}
template <class Op>
inline constexpr int arity = count_operands<Op>();

template <class Op>
inline constexpr std::array<Setting, 0> settings_of{};
template <class Op>
requires requires { Op::settings; }
inline constexpr auto settings_of<Op> = Op::settings;

template <class Op>
inline constexpr std::array samples_of{-2.0, 0.5, 1.5};
template <class Op>
requires requires { Op::samples; }
inline constexpr auto samples_of<Op> = Op::samples;

/// Calls f(with, xs...) where that is how f is written, else f(xs...).
template <class F, class W, class... Xs>
decltype(auto) call_with(F&& f, const W& with, const Xs&... xs) {
  if constexpr (std::is_invocable_v<F, const W&, const Xs&...>) {
    return f(with, xs...);
  } else {
    return f(xs...);
  }
}

/// The one Operation of a room: room.hpp.
template <class Op>
const Operation& operation();

template <class Op, class... Xs>
Symbol apply(const Xs&... xs) {
  return Symbol::apply(operation<Op>(), {xs...});
}

template <class Op>
struct Slope;

/// y.
template <class Op, class W, class... Xs>
auto value(const W& with, const Xs&... x) {
  return call_with(
      [](const auto&... a) -> decltype(Op::forward(a...)) { return Op::forward(a...); }, with,
      x...);
}

/// dy/dx of an operation that has a slope. Where it jumps it is an operation of its own over
/// symbols: relu′(z).
template <class Op, class W, class V>
auto slope(const W& with, const V& x, const V& y) {
  if constexpr (std::same_as<V, Symbol> && requires { Op::slope_name; }) {
    return Symbol::apply(operation<Slope<Op>>(), {x}, with.attributes);
  } else {
    return call_with([](const auto&... a) -> decltype(Op::slope(a...)) { return Op::slope(a...); },
                     with, x, y);
  }
}

/// The adjoint of the operand `of`: x̄, ā or b̄.
template <class Op, int of, class W, class V, class... Xs>
auto adjoint(const W& with, const V& y_bar, const V& y, const Xs&... x) {
  if constexpr (of == 1) {
    return call_with([](const auto&... a) -> decltype(Op::right(a...)) { return Op::right(a...); },
                     with, y_bar, y, x...);
  } else if constexpr (sizeof...(x) == 2) {
    return call_with([](const auto&... a) -> decltype(Op::left(a...)) { return Op::left(a...); },
                     with, y_bar, y, x...);
  } else if constexpr (requires { Op::pullback(y_bar, y, x...); }) {
    return std::get<0>(Op::pullback(y_bar, y, x...));
  } else {
    return y_bar * slope<Op>(with, x..., y);
  }
}

/// The slope of a piecewise function as an operation of its own. Its own slope is the room's
/// `curvature`.
template <class Op>
struct Slope {
  static auto forward(const auto& with, const auto& x) {
    return call_with([](const auto&... a) -> decltype(Op::slope(a...)) { return Op::slope(a...); },
                     with, x, x);  // on which piece it is x says, not y
  }
  static auto slope(const auto& with, const auto& x, const auto& /*y*/) {
    return call_with(
        [](const auto&... a) -> decltype(Op::curvature(a...)) { return Op::curvature(a...); }, with,
        x);
  }

  static constexpr std::string_view name = Op::slope_name;
  static constexpr std::string_view call = "";
  static constexpr auto samples = samples_of<Op>;
  static constexpr auto settings = settings_of<Op>;

  static std::string slope_side(const std::string& x, int sign) { return Op::slope_side(x, sign); }
};

// --- functions as words of other rules

template <class V>
concept Entry = std::floating_point<V> || std::same_as<V, Exact> || std::same_as<V, Uncertain> ||
    std::same_as<V, Symbol>;

/// Over symbols the operation, over numbers its value.
template <class Op, Entry V, class... Vs>
V word(const V& x, const Vs&... more) {
  if constexpr (std::same_as<V, Symbol>) {
    return apply<Op>(x, more...);
  } else {
    return Op::forward(x, more...);
  }
}

/// What has its functions from rooms: formulas, and numbers that carry a spread.
template <class V>
concept Derived = std::same_as<V, Symbol> || std::same_as<V, Uncertain>;

/// Over symbols the operation; over Uncertain its value, spread by its slope there.
template <class Op, Derived V>
V derived(const V& x) {
  if constexpr (std::same_as<V, Symbol>) {
    return apply<Op>(x);
  } else {
    const long double y = Op::forward(x.value);
    return image(x, y, adjoint<Op, 0>(std::ignore, 1.0L, y, x.value));
  }
}

}  // namespace tracer::op
