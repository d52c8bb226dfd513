// What a room says, and what it may leave out because it is the same in most.
//
// A room is a struct with its rule first. Of an operation entry by entry it is written over one
// entry: see entrywise.hpp. Of others over matrices, numbers or symbols:
//   forward(x...)              its value, in the words of op/vocabulary.hpp and op/matrices.hpp; or,
//                              where that can't be lazy, run(y, x...), which writes to y; or, where
//                              it is composite,
//   expansion(x...)            a formula of other operations
//   parts(with, x...)          parts of that with names: μ, σ², x̂
//   pullback(y_bar, y, x...)   a tuple of the operands' adjoints; a composite one may leave it to
//                              its expansion
//   corner(x...)               where it has corners: what is 0 on one (kernel.hpp); over matrices
//                              corner(c, x...), which writes it to c
//   shape(x, attributes)       where it is not that of the operands, or a scalar of a loss
// then what it is called and how it is written:
//   name                       unique
//   call                       the function of the language, where that is not the name; "" for
//                              operators and for the engine's own
//   operands                   how many, where it is neither one nor seen from the rules
//   law                        the structure that others build on, where it has some
//   settings                   its numbers, with names
//   reference                  for `help ops`
//   samples                    where the tests probe it, unless at samples_of
//   notation, side, slope_side, tie, holds   how it is written, and what is said of its pieces,
//                              unless as usual
//   mistakes                   rules that are written in its place, for the diagnosis
//   stand_ins                  what is computed in its place in the forward pass, likewise
// and what it is to others (symbol/traits.hpp), each where it holds:
//   other_names, words         what else it is called
//   entrywise = false          of a room of the usual shape that is not entry by entry
//   by_sample, keeps_largest, of_one_entry, takes, kink, with_zero, squared, loss, output, hidden,
//   layer
//   condition_first            the first operand is 0 or 1, and the tests probe it so
//   quadratic                  at most quadratic in each operand: the tests compare exactly
//   spelled, legend, letter, jacobian, reasons, gradient_reason    what a page says of it
// Each of the rules, shape and notation may take the attributes as its first argument.
// Next: op/describe.hpp, which makes an Operation of a room, and op/kernel.hpp, which runs rooms over
// numbers.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "tracer/error.hpp"
#include "tracer/op/entrywise.hpp"
#include "tracer/op/mistake_kinds.hpp"
#include "tracer/op/shapes.hpp"

namespace tracer::op {

using Range = Setting::Range;

/// The function of the language that makes it.
template <class Op>
constexpr std::string_view call_of() {
  if constexpr (requires { Op::call; }) return Op::call;
  return Op::name;
}

/// What people write in place of a room's rule: `using mistakes = Mistakes<Diagonal, ...>`. Each is
/// a struct with kind (mistake_kinds.hpp has those that several rooms share), says and the rule: a
/// slope of the room's signature, or a pullback that gives one adjoint, the first operand's unless
/// `operand` says another.
template <class... Wrong>
struct Mistakes {};

/// What is computed in its place: `using stand_ins = StandIns<Evaluated, ...>`. Each is a struct with
/// kind, says and make(instead, x), and what else a StandIn has where it holds.
template <class... Other>
struct StandIns {};

/// A rule of a kind that several have: `struct SquareForgotten : OfKind<slope_formula>`.
template <const MistakeKind& of>
struct OfKind {
  static constexpr MistakeKind kind = of;
};

namespace detail {

template <std::size_t... I>
auto pick(std::index_sequence<I...>, const auto& span, auto&& f) {
  return f(span[I]...);
}

}  // namespace detail
}  // namespace tracer::op
