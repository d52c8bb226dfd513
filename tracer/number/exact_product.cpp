// A product of matrices by integers. Each line (a row of a, a column of b) gets a unit, and each of its
// entries x, a rational or an interval, becomes an integer and a radius in that unit:
//
//     |x / unit − n| <= r        unit = 2^exponent / divisor
//
// A line of pictures, k/255, has the divisor 255 and integers of a byte; weights that were floats have
// the divisor 1 and integers of 53 bits; ends of intervals have a few limbs. In all of these r is 0
// but for the width of an interval. The sum of the n·m is then exact: integers do not round. The
// radii follow from
//
//     |x·y − n·m| <= |n|·s + r·(|m| + s) <= size_x·s + r·size_y        size = |n| + r
//
// (midpoint and radius: Rump 1999, Fast and parallel interval arithmetic, BIT 39, §2), summed up in
// doubles: every term is >= 0, so each operation rounds off at most 2⁻⁵³ of the sum, and one factor
// at the end makes it an upper bound, in whatever order it was added up.
//
// A line whose entries differ by more than `guard` bits beyond the working's (exact_lines.cpp) has no
// room for the smallest ones: they are rounded, at most a unit more of radius. Whether that shows in
// an entry is looked at, and such an entry is added up term by term, as is a rational one with a line
// that had to be rounded.
#include "tracer/number/exact_product.hpp"

#include <gmp.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "tracer/error.hpp"
#include "tracer/number/exact_lines.hpp"
#include "tracer/number/threads.hpp"

namespace tracer {
namespace {

using Index = std::ptrdiff_t;

constexpr double worth_converting = 256;  // multiplications
// So many limbs of the shorter factor and more go to GMP's faster-than-schoolbook product.
constexpr int schoolbook_limbs = 12;

// A sum of products of integers >= 0. Room for 2⁶⁴ of them.
class Sum {
 public:
  Sum(int a_limbs, int b_limbs)
      : limbs_(static_cast<std::size_t>(a_limbs + b_limbs + 1)),
        product_(static_cast<std::size_t>(a_limbs + b_limbs)) {}

  void clear() { std::fill(limbs_.begin(), limbs_.end(), mp_limb_t{0}); }

  /// Requires a_limbs >= b_limbs.
  void add(const mp_limb_t* a, int a_limbs, const mp_limb_t* b, int b_limbs) {
    mp_limb_t* const sum = limbs_.data();
    const auto size = static_cast<mp_size_t>(limbs_.size());
    if (b_limbs < schoolbook_limbs) {
      for (int l = 0; l < b_limbs; ++l) {
        if (b[l] == 0) continue;
        mp_limb_t carry = mpn_addmul_1(sum + l, a, a_limbs, b[l]);
        for (mp_size_t at = l + a_limbs; carry != 0 && at < size; ++at) {
          sum[at] += carry;
          carry = sum[at] < carry ? 1 : 0;
        }
      }
      return;
    }
    mpn_mul(product_.data(), a, a_limbs, b, b_limbs);
    const mp_size_t both = a_limbs + b_limbs;
    mp_limb_t carry = mpn_add_n(sum, sum, product_.data(), both);
    for (mp_size_t at = both; carry != 0 && at < size; ++at) {
      sum[at] += carry;
      carry = sum[at] < carry ? 1 : 0;
    }
  }

  void read(mpz_ptr z) const {
    const auto size = static_cast<mp_size_t>(limbs_.size());
    mpn_copyi(mpz_limbs_write(z, size), limbs_.data(), size);
    mpz_limbs_finish(z, size);
  }

 private:
  std::vector<mp_limb_t> limbs_;
  std::vector<mp_limb_t> product_;
};

void put(Exact& place, Exact made, bool add) {
  if (add) {
    place += made;
  } else {
    place = std::move(made);
  }
}

Exact one_by_one(const Factor<Exact>& a, const Factor<Exact>& b, Index i, Index j) {
  Exact sum = 0;
  for (Index k = 0; k < a.columns; ++k) {
    const Exact& x = a.at(i, k);
    const Exact& y = b.at(k, j);
    if (!x.is_zero_surely() && !y.is_zero_surely()) sum += x * y;
  }
  return sum;
}

class Product {
 public:
  Product(const Factor<Exact>& a, const Factor<Exact>& b, Working working)
      : a_(a),
        b_(b),
        working_(working),
        bits_(interval_bits(working)),
        rows_(a, ExactLines::Of::rows, bits_),
        columns_(b, ExactLines::Of::columns, bits_),
        // each addition and multiplication rounds off 2⁻⁵³
        upwards_(1 + static_cast<double>(a.columns + 8) * 0x1p-51) {}

