// The samples of a data statement over a scalar, as a run reads them: float ones where they lie
// (MNIST is 188 MB, and is not copied), others converted once. Next: run/leaves.hpp.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/number/sparse_product.hpp"

namespace tracer {

template <class S>
class SampleSet {
 public:
  /// All samples. Float sets are not copied: the Samples must outlive this where S is float.
  explicit SampleSet(const Samples&);
  /// Those samples (from 0) of a set, in that order, copied.
  SampleSet(const SampleSet&, std::span<const int> chosen);
  SampleSet(const SampleSet&) = delete;  // the matrices point into what is owned
  SampleSet& operator=(const SampleSet&) = delete;
  SampleSet(SampleSet&&) noexcept = default;
  SampleSet& operator=(SampleSet&&) noexcept = default;

  /// One name's values: `entries` of each sample; a sample is a column, or a row where rows().
  struct Matrix {
    std::string name;
    const S* values = nullptr;  ///< column by column, as Eigen has it
    int entries = 0;
  };
  const std::vector<Matrix>& matrices() const { return matrices_; }
  int count() const { return count_; }
  bool rows() const { return rows_; }
  /// The matrix of that name; -1: there is none.
  int find(const std::string& name) const;

  /// Lists what is not 0 of matrices that are mostly 0, for products that pass zeros over: float and
  /// double samples that are columns.
  void list_nonzeros();
  /// What was listed of a matrix; null: nothing.
  const Nonzeros<S>* nonzeros(std::size_t matrix) const;

  /// Where the samples from `first` on lie one after the other, to be read without a copy; null
  /// where samples are rows.
  const S* in_place(std::size_t matrix, int first) const;
  /// Copies the samples `first` ... first + m − 1 into a batch of m.
  void copy(std::size_t matrix, int first, int m, S* to) const;
  /// Copies the samples of these numbers into a batch of as many.
  void gather(std::size_t matrix, std::span<const int> samples, S* to) const;

 private:
  std::vector<Matrix> matrices_;
  std::vector<std::vector<S>> owned_;
  std::vector<Nonzeros<S>> nonzeros_;  // of each matrix; empty: not listed
  int count_ = 0;
  bool rows_ = false;
};

/// A leaf's value over S (float, double or Exact), column by column: rows · columns numbers; none
/// where it has none. `working`: what a run over Exact asks of them.
template <class S>
std::vector<S> numbers_of(const LeafValue&, Working working = {});

}  // namespace tracer
