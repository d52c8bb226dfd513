// A matrix as one would write it in an afternoon: what the backward passes by hand are computed in.
// Nothing here is lazy, and nothing is Eigen's, whose expressions take a compiler longer than the
// rest of these tests together. As in the lessons' rules, * is entry by entry, and dot the product.
#pragma once

#include <cstddef>
#include <type_traits>
#include <vector>

#include <Eigen/Core>

namespace tracer::planted {

using Index = std::ptrdiff_t;

template <class S>
class Plain {
 public:
  Plain() = default;
  Plain(Index rows, Index columns, S value = S(0))
      : rows_(rows), columns_(columns), entries_(static_cast<std::size_t>(rows * columns), value) {}

  Index rows() const { return rows_; }
  Index columns() const { return columns_; }
  Index size() const { return rows_ * columns_; }
  S& operator()(Index i, Index j) { return entries_[static_cast<std::size_t>(j * rows_ + i)]; }
  S operator()(Index i, Index j) const { return entries_[static_cast<std::size_t>(j * rows_ + i)]; }
  /// Column by column.
  std::vector<S>& entries() { return entries_; }
  const std::vector<S>& entries() const { return entries_; }

 private:
  Index rows_ = 0, columns_ = 0;
  std::vector<S> entries_;
};

/// f of every entry, column by column.
template <class S, class F>
Plain<S> each(Plain<S> x, F f) {
  for (S& entry : x.entries()) entry = f(entry);
  return x;
}
/// f of two entries. A column goes with every column of the other, a row with every row.
template <class S>
Plain<S> both(const Plain<S>& a, const Plain<S>& b, S (*f)(S, S)) {
  const Index rows = a.rows() > b.rows() ? a.rows() : b.rows();
  const Index columns = a.columns() > b.columns() ? a.columns() : b.columns();
  Plain<S> made(rows, columns);
  for (Index j = 0; j < columns; ++j) {
    for (Index i = 0; i < rows; ++i)
      made(i, j) = f(a(a.rows() == 1 ? 0 : i, a.columns() == 1 ? 0 : j),
                     b(b.rows() == 1 ? 0 : i, b.columns() == 1 ? 0 : j));
  }
  return made;
}

template <class S>
Plain<S> operator+(const Plain<S>& a, const Plain<S>& b) {
  return both<S>(a, b, [](S x, S y) { return x + y; });
}
template <class S>
Plain<S> operator-(const Plain<S>& a, const Plain<S>& b) {
  return both<S>(a, b, [](S x, S y) { return x - y; });
}
template <class S>
Plain<S> operator*(const Plain<S>& a, const Plain<S>& b) {
  return both<S>(a, b, [](S x, S y) { return x * y; });
}
template <class S>
Plain<S> operator/(const Plain<S>& a, const Plain<S>& b) {
  return both<S>(a, b, [](S x, S y) { return x / y; });
}
template <class S>
Plain<S> operator-(const Plain<S>& a) {
  return each(a, [](S x) { return -x; });
}
template <class S>
Plain<S> operator*(std::type_identity_t<S> k, const Plain<S>& a) {
  return each(a, [k](S x) { return k * x; });
}
template <class S>
Plain<S> operator/(const Plain<S>& a, std::type_identity_t<S> k) {
  return each(a, [k](S x) { return x / k; });
}
template <class S>
Plain<S> operator+(std::type_identity_t<S> k, const Plain<S>& a) {
  return each(a, [k](S x) { return k + x; });
}
template <class S>
Plain<S> operator-(std::type_identity_t<S> k, const Plain<S>& a) {
  return each(a, [k](S x) { return k - x; });
}
template <class S>
Plain<S> square(const Plain<S>& a) {
  return each(a, [](S x) { return x * x; });
}

template <class S>
Plain<S> transpose(const Plain<S>& a) {
  Plain<S> made(a.columns(), a.rows());
  for (Index j = 0; j < a.columns(); ++j) {
    for (Index i = 0; i < a.rows(); ++i) made(j, i) = a(i, j);
  }
  return made;
}
/// The matrix product.
template <class S>
Plain<S> dot(const Plain<S>& a, const Plain<S>& b) {
  Plain<S> made(a.rows(), b.columns());
  for (Index j = 0; j < b.columns(); ++j) {
    for (Index k = 0; k < a.columns(); ++k) {
      for (Index i = 0; i < a.rows(); ++i) made(i, j) += a(i, k) * b(k, j);
    }
  }
  return made;
}

/// A column of the sums of the rows.
template <class S>
Plain<S> row_sums(const Plain<S>& a) {
  Plain<S> made(a.rows(), 1);
  for (Index j = 0; j < a.columns(); ++j) {
    for (Index i = 0; i < a.rows(); ++i) made(i, 0) += a(i, j);
  }
  return made;
}
template <class S>
Plain<S> row_means(const Plain<S>& a) {
  return row_sums(a) / static_cast<S>(a.columns());
}
/// A row of the sums of the columns.
template <class S>
Plain<S> column_sums(const Plain<S>& a) {
  return transpose(row_sums(transpose(a)));
}
template <class S>
S sum(const Plain<S>& a) {
  S made = 0;
  for (const S entry : a.entries()) made += entry;
  return made;
}
template <class S>
S largest_size(const Plain<S>& a) {
  S largest = 0;
  for (const S entry : a.entries()) {
    const S size = entry < 0 ? -entry : entry;
    if (size > largest) largest = size;
  }
  return largest;
}

/// The same numbers as Eigen has them, and back.
template <class S>
Plain<S> plain(const Eigen::ArrayXXd& values) {
  Plain<S> made(values.rows(), values.cols());
  for (Index k = 0; k < values.size(); ++k)
    made.entries()[static_cast<std::size_t>(k)] = static_cast<S>(values.data()[k]);
  return made;
}
template <class T, class S>
Eigen::Array<T, Eigen::Dynamic, Eigen::Dynamic> to_array(const Plain<S>& x) {
  Eigen::Array<T, Eigen::Dynamic, Eigen::Dynamic> made(x.rows(), x.columns());
  for (Index k = 0; k < x.size(); ++k)
    made.data()[k] = static_cast<T>(x.entries()[static_cast<std::size_t>(k)]);
  return made;
}

}  // namespace tracer::planted
