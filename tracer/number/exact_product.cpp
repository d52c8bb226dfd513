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
// A line whose entries differ by more than `guard` bits beyond the working's has no room for the
// smallest ones: they are rounded, at most a unit more of radius. Whether that shows in an entry is
// looked at, and such an entry is added up term by term, as is a rational one with a line that had to
// be rounded.
#include "tracer/number/exact_product.hpp"

#include <gmp.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "tracer/error.hpp"
#include "tracer/number/threads.hpp"

namespace tracer {
namespace {

using Index = std::ptrdiff_t;

constexpr long guard = 96;                     // bits that a line has beyond the working's
constexpr long longest_rational = 20'000;      // bits of an integer of a line of rationals
constexpr std::size_t longest_divisor = 1024;  // bits, of a line of rationals
constexpr std::size_t longest_divisor_beside_intervals = 64;  // whose integers get longer by it
constexpr double worth_converting = 256;                      // multiplications
constexpr Index smallest_exponent = -400;  // of a size or radius, in units of the line's largest
// So many limbs of the shorter factor and more go to GMP's faster-than-schoolbook product.
constexpr int schoolbook_limbs = 12;

const Exact& entry(const Factor<Exact>& of, Index i, Index j) {
  return of.entries[of.transposed ? i * of.stride + j : j * of.stride + i];
}

// What an entry is, each kind with the bits of those before it: the kinds of a sum are or-ed.
struct Kind {
  enum : std::uint8_t { zero = 0, rational = 1, outgrown = 3, irrational = 7 };
  static std::uint8_t of(const Exact& x) {
    if (x.is_zero_surely()) return zero;
    if (x.is_rational()) return rational;
    return x.outgrown() ? outgrown : irrational;
  }
};

// f · 2^exponent, an upper bound of |z|; 0 only for 0.
struct Bound {
  double f = 0;
  long exponent = 0;
  explicit Bound(const Integer& z) {
    f = std::fabs(mpz_get_d_2exp(&exponent, z.backend().data()));  // cut off to 53 bits
    f *= 1 + 0x1p-51;
  }
};

// The rows of a left factor, or the columns of a right one.
class Lines {
 public:
  enum class Of { rows, columns };
  Lines(const Factor<Exact>& of, Of side, long bits)
      : of_(of),
        side_(side),
        bits_(bits),
        count_(side == Of::rows ? of.rows : of.columns),
        depth_(side == Of::rows ? of.columns : of.rows) {
    const auto lines = static_cast<std::size_t>(count_);
    const auto entries = static_cast<std::size_t>(count_ * depth_);
    lines_.resize(lines);
    kinds_.resize(entries);
    sizes_.resize(entries);
    radii_.resize(entries);
    negative_.resize(entries);
    const Index grain = 2000 / std::max<Index>(depth_, 1) + 1;
    in_parts(count_, grain, [&](Index begin, Index end) {
      for (Index l = begin; l < end; ++l) choose_unit(l);
    });
    for (const Line& line : lines_) limbs_ = std::max(limbs_, line.limbs);
    integers_.resize(entries * static_cast<std::size_t>(limbs_));
    in_parts(count_, grain, [&](Index begin, Index end) {
      for (Index l = begin; l < end; ++l) convert(l);
    });
  }

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

  Index count() const { return count_; }
  Index depth() const { return depth_; }
  const Line& line(Index l) const { return lines_[static_cast<std::size_t>(l)]; }
  const std::uint8_t* kinds(Index l) const { return kinds_.data() + l * depth_; }
  const double* sizes(Index l) const { return sizes_.data() + l * depth_; }
  const double* radii(Index l) const { return radii_.data() + l * depth_; }
  const std::uint8_t* negative(Index l) const { return negative_.data() + l * depth_; }
  const mp_limb_t* integers(Index l) const { return integers_.data() + l * depth_ * limbs_; }
  int limbs() const { return limbs_; }  // from one integer to the next

 private:
  const Exact& at(Index l, Index k) const {
    return side_ == Of::rows ? entry(of_, l, k) : entry(of_, k, l);
  }

