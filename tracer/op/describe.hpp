// How a room becomes an Operation. Only all.cpp reads this: elsewhere op::operation<Op>() is a call,
// and the rules over symbols are not compiled again.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "tracer/op/room.hpp"

namespace tracer::op {

namespace detail {

/// f(with, x...) over symbols.
template <std::size_t operands>
auto with_symbols(const Attributes& attributes, std::span<const Symbol> x, auto&& f) {
  const std::vector<Symbol> numbers{attributes.numbers.begin(), attributes.numbers.end()};
  return pick(std::make_index_sequence<operands>{}, x, [&](const auto&... xs) {
    return f(With<Symbol>{attributes, numbers}, xs...);
  });
}

template <class Op>
Shape shape(std::span<const Shape> shapes, const Attributes& attributes) {
  if constexpr (requires { Op::shape(shapes, attributes); }) {
    return Op::shape(shapes, attributes);
  } else if constexpr (requires { Op::loss.mean; }) {
    return scalar_of_two(Op::name, shapes);
  } else {
    return same_shape(Op::name, shapes);
  }
}

template <class Op>
Notation notation(std::span<const Operand> x, const Attributes& attributes) {
  if constexpr (requires { Op::notation(x, attributes); }) {
    return Op::notation(x, attributes);
  } else if constexpr (requires { Op::notation(x[0].notation); }) {
    return Op::notation(x[0].notation);
  } else if constexpr (requires { Op::notation(x[0].notation, x[1].notation); }) {
    return Op::notation(x[0].notation, x[1].notation);
  } else {
    std::vector<Notation> arguments;
    for (const Operand& operand : x) arguments.push_back(operand.notation);
    const std::string_view call = call_of<Op>();
    return notation::call(std::string(call.empty() ? Op::name : call), std::move(arguments));
  }
}

template <class Op>
std::vector<Symbol> pullback(const Attributes& attributes, const Symbol& y_bar, const Symbol& y,
                             std::span<const Symbol> x) {
  return with_symbols<arity<Op>>(attributes, x, [&](const auto& with, const auto&... xs) {
    if constexpr (Entrywise<Op>) {
      std::vector<Symbol> adjoints{adjoint<Op, 0>(with, y_bar, y, xs...)};
      if constexpr (arity<Op> == 2) adjoints.push_back(adjoint<Op, 1>(with, y_bar, y, xs...));
      return adjoints;
    } else {
      const auto adjoints = call_with(
          [](const auto&... a) -> decltype(Op::pullback(a...)) { return Op::pullback(a...); }, with,
          y_bar, y, xs...);
      return std::apply([](const auto&... a) { return std::vector<Symbol>{Symbol(a)...}; },
                        adjoints);
    }
  });
}

template <class Wrong, class... X>
concept SaysSlope = requires(const X&... x) {
  Wrong::slope(x...);
};

// A function of its own: what is not chosen in a lambda of a template is looked at all the same by
// some compilers.
template <class Wrong, class With, class... X>
Symbol mistaken_of(const Symbol& y_bar, const Symbol& y, const With& with, const X&... xs) {
  if constexpr (SaysSlope<Wrong, X..., Symbol> || SaysSlope<Wrong, With, X..., Symbol>) {
    return y_bar * slope<Wrong>(with, xs..., y);
  } else {
    return call_with(
        [](const auto&... a) -> decltype(Wrong::pullback(a...)) { return Wrong::pullback(a...); },
        with, y_bar, y, xs...);
  }
}

template <class Op, class Wrong>
Symbol mistaken(const Attributes& attributes, const Symbol& y_bar, const Symbol& y,
                std::span<const Symbol> x) {
  return with_symbols<arity<Op>>(attributes, x, [&](const auto& with, const auto&... xs) -> Symbol {
    return mistaken_of<Wrong>(y_bar, y, with, xs...);
  });
}

template <class Op, class Wrong>
MistakenRule mistaken_rule() {
  int operand = 0;
  if constexpr (requires { Wrong::operand; }) operand = Wrong::operand;
  return {Wrong::kind, Wrong::says, operand, &mistaken<Op, Wrong>};
}

template <class Op, class... Wrong>
std::span<const MistakenRule> mistaken_rules(Mistakes<Wrong...> /*list*/) {
  static const std::array rules{mistaken_rule<Op, Wrong>()...};
  return rules;
}

template <class Other>
StandIn stand_in() {
  StandIn made{Other::kind, Other::says, &Other::make};
  if constexpr (requires { &Other::differs; }) made.differs = &Other::differs;
  if constexpr (requires { Other::numbers; }) made.numbers = Other::numbers;
  if constexpr (requires { Other::everywhere; }) made.everywhere = Other::everywhere;
  if constexpr (requires { Other::known_by; }) made.known_by = Other::known_by;
  if constexpr (requires { Other::says_turned; }) made.says_turned = Other::says_turned;
  return made;
}

template <class... Other>
std::span<const StandIn> stand_ins(StandIns<Other...> /*list*/) {
  static const std::array made{stand_in<Other>()...};
  return made;
}

template <class Op>
Symbol expansion(const Attributes& attributes, std::span<const Symbol> x) {
  return with_symbols<arity<Op>>(attributes, x, [&](const auto& with, const auto&... xs) -> Symbol {
    return call_with(
        [](const auto&... a) -> decltype(Op::expansion(a...)) { return Op::expansion(a...); }, with,
        xs...);
  });
}

template <class Op>
std::vector<std::pair<std::string, Symbol>> parts(const Attributes& attributes,
                                                  std::span<const Symbol> x) {
  return with_symbols<arity<Op>>(
      attributes, x, [&](const auto& with, const auto&... xs) { return Op::parts(with, xs...); });
}

template <class Pair>
Symbol joined_pullback(const Attributes& attributes, const Symbol& l_bar, const Symbol& p,
                       const Symbol& y) {
  return with_symbols<0>(attributes, {}, [&](const auto& with) -> Symbol {
    return call_with(
        [](const auto&... a) -> decltype(Pair::pullback(a...)) { return Pair::pullback(a...); },
        with, l_bar, p, y);
  });
}

/// Of the pair `Op::output`: its activation, a pullback of (l_bar, p, y), and `joined`, where the
/// loss of logits is an operation too.
template <class Op>
const OutputPair& output_pair() {
  using Pair = typename Op::output;
  static const OutputPair made = [] {
    OutputPair pair{&operation<typename Pair::activation>, &operation<Op>, nullptr,
                    &joined_pullback<Pair>};
    if constexpr (requires { typename Pair::joined; })
      pair.joined = &operation<typename Pair::joined>;
    if constexpr (requires { Pair::worked; }) {
      pair.worked = Pair::worked;
      pair.worked_of_one = Pair::worked_of_one;
    }
    return pair;
  }();
  return made;
}

/// What the room says of itself for others.
template <class Op>
void describe_traits(Operation& o) {
  o.is_entrywise = Entrywise<Op>;
  if constexpr (requires { Op::other_names; }) o.other_names = Op::other_names;
  if constexpr (requires { Op::words; }) o.words = Op::words;
  if constexpr (requires { Op::settings; }) o.settings = Op::settings;
  if constexpr (requires { Op::by_sample; }) o.is_by_sample = Op::by_sample;
  if constexpr (requires { Op::keeps_largest; }) o.keeps_largest = Op::keeps_largest;
  if constexpr (requires { Op::of_one_entry; }) o.of_one_entry = Op::of_one_entry;
  if constexpr (requires { Op::spelled; }) o.is_spelled = Op::spelled;
  if constexpr (requires { Op::takes; }) o.takes = Op::takes;
  if constexpr (requires { Op::legend; }) o.legend = Op::legend;
  if constexpr (requires { Op::letter; }) o.letter = Op::letter;
  if constexpr (requires { Op::jacobian; }) o.jacobian = Op::jacobian;
  if constexpr (requires { Op::order; }) o.order = Op::order;
  if constexpr (requires { &Op::reasons; }) o.reasons = &Op::reasons;
  if constexpr (requires { &Op::gradient_reason; }) o.gradient_reason = &Op::gradient_reason;
  if constexpr (requires { &Op::kink; }) o.kink = &Op::kink;
  if constexpr (requires { &Op::with_zero; }) o.with_zero = &Op::with_zero;
  if constexpr (requires { &Op::squared; }) o.squared = &Op::squared;
  if constexpr (requires { Op::loss.mean; }) o.loss = &Op::loss;
  if constexpr (requires { Op::hidden; }) o.hidden = &Op::hidden;
  if constexpr (requires { Op::layer; }) o.layer = &Op::layer;
  if constexpr (requires { typename Op::output; }) o.output = &output_pair<Op>();
}

}  // namespace detail

template <class Op>
Operation describe() {
  Operation o;
  o.name = Op::name;
  o.call = call_of<Op>();
  o.arity = arity<Op>;
  if constexpr (requires { Op::law; }) o.law = Op::law;
  if constexpr (requires { Op::axis; }) o.axis = Op::axis;
  if constexpr (requires { Op::reference; }) o.reference = &Op::reference;
  if constexpr (requires { &Op::side; }) o.side = &Op::side;
  if constexpr (requires { &Op::slope_side; }) o.slope_side = &Op::slope_side;
  if constexpr (requires { &Op::tie; }) o.tie = &Op::tie;
  if constexpr (requires { &Op::holds; }) o.holds = &Op::holds;
  o.shape = &detail::shape<Op>;
  o.notation = &detail::notation<Op>;
  if constexpr (Composite<Op>) o.expansion = &detail::expansion<Op>;
  if constexpr (requires { &Op::parts; }) o.parts = &detail::parts<Op>;
  if constexpr (!Composite<Op> || requires { &Op::pullback; }) o.pullback = &detail::pullback<Op>;
  if constexpr (requires { typename Op::mistakes; })
    o.mistakes = detail::mistaken_rules<Op>(typename Op::mistakes{});
  if constexpr (requires { typename Op::stand_ins; })
    o.stand_ins = detail::stand_ins(typename Op::stand_ins{});
  detail::describe_traits<Op>(o);
  return o;
}

template <class Op>
const Operation& operation() {
  static const Operation made = describe<Op>();
  return made;
}

}  // namespace tracer::op