  /// A column of the product, put or added.
  void column(Index j, Exact* c, bool add) const {
    Sum plus(rows_.limbs(), columns_.limbs());
    Sum minus(rows_.limbs(), columns_.limbs());
    for (Index i = 0; i < a_.rows; ++i) {
      put(c[i], of(i, j, plus, minus), add);
    }
  }

 private:
  Exact of(Index i, Index j, Sum& plus, Sum& minus) const {
    const ExactLines::Line& row = rows_.line(i);
    const ExactLines::Line& column = columns_.line(j);
    const std::uint8_t* const a_kinds = rows_.kinds(i);
    const std::uint8_t* const b_kinds = columns_.kinds(j);
    const double* const a_sizes = rows_.sizes(i);
    const double* const b_sizes = columns_.sizes(j);
    const double* const a_radii = rows_.radii(i);
    const double* const b_radii = columns_.radii(j);
    const std::uint8_t* const a_negative = rows_.negative(i);
    const std::uint8_t* const b_negative = columns_.negative(j);
    const mp_limb_t* const a_integers = rows_.integers(i);
    const mp_limb_t* const b_integers = columns_.integers(j);
    plus.clear();
    minus.clear();
    int kinds = EntryKind::zero;
    double terms = 0;  // Σ |x·y|, in units of 2^(both sizes')
    double by_b = 0;   // Σ size·s, in units of 2^(size's + radius's)
    double by_a = 0;   // Σ r·size, likewise
    const auto& places = row.places.size() < column.places.size() ? row.places : column.places;
    for (const std::int32_t k : places) {
      if (a_kinds[k] == EntryKind::zero || b_kinds[k] == EntryKind::zero) continue;
      kinds |= a_kinds[k] | b_kinds[k];
      terms += a_sizes[k] * b_sizes[k];
      by_b += a_sizes[k] * b_radii[k];
      by_a += a_radii[k] * b_sizes[k];
      Sum& sum = a_negative[k] == b_negative[k] ? plus : minus;
      const mp_limb_t* const n = a_integers + static_cast<Index>(k) * rows_.limbs();
      const mp_limb_t* const m = b_integers + static_cast<Index>(k) * columns_.limbs();
      if (row.limbs >= column.limbs) {
        sum.add(n, row.limbs, m, column.limbs);
      } else {
        sum.add(m, column.limbs, n, row.limbs);
      }
    }
    if (kinds == EntryKind::zero) return Exact(Rational(), working_);
    const bool is_rational = kinds == EntryKind::rational;
    if (is_rational ? row.rounds || column.rounds : rounding_shows(row, column, terms))
      return one_by_one(a_, b_, i, j).with(working_);

    Integer middle, other;
    plus.read(middle.backend().data());
    minus.read(other.backend().data());
    middle -= other;
    Integer divisor = row.divisor * column.divisor;
    const long exponent = row.exponent + column.exponent;
    if (is_rational) return Exact::grown(fraction(middle, divisor, exponent), working_);

    Integer radius = up(by_b, row.size_exponent + column.radius_exponent) +
                     up(by_a, row.radius_exponent + column.size_exponent);
    Interval y(bits_);
    put_end(y.lower(), middle - radius, divisor, exponent, MPFR_RNDD);
    put_end(y.upper(), middle + radius, divisor, exponent, MPFR_RNDU);
    if (!y.is_finite()) throw DomainError("a product is too large to be represented");
    return kinds == EntryKind::irrational ? Exact(std::move(y), working_)
                                          : Exact::grown(std::move(y), working_);
  }