  void choose_unit(Index l) {
    Line& line = lines_[static_cast<std::size_t>(l)];
    std::uint8_t* const kinds = kinds_.data() + l * depth_;
    int all = Kind::zero;
    for (Index k = 0; k < depth_; ++k) {
      kinds[k] = Kind::of(at(l, k));
      all |= kinds[k];
      if (kinds[k] != Kind::zero) line.places.push_back(static_cast<std::int32_t>(k));
    }
    const bool has_intervals = all > Kind::rational;
    choose_divisor(line, l, has_intervals);

    // 2^lowest divides every entry, and each is below 2^top, in units of 1/divisor
    constexpr long nothing = std::numeric_limits<long>::max();
    long lowest = nothing;
    long top = -nothing;
    bool fits = true;
    for (const std::int32_t k : line.places) {
      const Exact& x = at(l, k);
      if (kinds[k] == Kind::rational) {
        const auto* q = x.rational().backend().data();
        const auto twos = static_cast<long>(mpz_scan1(mpq_denref(q), 0));
        const auto low = static_cast<long>(mpz_scan1(mpq_numref(q), 0)) - twos;
        const long over = static_cast<long>(mpz_sizeinbase(mpq_numref(q), 2)) -
                          static_cast<long>(mpz_sizeinbase(mpq_denref(q), 2)) + 1;
        lowest = std::min(lowest, low);
        top = std::max(top, over);
        fits = fits && divides(line.divisor, mpq_denref(q), twos);
      } else {
        for (const mpfr_srcptr end : {x.interval().lower(), x.interval().upper()}) {
          if (mpfr_zero_p(end)) continue;
          lowest = std::min(lowest, static_cast<long>(mpfr_get_exp(end) - mpfr_get_prec(end)));
          top = std::max(top, static_cast<long>(mpfr_get_exp(end)));
        }
      }
    }
    if (line.places.empty()) return;
    top += static_cast<long>(mpz_sizeinbase(line.divisor.backend().data(), 2));
    const long least = top - (has_intervals || !fits ? bits_ + guard : longest_rational);
    line.rounds = !fits || least > lowest;
    line.exponent = line.rounds ? least : lowest;
    // The integer of an interval is the sum of its ends, in half units; one bit more where rounding
    // up makes it longer.
    line.exponent -= 1;
    line.limbs = static_cast<int>((top - line.exponent + 2) / GMP_NUMB_BITS + 1);
  }

  // The least common multiple of the odd parts of the denominators, where it is short.
  void choose_divisor(Line& line, Index l, bool has_intervals) {
    const std::uint8_t* const kinds = this->kinds(l);
    const std::size_t most = has_intervals ? longest_divisor_beside_intervals : longest_divisor;
    Integer odd;
    for (const std::int32_t k : line.places) {
      if (kinds[k] != Kind::rational) continue;
      const mpz_srcptr below = mpq_denref(at(l, k).rational().backend().data());
      if (mpz_cmp_ui(below, 1) == 0) continue;
      mpz_tdiv_q_2exp(odd.backend().data(), below, mpz_scan1(below, 0));
      const mpz_ptr divisor = line.divisor.backend().data();
      if (mpz_divisible_p(divisor, odd.backend().data()) != 0) continue;
      mpz_lcm(divisor, divisor, odd.backend().data());
      if (mpz_sizeinbase(divisor, 2) <= most) continue;
      line.divisor = 1;
      return;
    }
  }

  // Whether below / 2^twos divides.
  static bool divides(const Integer& divisor, mpz_srcptr below, long twos) {
    if (mpz_sizeinbase(below, 2) == static_cast<std::size_t>(twos) + 1) return true;  // it is 1
    Integer odd;
    mpz_tdiv_q_2exp(odd.backend().data(), below, static_cast<mp_bitcnt_t>(twos));
    return mpz_divisible_p(divisor.backend().data(), odd.backend().data()) != 0;
  }

