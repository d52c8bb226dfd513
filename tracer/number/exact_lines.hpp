// The rows or columns of a matrix of Exact as integers, each line with a unit of its own: what a product of
// such matrices is made of. Next: exact_lines.cpp; exact_product.cpp, which multiplies them.
#pragma once

#include <gmp.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tracer/number/exact.hpp"
#include "tracer/number/product.hpp"

namespace tracer {

/// What an entry is, each kind with the bits of those before it: the kinds of a sum are or-ed.
struct EntryKind {
  enum : std::uint8_t { zero = 0, rational = 1, outgrown = 3, irrational = 7 };
  static std::uint8_t of(const Exact& x) {
    if (x.is_zero_surely()) return zero;
    if (x.is_rational()) return rational;
    return x.outgrown() ? outgrown : irrational;
  }
};

/// The rows of a left factor, or the columns of a right one. Each entry x is an integer n and a radius r:
///     |x / unit − n| <= r        unit = 2^exponent / divisor
class ExactLines {
 public:
  using Index = std::ptrdiff_t;
  enum class Of { rows, columns };
  /// The factor must outlive it. `bits`: of the intervals that are made of the product.
  ExactLines(const Factor<Exact>& of, Of side, long bits);

  struct Line {
    long exponent = 0;    // unit = 2^exponent / divisor
    Integer divisor = 1;  // odd
    bool rounds = false;  // not every entry is a number of units
    int limbs = 1;        // of each of its integers
    // Each size is that of sizes_ times 2^size_exponent, so the radii.
    long size_exponent = 0;
    long radius_exponent = 0;
    std::vector<std::int32_t> places;  // of the entries that are not 0
  };

  const Line& line(Index l) const { return lines_[static_cast<std::size_t>(l)]; }
  const std::uint8_t* kinds(Index l) const { return kinds_.data() + l * depth_; }
  const double* sizes(Index l) const { return sizes_.data() + l * depth_; }
  const double* radii(Index l) const { return radii_.data() + l * depth_; }
  const std::uint8_t* negative(Index l) const { return negative_.data() + l * depth_; }
  const mp_limb_t* integers(Index l) const { return integers_.data() + l * depth_ * limbs_; }
  int limbs() const { return limbs_; }  // from one integer to the next

 private:
  const Exact& at(Index l, Index k) const {
    return side_ == Of::rows ? of_.at(l, k) : of_.at(k, l);
  }

  void choose_unit(Index l);
  void choose_divisor(Line&, Index l, bool has_intervals) const;
  void convert(Index l);

  const Factor<Exact>& of_;
  Of side_;
  long bits_;
  Index count_;
  Index depth_;
  int limbs_ = 1;
  std::vector<Line> lines_;
  std::vector<std::uint8_t> kinds_;
  std::vector<double> sizes_;
  std::vector<double> radii_;
  std::vector<std::uint8_t> negative_;
  std::vector<mp_limb_t> integers_;
};

}  // namespace tracer
