// Products with data that is mostly 0, as the pixels of MNIST are (81 of 100). What is not 0 is listed
// once, when the data is read; a product then adds up these entries only, in the order in which the
// dense one adds them. The result is the same, bit for bit, whatever the number of threads.
// Next: product.hpp, for all other matrices.
//
//   const Nonzeros<float> nonzeros(pixels, 784, 60'000);
//   if (nonzeros.are_few()) ...
//   multiply<float>(z, w, units, batch, bias);          // z = W·X + b
//   multiply_turned<float>(w_bar, z_bar, units, batch, false);  // W̄ = Z̄·Xᵀ
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tracer {

/// One sample: its entries where they lie, and once more those that are not 0, closely packed: a
/// product that goes through them in order reads a fifth of the memory.
template <class S>
struct SparseColumn {
  const S* entries = nullptr;             ///< all of them, one after the other
  const S* nonzeros = nullptr;            ///< those that are not 0
  const std::uint16_t* places = nullptr;  ///< where they stand, ascending
  int count = 0;                          ///< how many these are
  const std::uint64_t* bits = nullptr;    ///< the same: bit k % 64 of word k / 64
};

/// Samples side by side, as columns: entries × samples.
template <class S>
struct SparseMatrix {
  SparseMatrix() = default;
  SparseMatrix(std::ptrdiff_t entries, std::span<const SparseColumn<S>> samples)
      : rows(entries), columns(samples) {
    for (const SparseColumn<S>& column : columns) nonzeros += column.count;
  }
  std::ptrdiff_t rows = 0;
  std::span<const SparseColumn<S>> columns;
  std::ptrdiff_t nonzeros = 0;  ///< of all columns
};

/// Which entries of the samples of a data set are not 0.
template <class S>
class Nonzeros {
 public:
  /// `values`: entries · count, sample after sample; they must outlive this and stay as they are.
  Nonzeros(const S* values, int entries, int count);

  /// So few that multiply() below is quicker than the dense product. Where they are not, there are no
  /// columns.
  bool are_few() const { return !starts_.empty(); }
  /// Requires are_few().
  SparseColumn<S> column(int sample) const;

 private:
  const S* values_;
  std::ptrdiff_t entries_;
  std::ptrdiff_t words_;  // of bits, a sample
  std::vector<std::uint64_t> bits_;
  std::vector<std::uint16_t> places_;
  std::vector<S> nonzeros_;
  std::vector<std::ptrdiff_t> starts_;  // of each sample in places_, and where the last one ends
};

/// c = a·x, and the bias (rows × 1) added to each column where there is one. a is rows × x.rows, c is
/// rows × as many columns as x has; both column by column without gaps, and they don't overlap.
template <class S>
void multiply(S* c, const S* a, std::ptrdiff_t rows, const SparseMatrix<S>& x, const S* bias);

/// c = a·xᵀ, or c += a·xᵀ where `add`. a is rows × as many columns as x has, c is rows × x.rows.
template <class S>
void multiply_turned(S* c, const S* a, std::ptrdiff_t rows, const SparseMatrix<S>& x, bool add);

}  // namespace tracer
