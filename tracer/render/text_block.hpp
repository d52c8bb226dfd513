// Notation as terminal text: one line of Unicode, or several where a matrix takes part.
// Blocks join at their first line, so operators stand in the first row of what they connect:
//
//     Z = W·X = ⎡0.5  −0.5⎤ ⎡1  2⎤
//               ⎣  0   0.5⎦ ⎣3  1⎦
//
// Brackets and dots come from precedence.hpp. Next: text_working.hpp (lines of working in columns).
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "tracer/symbol/notation.hpp"

namespace tracer {

/// Lines of text, all padded to the same width in terminal columns. The first line is the baseline.
struct TextBlock {
  std::vector<std::string> lines{""};
  int width = 0;

  TextBlock() = default;
  TextBlock(std::string line);  // NOLINT(google-explicit-constructor): a line is a block
  explicit TextBlock(std::vector<std::string> all_lines);

  int height() const { return static_cast<int>(lines.size()); }
  bool one_line() const { return lines.size() == 1; }
};

/// `right` directly beside `left`, first line at first line.
TextBlock beside(const TextBlock& left, const TextBlock& right);

/// Terminal text of `n`: matrices as blocks.
TextBlock text_block(const Notation& n);

/// Terminal text of `n` on one line: matrices as [1, 2; 3, 4].
std::string text_line(const Notation& n);

/// Adds the values that a formula names, w1 and ∂L/∂z1, each once, in the order of the text.
void collect_values_named(const Notation& formula, std::vector<std::string>& names);

// ---- the parts of what is too wide for a page: text_folding.hpp puts them below each other.
// They expect the normal form of precedence.hpp.

/// Child `i` of a sum (without its sign) or of a product as it is set there, in brackets where it
/// needs them.
TextBlock text_part(const Notation& n, std::size_t i);

/// What stands between the parts `i` and `i + 1` of a sum or a product: " + ", "·".
std::string text_joint(const Notation& n, std::size_t i);

/// The columns of a matrix in groups that are at most `room` wide, as far as single ones are: the
/// bracket opens in the first and closes in the last, and ⋯ stands where the rows go on.
std::vector<TextBlock> text_columns(const Notation& matrix, int room);

}  // namespace tracer
