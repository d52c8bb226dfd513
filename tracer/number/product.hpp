// Where matrices are multiplied. The product is divided among the threads of the team here, so the
// library below computes each part on one thread; which library that is depends on the shape.
#pragma once

#include <cstddef>

namespace tracer {

/// A factor as it stands in the product: rows × columns. Its entries lie column by column, `stride`
/// apart from one column to the next; or, where it is transposed, row by row.
template <class S>
struct Factor {
  const S* entries = nullptr;
  std::ptrdiff_t rows = 0;
  std::ptrdiff_t columns = 0;
  std::ptrdiff_t stride = 0;
  bool transposed = false;

  const S& at(std::ptrdiff_t row, std::ptrdiff_t column) const {
    return entries[transposed ? row * stride + column : column * stride + row];
  }
};

/// c = a·b, or c += a·b where `add`; c is a.rows × b.columns, column by column without gaps, and
/// overlaps neither. S is float or double. Requires a.columns == b.rows.
template <class S>
void multiply(S* c, const Factor<S>& a, const Factor<S>& b, bool add);

}  // namespace tracer
