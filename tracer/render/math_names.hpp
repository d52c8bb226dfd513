// How the names of a lesson are read as mathematics, for LaTeX and MathML alike: z1 is z with a 1
// below, W_out a W with "out" below, alpha the Greek letter.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tracer {

/// A name in its parts: σ′, z₁, W_out, P[0,2].
struct MathName {
  std::string base;                ///< z, W, alpha
  int primes = 0;                  ///< how many stand after it
  std::vector<std::string> below;  ///< 1; out; the two of a_1_2
  std::string index;               ///< "[0,2]" with its brackets, or empty
};
MathName math_name(std::string_view text);

/// α for "alpha"; "" for what names no Greek letter (capitals that look Latin among them).
std::string greek_letter(std::string_view name);

/// A function's name and its primes: relu′ is relu, 1.
struct MathFunction {
  std::string name;
  int primes = 0;
};
MathFunction math_function(std::string_view text);

}  // namespace tracer
