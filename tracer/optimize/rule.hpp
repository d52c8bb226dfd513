// What an update rule says of itself, and what several of them share. A rule is a struct with
//
//   name, title, description, source
//   settings         its numbers, in PyTorch's order, the learning rate first
//   flags            its yes-or-no settings; left out if there are none
//   complaint        what is wrong with settings that are each in range; left out if nothing can be
//                    (a Complaint, or nothing)
//   run(page)        the rule itself, written once for numbers and symbols
//
// and what a page (page.hpp) offers to it is
//
//   page.w, page.g            the parameter and the gradient of the loss
//   page.t, page.first        the step, from 1, and whether it is the first
//   page.numbers, .flags      the values of settings and flags, in their order
//   page.is_on(number)        whether a setting is anything but 0
//   page.old(state)           what the last step has kept: 0 at first,
//   page.old(state, start)    or `start`
//   page.keep(state, x)       a line of working that is kept for the next step,
//   page.line(name, x)        and one that is not
//   page.update(x)            the last line: the new value of the parameter
//
// A part that is off writes no line. An old state is not read once the new one is kept.
// To add a rule: its file, and a line in all.hpp. Next: sgd.hpp.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <type_traits>

#include "tracer/number/setting.hpp"
#include "tracer/optimize/coefficient.hpp"
#include "tracer/symbol/symbol.hpp"

namespace tracer {

using Range = Setting::Range;

struct Flag {
  std::string_view name;
  bool standard = false;
  std::string_view meaning;
};

/// "momentum must be at least 0": what is wrong with one of the settings or flags.
struct Complaint {
  std::string_view setting;
  std::string says;
};

template <class Rule>
inline constexpr std::array<Flag, 0> flags_of{};
template <class Rule>
requires requires { Rule::flags; }
inline constexpr auto flags_of<Rule> = Rule::flags;

/// A rule's settings, but one of them has another default (and, if said, meaning): for a rule that
/// is another one under a name of its own.
template <std::size_t n>
consteval std::array<Setting, n> with_standard(std::array<Setting, n> settings,
                                               std::string_view name, std::string_view standard,
                                               std::string_view meaning = {}) {
  for (Setting& setting : settings) {
    if (setting.name != name) continue;
    setting.standard = standard;
    if (!meaning.empty()) setting.meaning = meaning;
  }
  return settings;
}

/// What several rules take alike.
inline constexpr Setting weight_decay_setting{
    "weight_decay", "λ", "weight decay", "0", Range::not_negative, "adds λ·w to the gradient"};
consteval Setting rate_setting(std::string_view standard) {
  return {"lr", "lr", "lr", standard, Range::not_negative, "learning rate"};
}
consteval Setting eps_setting(std::string_view standard) {
  return {"eps", "ε", "ε", standard, Range::not_negative, "keeps the divisor from 0"};
}

/// x², entry by entry. Of an interval across 0 it is the interval of squares, from 0 on: x·x would
/// not know that both factors are the same, and reach below 0, where Adam's √ has no value.
template <Numbers X>
auto squared(const X& x) {
  if constexpr (std::is_floating_point_v<typename X::Scalar>) {
    return x * x;
  } else {
    return x.unaryExpr([](const auto& v) { return pow(v, 2L); });
  }
}
template <std::same_as<Symbol> X>
X squared(const X& x) {
  return power(x, 2);
}

/// g ← g + λ·w, the gradient of the loss plus ½λ‖w‖²; without a λ the gradient as it is.
auto with_weight_decay(auto& page, const auto& weight_decay) {
  return page.is_on(weight_decay) ? page.line("g", page.g + weight_decay * page.w) : page.g;
}

}  // namespace tracer
