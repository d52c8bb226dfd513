// Prose and names for LaTeX: every character becomes something that compiles with pdflatex and the
// packages amsmath and amssymb, whatever the lesson's author typed. Next: latex_notation.hpp.
#pragma once

#include <string>
#include <string_view>

namespace tracer {

/// Prose for LaTeX's text mode. Mathematics in it (∂L/∂z1, w2, pⱼ, ½) is set as mathematics.
std::string latex_text(std::string_view text);

/// A name for math mode: z1 as z_{1}, alpha as \alpha, loss as \mathrm{loss}, W_out as
/// W_{\mathrm{out}}.
std::string latex_name(std::string_view text);

/// A function's name for math mode: \tanh, \operatorname{relu}, \sum_{i}, with its primes.
std::string latex_function(std::string_view text);

/// The math-mode command of a character (∂: \partial), "" where there is none.
std::string_view latex_symbol(char32_t c);

}  // namespace tracer
