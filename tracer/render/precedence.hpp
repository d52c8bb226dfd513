// Where brackets and multiplication signs go: decided here once, for terminal text and LaTeX alike.
// The writers (text_block.cpp, latex_notation.cpp) ask these questions and know nothing of
// precedence.
//
// Loosest first: sums, negation, products (dots, blocks side by side, then ⊙ and ⊘ apart from the
// two), quotients, powers and transposes, and what holds together by itself: names, numbers, calls.
#pragma once

#include <cstddef>

#include "tracer/symbol/notation.hpp"

namespace tracer {

/// How a format sets fractions: on one line with a slash, or stacked, which groups without
/// brackets.
enum class Fractions { linear, stacked };

/// Where a piece stands in the piece around it. Factors have a question of their own, below.
enum class Slot {
  whole,  ///< alone, or within brackets already: an argument, an entry
  first_term,
  later_term,  ///< after a + or −
  negated,     ///< after a sign
  operand,     ///< after Σ
  of_words,    ///< after words such as "row sums of"
  inner_term,  ///< of a sum, with another after it: words must not run on into that
  factor,
  last_factor,
  numerator,
  denominator,
  base,  ///< of a power, a transpose or an index
};

/// What stands between two factors.
enum class Joint { none, space, dot, spaced_dot, hadamard };

/// The same mathematics in the form that is easiest to set: sums and products of one kind flat,
/// holes gone, and signs in front: (−x)·y as −(x·y). Numbers keep their signs: (−1.8788)(2.06).
Notation normal(Notation n);

// All that follows expects notation in normal form.

bool needs_brackets(const Notation& n, Slot slot, Fractions fractions);

/// Does factor `i` of a product need brackets?
bool factor_needs_brackets(const Notation& product, std::size_t i, Fractions fractions);

/// What stands between factors `i` and `i + 1`.
Joint joint(const Notation& product, std::size_t i, Fractions fractions);

/// Is it the number 1/2, which is set as ½ in front of a product?
bool is_half(const Notation& n);

/// Is factor `i` the ½ in front of a product?
inline bool is_leading_half(const Notation& product, std::size_t i) {
  return i == 0 && is_half(product.children[0]);
}

/// Σ and words that are written in front of what they apply to: "Σ Y", "row sums of Z".
bool is_prefix(const Notation& n);

/// The slot of what words apply to; and are such words the last thing written, with brackets for
/// nothing around them?
Slot slot_of_child(const Notation& words);
bool ends_in_words(const Notation& n);

/// Does a blank stand before child `i` of words? Not within a bracket: [a > b].
bool has_blank_before(const Notation& words, std::size_t i);

/// ln and exp of a plain name, where the slot lets them go without brackets: "ln P[1,0]".
bool spares_brackets(const Notation& call, Slot slot);

/// Calls that have a sign of their own: √x, ‖x‖.
bool is_root(const Notation& call);
bool is_norm(const Notation& call);

/// Is it set as a block of several rows?
bool is_block(const Notation& n);

}  // namespace tracer
