// The sentence of a wrong rule with the names of a lesson in it. The rooms of the operations write
// "the factor {b} is left out on the way back to {a}" (MistakenRule::says in symbol/operation.hpp);
// the diagnosis of a program and the marking of a hand calculation tell both of it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

namespace tracer {

/// {x} and {a} are the first operand, {b} is the second and {y} the result.
inline std::string with_names(std::string_view says, const std::vector<std::string>& operands,
                              const std::string& result) {
  const std::string& a = operands.front();
  const std::string b = operands.size() > 1 ? operands[1] : "";
  return fmt::format(fmt::runtime(says), fmt::arg("x", a), fmt::arg("a", a), fmt::arg("b", b),
                     fmt::arg("y", result));
}

}  // namespace tracer
