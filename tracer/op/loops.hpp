// The loops under the fast kernels of op/fast.hpp, over float and double. Each is compiled for
// several kinds of processor (number/clones.hpp), so they are plain C++ over pointers. Matrices lie
// column by column without gaps; nothing overlaps unless it is said.
#pragma once

#include <cstddef>

namespace tracer::loops {

using Index = std::ptrdiff_t;

// --- entry by entry, n entries; `add`: added to what is there

template <class S>
void exp(Index n, const S* x, S* y);
/// 1/(1 + exp(−x))
template <class S>
void sigmoid(Index n, const S* x, S* y);
template <class S>
void tanh(Index n, const S* x, S* y);
/// x where x > 0, else slope·x; NaN stays NaN.
template <class S>
void leaky(Index n, S slope, const S* x, S* y);

/// x̄ = ȳ ⊙ y ⊙ (1 − y)
template <class S>
void sigmoid_back(Index n, const S* y_bar, const S* y, S* x_bar, bool add);
/// x̄ = ȳ ⊙ (1 − y²)
template <class S>
void tanh_back(Index n, const S* y_bar, const S* y, S* x_bar, bool add);
/// x̄ = ȳ where x > 0, else slope·ȳ
template <class S>
void leaky_back(Index n, S slope, const S* y_bar, const S* x, S* x_bar, bool add);
/// y = factor·a·b
template <class S>
void scaled_product(Index n, S factor, const S* a, const S* b, S* y, bool add);

// --- matrices, m × n

/// y += b for each column; b : m × 1
template <class S>
void add_column(Index m, Index n, const S* b, S* y);
/// y += b for each row; b : 1 × n
template <class S>
void add_row(Index m, Index n, const S* b, S* y);
/// sum (m × 1) = the sum of each row
template <class S>
void sum_rows(Index m, Index n, const S* y, S* sum, bool add);
/// sum (1 × n) = the sum of each column
template <class S>
void sum_columns(Index m, Index n, const S* y, S* sum, bool add);

// --- softmax and cross-entropy, each column one sample

/// Σ over the columns of −Σ y·log_softmax(z).
template <class S>
double cross_entropy(Index m, Index n, const S* z, const S* y);
/// z̄ = factor·(softmax(z)·Σy − y), column by column.
template <class S>
void cross_entropy_back(Index m, Index n, S factor, const S* z, const S* y, S* z_bar, bool add);

// --- batch normalisation, each row one feature over n samples

/// Mean and (biased) variance of each row: both m × 1.
template <class S>
void moments(Index m, Index n, const S* z, S* mean, S* variance);
/// y = scale·z + shift, both m × 1
template <class S>
void scale_and_shift(Index m, Index n, const S* scale, const S* shift, const S* z, S* y);
/// What the adjoints of batch_norm need of each row: Σ ȳ and Σ ȳ ⊙ (z − mean), both m × 1.
template <class S>
void back_sums(Index m, Index n, const S* y_bar, const S* z, const S* mean, S* sum, S* sum_centred);
/// z̄ = a·ȳ + b·(z − mean) + c, where a, b, c, mean are m × 1
template <class S>
void batch_norm_back(Index m, Index n, const S* a, const S* b, const S* c, const S* mean,
                     const S* y_bar, const S* z, S* z_bar, bool add);

}  // namespace tracer::loops