  // z = z · 2^shift, down or up to an integer
  static void shift(mpz_ptr z, long by, mpfr_rnd_t rounding) {
    if (by >= 0) {
      mpz_mul_2exp(z, z, static_cast<mp_bitcnt_t>(by));
    } else if (rounding == MPFR_RNDD) {
      mpz_fdiv_q_2exp(z, z, static_cast<mp_bitcnt_t>(-by));
    } else {
      mpz_cdiv_q_2exp(z, z, static_cast<mp_bitcnt_t>(-by));
    }
  }

  // An entry in units, rounded down and up.
  static void ends_of(const Exact& x, mpz_srcptr divisor, long exponent, mpz_ptr low, mpz_ptr high,
                      Integer& odd) {
    const bool has_divisor = mpz_cmp_ui(divisor, 1) != 0;
    if (!x.is_rational()) {
      const auto put = [&](mpz_ptr z, mpfr_srcptr end, mpfr_rnd_t rounding) {
        if (mpfr_zero_p(end)) return mpz_set_ui(z, 0);
        const auto own = static_cast<long>(mpfr_get_z_2exp(z, end));
        if (has_divisor) mpz_mul(z, z, divisor);
        shift(z, own - exponent, rounding);
      };
      put(low, x.interval().lower(), MPFR_RNDD);
      put(high, x.interval().upper(), MPFR_RNDU);
      return;
    }
    const auto* q = x.rational().backend().data();
    const auto twos = static_cast<long>(mpz_scan1(mpq_denref(q), 0));
    const mpz_ptr below = odd.backend().data();
    mpz_tdiv_q_2exp(below, mpq_denref(q), static_cast<mp_bitcnt_t>(twos));
    const long by = -twos - exponent;
    if (mpz_divisible_p(divisor, below) != 0) {
      if (has_divisor) {
        mpz_divexact(below, divisor, below);
        mpz_mul(low, mpq_numref(q), below);
      } else {
        mpz_set(low, mpq_numref(q));
      }
      mpz_set(high, low);
      shift(low, by, MPFR_RNDD);
      shift(high, by, MPFR_RNDU);
      return;
    }
    // num · divisor · 2^by / below
    mpz_mul(low, mpq_numref(q), divisor);
    mpz_mul_2exp(by >= 0 ? low : below, by >= 0 ? low : below,
                 static_cast<mp_bitcnt_t>(std::labs(by)));
    mpz_cdiv_q(high, low, below);
    mpz_fdiv_q(low, low, below);
  }

  void convert(Index l) {
    Line& line = lines_[static_cast<std::size_t>(l)];
    if (line.places.empty()) return;
    const std::uint8_t* const kinds = this->kinds(l);
    std::vector<Bound> sizes, radii;
    sizes.reserve(line.places.size());
    radii.reserve(line.places.size());
    constexpr long least = std::numeric_limits<long>::min() / 4;
    line.size_exponent = line.radius_exponent = least;
    // the midpoint of low and high is (low + high)/2, so the unit is halved
    Integer low, high, odd, middle, radius;
    for (const std::int32_t k : line.places) {
      ends_of(at(l, k), line.divisor.backend().data(), line.exponent + 1, low.backend().data(),
              high.backend().data(), odd);
      const mpz_ptr n = middle.backend().data();
      mpz_add(n, low.backend().data(), high.backend().data());
      mpz_sub(radius.backend().data(), high.backend().data(), low.backend().data());
      if (kinds[k] == Kind::rational && !radius.is_zero()) line.rounds = true;
      const Index place = l * depth_ + k;
      negative_[static_cast<std::size_t>(place)] =
          mpz_sgn(n) < 0 ? std::uint8_t{1} : std::uint8_t{0};
      mp_limb_t* const to = integers_.data() + place * limbs_;
      const auto used = static_cast<Index>(mpz_size(n));
      mpn_copyi(to, mpz_limbs_read(n), used);
      std::fill(to + used, to + limbs_, mp_limb_t{0});
      mpz_abs(n, n);
      mpz_add(n, n, radius.backend().data());
      sizes.emplace_back(middle);
      radii.emplace_back(radius);
      line.size_exponent = std::max(line.size_exponent, sizes.back().exponent);
      if (radii.back().f > 0)
        line.radius_exponent = std::max(line.radius_exponent, radii.back().exponent);
    }
    for (std::size_t p = 0; p < line.places.size(); ++p) {
      const auto place = static_cast<std::size_t>(l * depth_ + line.places[p]);
      sizes_[place] = scaled(sizes[p], line.size_exponent);
      radii_[place] = scaled(radii[p], line.radius_exponent);
    }
    if (line.radius_exponent == least) line.radius_exponent = 0;  // all are 0
  }