  // Whether what was rounded off in a line is more than the last bit of the terms. A rounded entry
  // is off by a unit, and so has 2 in the size of its half units.
  bool rounding_shows(const ExactLines::Line& row, const ExactLines::Line& column,
                      double terms) const {
    const auto rounded = 2 * static_cast<double>(a_.columns);  // times the other line's largest
    const auto shows = [&](const ExactLines::Line& line) {
      const long exponent = std::clamp<long>(bits_ - line.size_exponent, -1000, 900);
      return line.rounds && std::ldexp(rounded, static_cast<int>(exponent)) > terms;
    };
    return shows(row) || shows(column);
  }

  static Rational fraction(Integer n, Integer divisor, long exponent) {
    const mpz_ptr longer = exponent < 0 ? divisor.backend().data() : n.backend().data();
    mpz_mul_2exp(longer, longer, static_cast<mp_bitcnt_t>(std::labs(exponent)));
    return Rational(n, divisor);
  }

  // At least sum · 2^exponent.
  Integer up(double sum, long exponent) const {
    Integer z;
    if (sum == 0) return z;
    int shift = 0;
    const double f = std::frexp(sum * upwards_, &shift);
    mpz_set_d(z.backend().data(), std::ldexp(f, 53));  // an integer of 53 bits
    const long by = exponent + shift - 53;
    const mpz_ptr n = z.backend().data();
    if (by >= 0) {
      mpz_mul_2exp(n, n, static_cast<mp_bitcnt_t>(by));
    } else {
      mpz_cdiv_q_2exp(n, n, static_cast<mp_bitcnt_t>(-by));
    }
    return z;
  }

  // n · 2^exponent / divisor, rounded once
  static void put_end(mpfr_ptr end, Integer n, const Integer& divisor, long exponent,
                      mpfr_rnd_t rounding) {
    if (divisor != 1) {
      // as many bits before the point as the end has, so that what is cut off behind it is less
      const long by = mpfr_get_prec(end) + 2 + length(divisor) - length(n);
      const mpz_ptr z = n.backend().data();
      if (by > 0) {
        mpz_mul_2exp(z, z, static_cast<mp_bitcnt_t>(by));
        exponent -= by;
      }
      if (rounding == MPFR_RNDD) {
        mpz_fdiv_q(z, z, divisor.backend().data());
      } else {
        mpz_cdiv_q(z, z, divisor.backend().data());
      }
    }
    mpfr_set_z_2exp(end, n.backend().data(), exponent, rounding);
  }

  static long length(const Integer& z) {
    return static_cast<long>(mpz_sizeinbase(z.backend().data(), 2));
  }

  const Factor<Exact>& a_;
  const Factor<Exact>& b_;
  Working working_;
  int bits_;
  ExactLines rows_;
  ExactLines columns_;
  double upwards_;
};

// What all entries of a factor wish together.
Working wished(const Factor<Exact>& of) {
  Working wish;
  for (Index j = 0; j < of.columns; ++j)
    for (Index i = 0; i < of.rows; ++i) wish = larger(wish, of.at(i, j).working());
  return wish;
}

}  // namespace

void detail::multiply_one_by_one(Exact* c, const Factor<Exact>& a, const Factor<Exact>& b,
                                 bool add) {
  for (Index j = 0; j < b.columns; ++j) {
    for (Index i = 0; i < a.rows; ++i) {
      put(c[j * a.rows + i], one_by_one(a, b, i, j), add);
    }
  }
}

template <>
void multiply<Exact>(Exact* c, const Factor<Exact>& a, const Factor<Exact>& b, bool add) {
  const double work =
      static_cast<double>(a.rows) * static_cast<double>(a.columns) * static_cast<double>(b.columns);
  if (work < worth_converting) return detail::multiply_one_by_one(c, a, b, add);
  const Product product(a, b, larger(wished(a), wished(b)));
  constexpr double part = 10'000;  // multiplications that are worth a thread
  const double column = work / static_cast<double>(b.columns);
  in_parts(b.columns, static_cast<Index>(part / column) + 1, [&](Index begin, Index end) {
    for (Index j = begin; j < end; ++j) product.column(j, c + j * a.rows, add);
  });
}

}  // namespace tracer
