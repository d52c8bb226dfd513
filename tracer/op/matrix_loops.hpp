// Loops over a matrix that several kernels by hand need, m × n, column by column without gaps.
// Nothing overlaps.
#pragma once

#include <algorithm>

#include "tracer/op/entrywise_loops.hpp"

namespace tracer::op::loops {

/// y += b for each column; b : m × 1
template <class S>
void add_column(Index m, Index n, const S* b, S* __restrict y) {
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) y[j * m + i] += b[i];
  }
}
/// y += b for each row; b : 1 × n
template <class S>
void add_row(Index m, Index n, const S* b, S* __restrict y) {
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) y[j * m + i] += b[j];
  }
}
/// sum (m × 1) = the sum of each row
template <class S>
void sum_rows(Index m, Index n, const S* y, S* __restrict sum, bool add) {
  if (!add) std::fill_n(sum, m, S(0));
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) sum[i] += y[j * m + i];
  }
}
/// sum (1 × n) = the sum of each column
template <class S>
void sum_columns(Index m, Index n, const S* y, S* __restrict sum, bool add) {
  for (Index j = 0; j < n; ++j) {
    S total = 0;
    for (Index i = 0; i < m; ++i) total += y[j * m + i];
    put(sum[j], total, add);
  }
}

}  // namespace tracer::op::loops
