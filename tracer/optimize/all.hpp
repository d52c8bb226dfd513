// The list of update rules: the one place besides its own file that a rule is named in. Making an
// optimizer, its steps, the help and the tests all walk this list. To add one: its file, a line
// here, a test.
#pragma once

#include <cstddef>
#include <type_traits>

#include "tracer/optimize/adagrad.hpp"
#include "tracer/optimize/adam.hpp"
#include "tracer/optimize/adamw.hpp"
#include "tracer/optimize/rmsprop.hpp"
#include "tracer/optimize/sgd.hpp"

namespace tracer::optimize {

template <class... Rules>
struct List {
  static constexpr std::size_t size = sizeof...(Rules);
};

using All = List<Sgd, Momentum, Nesterov, Adam, AdamW, RmsProp, Adagrad>;

/// Calls f.operator()<Rule>() for every rule of the list.
template <class... Rules>
void for_each(List<Rules...> /*list*/, auto&& f) {
  static_assert(((Rules::settings[0].name == "lr") && ...), "schedules replace the first setting");
  (f.template operator()<Rules>(), ...);
}
void for_each_rule(auto&& f) { for_each(All{}, f); }

/// Calls f.operator()<Rule>() for the rule at that place in the list.
void with_rule(std::size_t place, auto&& f) {
  std::size_t at = 0;
  for_each_rule([&]<class Rule>() {
    if (at++ == place) f.template operator()<Rule>();
  });
}

}  // namespace tracer::optimize
