// Numbers as a page shows them: every digit proved, `=` before what is exact and `≈` before what is
// rounded.
#pragma once

#include "tracer/derive/document.hpp"
#include "tracer/symbol/symbol.hpp"

namespace tracer {

class Show {
 public:
  /// `at_limit`: there are no more bits to be had, so what can't be proved prints as far as it is.
  Show(int digits, bool at_limit) : digits_(digits), at_limit_(at_limit) {}

  /// A number, or a matrix whole where it is small, else its size, norm and corner. Throws
  /// Undecided.
  Notation operator()(const Array<Exact>&) const;
  Notation operator()(const Exact&) const;

  /// "= 0.25", "= 1/3 ≈ 0.3333333333", "≈ 0.7310585786". `carried_rounded`: the value was rounded
  /// on its line (--round).
  std::vector<Link> links(const Array<Exact>&, bool carried_rounded = false) const;
  Value value(const Array<Exact>&) const;
  /// "1.02": for headings and sentences.
  std::string text(const Exact&) const;
  /// For values that can't be told from 0: "|v| < 1e-300, not proved"; else nothing.
  std::string doubt(const Array<Exact>&) const;

  static bool fits(const Array<Exact>&);  ///< is printed whole

 private:
  Decimal decimal(const Exact&) const;
  int digits_;
  bool at_limit_;
};

/// Whether every number in it is exact, so that `=` may stand before it.
bool is_exact(const Notation&);

}  // namespace tracer
