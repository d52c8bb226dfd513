// Mathematical notation as a tree: what is to be written, not how. Operations and derivations build
// it; only render/ knows how it looks as terminal text, LaTeX or Markdown (and sets the parentheses
// that precedence needs).
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tracer {

/// A piece of notation. A plain value: copies are cheap enough for a page.
struct Notation {
  enum class Kind {
    name,       ///< text: z1, W1, eta
    number,     ///< text: a decimal in ASCII ("-1.8788", "1.5e-07") or a fraction ("1/3", "1/2")
    words,      ///< text: plain words set between formulas, e.g. "row sums of"; children (if any)
                ///< follow it
    sum,        ///< children are added; a child of kind negate is subtracted
    negate,     ///< −child
    product,    ///< children multiplied, in the way of `product`
    quotient,   ///< children[0] / children[1]; with product == hadamard entry by entry (⊘)
    power,      ///< children[0] to the children[1]
    call,       ///< text(children...): relu(z1), relu′(z1), ln(p)
    transpose,  ///< childᵀ
    index,      ///< children[0][text]: P[1,0]
    partial,  ///< ∂children[0]/∂children[1]; with a third ∂²children[0]/∂children[1]∂children[2]
    matrix,  ///< rows × columns of children, row by row
    elided,  ///< a matrix too large to print: text is what is said of it ("784×128, norm 3.2"),
             ///< children its corner
    hole,    ///< nothing; prints as nothing
    blank    ///< a box to be filled in; columns: how wide it is on a terminal
  };
  enum class Product {
    dot,        ///< w1·x
    hadamard,   ///< A ⊙ B, entry by entry
    matrix,     ///< W·X as matrices (numbers: blocks side by side)
    juxtaposed  ///< (1.02)(2), ½(z2 − y)²
  };

  Kind kind = Kind::hole;
  std::string text;
  std::vector<Notation> children;
  Product product = Product::dot;
  int rows = 0;  // matrix, elided: the size that is shown
  int columns = 0;
  bool rounded = false;  // number: the text is not the value itself, but its rounding

  friend bool operator==(const Notation&, const Notation&) = default;
};

namespace notation {

inline Notation name(std::string text) { return {Notation::Kind::name, std::move(text), {}}; }
inline Notation number(std::string text, bool rounded = false) {
  Notation n{Notation::Kind::number, std::move(text), {}};
  n.rounded = rounded;
  return n;
}
inline Notation words(std::string text, std::vector<Notation> children = {}) {
  return {Notation::Kind::words, std::move(text), std::move(children)};
}
inline Notation call(std::string text, std::vector<Notation> arguments) {
  return {Notation::Kind::call, std::move(text), std::move(arguments)};
}
inline Notation sum(std::vector<Notation> terms) {
  return {Notation::Kind::sum, "", std::move(terms)};
}
inline Notation negate(Notation x) { return {Notation::Kind::negate, "", {std::move(x)}}; }
inline Notation product(std::vector<Notation> factors,
                        Notation::Product how = Notation::Product::dot) {
  return {Notation::Kind::product, "", std::move(factors), how};
}
inline Notation quotient(Notation above, Notation below,
                         Notation::Product how = Notation::Product::dot) {
  return {Notation::Kind::quotient, "", {std::move(above), std::move(below)}, how};
}
inline Notation power(Notation base, Notation exponent) {
  return {Notation::Kind::power, "", {std::move(base), std::move(exponent)}};
}
inline Notation transpose(Notation x) { return {Notation::Kind::transpose, "", {std::move(x)}}; }
inline Notation index(Notation x, std::string which) {
  return {Notation::Kind::index, std::move(which), {std::move(x)}};
}
inline Notation partial(Notation of, Notation wrt) {
  return {Notation::Kind::partial, "", {std::move(of), std::move(wrt)}};
}
inline Notation second_partial(Notation of, Notation first, Notation second) {
  return {Notation::Kind::partial, "", {std::move(of), std::move(first), std::move(second)}};
}
inline Notation blank(int columns) {
  Notation n{Notation::Kind::blank, "", {}};
  n.columns = columns;
  return n;
}
inline Notation matrix(int rows, int columns, std::vector<Notation> entries) {
  Notation n{Notation::Kind::matrix, "", std::move(entries)};
  n.rows = rows;
  n.columns = columns;
  return n;
}

}  // namespace notation
}  // namespace tracer
