// How a sum of products is added up to 64 bits in doubles. A number x of 64 bits is split in two,
//
//     x = high + low       high: the first 26 bits, low: the other 38
//
// so that high·high is exact in a double. It is added up with the error of every addition, and what
// is smaller by 2²⁶, high·low and its like, in plain doubles beside it:
//
//     sum:   s + c         s: Σ high·high, as a double rounds it
//                          c: the errors of that (Knuth's two-sum), and Σ of all that has a low
//
// c is off by some 2⁻⁷⁷ of the terms. Source: Ogita, Rump & Oishi 2005, §4 (Dot2); Knuth, TAOCP 2,
// §4.2.2, theorem B. Squares and variances are doubles: of a spread seven digits are more than
// anybody asks for.
#include "tracer/number/uncertain_product.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "tracer/number/clones.hpp"
#include "tracer/number/threads.hpp"

namespace tracer {
namespace {

using Index = std::ptrdiff_t;

// Rows and columns that are added up together: their sums stay in the first cache.
constexpr Index block_rows = 32;
constexpr Index block_columns = 8;
constexpr double worth_splitting = 600;     // multiplications
constexpr double part_of_product = 10'000;  // that is worth a thread: some 10 µs

// Whether the squares of its numbers, and products of those, are far from what a double overflows
// or loses: else they are added up one by one.
bool fits_doubles(const Factor<Uncertain>& of) {
  const auto is_in = [](long double x, long double least, long double most) {
    return x == 0 || (x > least && x < most);
  };
  for (Index j = 0; j < of.columns; ++j) {
    for (Index i = 0; i < of.rows; ++i) {
      const Uncertain x = of.at(i, j);
      if (!is_in(std::fabs(x.value), 1e-70L, 1e70L) || !is_in(x.variance, 1e-140L, 1e140L))
        return false;
    }
  }
  return true;
}

struct Split {
  double high, low;
  explicit Split(long double x) {
    constexpr double cut = 0x1p27 + 1;  // Veltkamp's: what is left are the first 26 bits
    const auto rounded = static_cast<double>(x);
    const double shifted = cut * rounded;
    high = shifted - (shifted - rounded);
    low = static_cast<double>(x - static_cast<long double>(high));
  }
};

// The left factor in blocks of rows; of each block, for each k, four runs of as many doubles as it
// has rows: high, low, value², variance.
class LeftParts {
 public:
  explicit LeftParts(const Factor<Uncertain>& a) : depth_(a.columns) {
    const Index blocks = (a.rows + block_rows - 1) / block_rows;
    numbers_.assign(static_cast<std::size_t>(blocks * depth_ * 4 * block_rows), 0.0);
    for (Index k = 0; k < depth_; ++k) {
      for (Index i = 0; i < a.rows; ++i) {
        const Uncertain x = a.at(i, k);
        const Split split(x.value);
        double* place = numbers_.data() + offset(i / block_rows) + k * 4 * block_rows;
        place += i % block_rows;
        const auto value = static_cast<double>(x.value);
        place[0] = split.high;
        place[block_rows] = split.low;
        place[2 * block_rows] = value * value;
        place[3 * block_rows] = static_cast<double>(x.variance);
      }
    }
  }
  const double* block(Index which) const { return numbers_.data() + offset(which); }

