// Notation as LaTeX mathematics, for a document and for the $$ of Markdown. Brackets and dots come
// from precedence.hpp, names and functions from latex_text.cpp. Next: latex_rows.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracer/render/blocks.hpp"

namespace tracer {

// Prose and names for LaTeX: every character becomes something that compiles with pdflatex and the
// packages amsmath and amssymb, whatever the lesson's author typed.

/// Prose for LaTeX's text mode. Mathematics in it (∂L/∂z1, w2, pⱼ, ½) is set as mathematics.
std::string latex_text(std::string_view text);

/// A name for math mode: z1 as z_{1}, alpha as \alpha, loss as \mathrm{loss}, W_out as
/// W_{\mathrm{out}}.
std::string latex_name(std::string_view text);

/// A function's name for math mode: \tanh, \operatorname{relu}, \sum_{i}, with its primes.
std::string latex_function(std::string_view text);

/// The math-mode command of a character (∂: \partial), "" where there is none.
std::string_view latex_symbol(char32_t c);

struct LatexStyle {
  const Shapes* shapes = nullptr;  ///< none: no shapes below factors
  const Notation* names =
      nullptr;  ///< a product in symbols; a product of as many numbers gets its factors'
                ///< names below them: \underbrace{(-1.8788)}_{\partial L/\partial z_{2}}
  bool unicode_words = false;  ///< words as MathJax and KaTeX want them
  bool slashes = false;        ///< a/b in place of stacked fractions, for small places
};

/// `n` for math mode, without delimiters.
std::string latex(const Notation& n, const LatexStyle& style = {});

/// The same in pieces between which a line may break: the terms of a sum with their signs.
std::vector<std::string> latex_terms(const Notation& n, const LatexStyle& style = {});

/// A number's ASCII for math mode: "1.5e-07" as 1.5 \times 10^{-7}, "1/3" as \frac{1}{3}.
std::string latex_number(const std::string& ascii, const char* fraction = "\\frac");

}  // namespace tracer
