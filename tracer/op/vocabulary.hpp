// The words in which rules are written, over symbols: each writes a formula. `*` and `/` are entry by
// entry. A function of single entries, as tanh, is a word too, and stands in its room. The same
// words over numbers: of one number, number/functions.hpp and exact.hpp; of matrices,
// op/matrices.hpp. Next: any room, e.g. op/tanh.hpp.
#pragma once

#include "tracer/symbol/symbol.hpp"

namespace tracer {

/// What a reduction runs over, and what a broadcast repeats: the two undo each other's shape.
enum class Over {
  all,          ///< every entry: m×n ↔ 1×1
  each_column,  ///< down each column (NumPy's axis=0): m×n ↔ 1×n
  each_row      ///< along each row (axis=1): m×n ↔ m×1
};

Symbol operator+(const Symbol&, const Symbol&);
Symbol operator-(const Symbol&, const Symbol&);
Symbol operator*(const Symbol&, const Symbol&);
Symbol operator/(const Symbol&, const Symbol&);
Symbol operator-(const Symbol&);
Symbol dot(const Symbol&, const Symbol&);
Symbol transpose(const Symbol&);
Symbol reshape_like(const Symbol&, const Symbol& like);
Symbol window_like(const Symbol&, int row, int column, const Symbol& like);
Symbol place_like(const Symbol&, int row, int column, const Symbol& like);
/// Of y, which has a and b below each other (axis 0) or side by side, the part that is b.
Symbol second_part(const Symbol& y, const Symbol& a, const Symbol& b, int axis);
template <Over over>
Symbol share_of_largest(const Symbol&);
template <Over over>
Symbol sum(const Symbol&);
template <Over over>
Symbol broadcast(const Symbol&, const Symbol& like);
template <Over over>
Symbol count(const Symbol&);

// where only the run knows which way a sample lies: axis 0, each column is one; axis 1, each row
Symbol sum(const Symbol&, int axis);
Symbol broadcast(const Symbol&, const Symbol& like, int axis);
Symbol sample_count(const Symbol&, int axis);

/// min(max(x, −most), most), entry by entry. Over numbers a run does it in place: run/clipping.hpp.
Symbol cut(const Symbol& x, const Rational& most);

}  // namespace tracer
