// Notation as LaTeX mathematics, for a document and for the $$ of Markdown. Brackets and dots come
// from precedence.hpp, names and functions from latex_text.hpp. Next: latex_rows.hpp.
#pragma once

#include <string>
#include <vector>

#include "tracer/render/blocks.hpp"

namespace tracer {

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