 private:
  Index offset(Index which) const { return which * depth_ * 4 * block_rows; }
  Index depth_;
  std::vector<double> numbers_;
};

// The right one column by column, four numbers an entry: high, low, value², value² + variance.
std::vector<double> right_parts(const Factor<Uncertain>& b) {
  std::vector<double> numbers(static_cast<std::size_t>(b.rows * b.columns * 4));
  double* place = numbers.data();
  for (Index j = 0; j < b.columns; ++j) {
    for (Index k = 0; k < b.rows; ++k, place += 4) {
      const Uncertain x = b.at(k, j);
      const Split split(x.value);
      const auto value = static_cast<double>(x.value);
      place[0] = split.high;
      place[1] = split.low;
      place[2] = value * value;
      place[3] = value * value + static_cast<double>(x.variance);
    }
  }
  return numbers;
}

// One term of as many sums as there are rows. What is added to 0 is not rounded, nor is 0 that is
// added; the product itself is.
inline void add_term(Index rows, const double* a, const double* b, double* __restrict s,
                     double* __restrict c, double* __restrict v) {
  const double* low = a + block_rows;
  const double* square = a + 2 * block_rows;
  const double* variance = a + 3 * block_rows;
  const double b_high = b[0], b_low = b[1], b_square = b[2], b_both = b[3];
  for (Index i = 0; i < rows; ++i) {
    const double product = a[i] * b_high;
    const double before = s[i];
    const double sum = before + product;
    const double added = sum - before;
    const double error = (before - (sum - added)) + (product - added);
    const double rounded = before != 0 && product != 0 ? sum * sum : 0.0;
    c[i] += error + (a[i] * b_low + low[i] * (b_high + b_low));
    v[i] += square[i] * b_both + variance[i] * b_square + rounded;
    s[i] = sum;
  }
}

// A block of rows times some columns; `right` is the first of these, `result` where they begin.
void multiply_block(Index rows, Index columns, Index depth, const double* left, const double* right,
                    Uncertain* result, Index stride) {
  double s[block_columns][block_rows] = {};
  double c[block_columns][block_rows] = {};
  double v[block_columns][block_rows] = {};
  const Index run = std::min(block_rows, (rows + 7) / 8 * 8);  // whole vectors
  for (Index k = 0; k < depth; ++k) {
    for (Index j = 0; j < columns; ++j) {
      const double* b = right + (j * depth + k) * 4;
      if (b[3] != 0) add_term(run, left + k * 4 * block_rows, b, s[j], c[j], v[j]);
    }
  }
  for (Index j = 0; j < columns; ++j) {
    for (Index i = 0; i < rows; ++i) {
      Uncertain& place = result[j * stride + i];
      place.value = static_cast<long double>(s[j][i]) + static_cast<long double>(c[j][i]);
      place.variance = static_cast<long double>(v[j][i]);
    }
  }
}

void multiply_parts(Uncertain* result, Index rows, Index columns, const LeftParts& left,
                    const std::vector<double>& right, Index depth) {
  const auto grain = static_cast<Index>(
      part_of_product / (static_cast<double>(rows) * static_cast<double>(depth) + 1));
  in_parts(columns, grain + 1, [&](Index begin, Index end) {
    for (Index j = begin; j < end; j += block_columns) {
      for (Index i = 0; i < rows; i += block_rows) {
        on_this_processor<multiply_block>(
            std::min(block_rows, rows - i), std::min(block_columns, end - j), depth,
            left.block(i / block_rows), right.data() + j * depth * 4, result + j * rows + i, rows);
      }
    }
  });
}

// By Uncertain's own operations. What is surely 0 is passed over.
void multiply_one_by_one(Uncertain* result, const Factor<Uncertain>& a,
                         const Factor<Uncertain>& b) {
  std::fill_n(result, a.rows * b.columns, Uncertain(0));
  for (Index j = 0; j < b.columns; ++j) {
    for (Index k = 0; k < b.rows; ++k) {
      const Uncertain factor = b.at(k, j);
      if (factor.is_zero_surely()) continue;
      for (Index i = 0; i < a.rows; ++i) {
        const Uncertain other = a.at(i, k);
        if (!other.is_zero_surely()) result[j * a.rows + i] += other * factor;
      }
    }
  }
}

void set_product(Uncertain* result, const Factor<Uncertain>& a, const Factor<Uncertain>& b) {
  const double work =
      static_cast<double>(a.rows) * static_cast<double>(a.columns) * static_cast<double>(b.columns);
  if (work < worth_splitting || !fits_doubles(a) || !fits_doubles(b))
    return multiply_one_by_one(result, a, b);
  multiply_parts(result, a.rows, b.columns, LeftParts(a), right_parts(b), a.columns);
}

}  // namespace

template <>
void multiply<Uncertain>(Uncertain* c, const Factor<Uncertain>& a, const Factor<Uncertain>& b,
                         bool add) {
  if (!add) return set_product(c, a, b);
  std::vector<Uncertain> product(static_cast<std::size_t>(a.rows * b.columns));
  set_product(product.data(), a, b);
  for (const Uncertain& more : product) *c++ += more;
}

}  // namespace tracer