  // In units of 2^exponent. What would be too small for a product of two of them is made larger.
  static double scaled(const Bound& x, long exponent) {
    if (x.f == 0) return 0;
    return std::ldexp(x.f,
                      static_cast<int>(std::max<long>(x.exponent - exponent, smallest_exponent)));
  }

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

Exact one_by_one(const Factor<Exact>& a, const Factor<Exact>& b, Index i, Index j) {
  Exact sum = 0;
  for (Index k = 0; k < a.columns; ++k) {
    const Exact& x = entry(a, i, k);
    const Exact& y = entry(b, k, j);
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
        rows_(a, Lines::Of::rows, bits_),
        columns_(b, Lines::Of::columns, bits_),
        // each addition and multiplication rounds off 2⁻⁵³
        upwards_(1 + static_cast<double>(a.columns + 8) * 0x1p-51) {}

  /// A column of the product, put or added.
  void column(Index j, Exact* c, bool add) const {
    Sum plus(rows_.limbs(), columns_.limbs());
    Sum minus(rows_.limbs(), columns_.limbs());
    for (Index i = 0; i < a_.rows; ++i) {
      Exact made = of(i, j, plus, minus);
      if (add) {
        c[i] += made;
      } else {
        c[i] = std::move(made);
      }
    }
  }

 private:
  Exact of(Index i, Index j, Sum& plus, Sum& minus) const {
    const Lines::Line& row = rows_.line(i);
    const Lines::Line& column = columns_.line(j);
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
    int kinds = Kind::zero;
    double terms = 0;  // Σ |x·y|, in units of 2^(both sizes')
    double by_b = 0;   // Σ size·s, in units of 2^(size's + radius's)
    double by_a = 0;   // Σ r·size, likewise
    const auto& places = row.places.size() < column.places.size() ? row.places : column.places;
    for (const std::int32_t k : places) {
      if (a_kinds[k] == Kind::zero || b_kinds[k] == Kind::zero) continue;
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
    if (kinds == Kind::zero) return Exact(Rational(), working_);
    const bool is_rational = kinds == Kind::rational;
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
    return kinds == Kind::irrational ? Exact(std::move(y), working_)
                                     : Exact::grown(std::move(y), working_);
  }

  // Whether what was rounded off in a line is more than the last bit of the terms. A rounded entry
  // is off by a unit, and so has 2 in the size of its half units.
  bool rounding_shows(const Lines::Line& row, const Lines::Line& column, double terms) const {
    const auto rounded = 2 * static_cast<double>(a_.columns);  // times the other line's largest
    const auto shows = [&](const Lines::Line& line) {
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
  Lines rows_;
  Lines columns_;
  double upwards_;
};

// What all entries of a factor wish together.
Working wished(const Factor<Exact>& of) {
  Working wish;
  for (Index j = 0; j < of.columns; ++j)
    for (Index i = 0; i < of.rows; ++i) wish = larger(wish, entry(of, i, j).working());
  return wish;
}

}  // namespace

void detail::multiply_one_by_one(Exact* c, const Factor<Exact>& a, const Factor<Exact>& b,
                                 bool add) {
  for (Index j = 0; j < b.columns; ++j) {
    for (Index i = 0; i < a.rows; ++i) {
      Exact& to = c[j * a.rows + i];
      Exact made = one_by_one(a, b, i, j);
      if (add) {
        to += made;
      } else {
        to = std::move(made);
      }
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
