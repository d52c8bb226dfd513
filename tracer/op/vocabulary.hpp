// The words in which rules are written, over symbols: each writes a formula. `*` and `/` are entry by
// entry. A function of single entries, as tanh, is a word too, and stands in its room. The same
// words over numbers: of one number, number/functions.hpp and exact.hpp; of matrices,
// op/matrices.hpp. Next: any room, e.g. op/tanh.hpp.
#pragma once

#include "tracer/op/over.hpp"
#include "tracer/op/with.hpp"
#include "tracer/symbol/symbol.hpp"

namespace tracer {

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
template <int axis>
Symbol first_part(const Symbol& y, const Symbol& a);
template <int axis>
Symbol second_part(const Symbol& y, const Symbol& a, const Symbol& b);
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

}  // namespace tracer
