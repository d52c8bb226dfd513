#include "tracer/number/exact_lines.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>

#include "tracer/number/threads.hpp"

namespace tracer {
namespace {

using Index = std::ptrdiff_t;

constexpr long guard = 96;                     // bits that a line has beyond the working's
constexpr long longest_rational = 20'000;      // bits of an integer of a line of rationals
constexpr std::size_t longest_divisor = 1024;  // bits, of a line of rationals
constexpr std::size_t longest_divisor_beside_intervals = 64;  // whose integers get longer by it
constexpr Index smallest_exponent = -400;  // of a size or radius, in units of the line's largest

// f · 2^exponent, an upper bound of |z|; 0 only for 0.
struct Bound {
  double f = 0;
  long exponent = 0;
  explicit Bound(const Integer& z) {
    f = std::fabs(mpz_get_d_2exp(&exponent, z.backend().data()));  // cut off to 53 bits
    f *= 1 + 0x1p-51;
  }
};

// below = odd · 2^twos; returns twos.
long split(mpz_srcptr below, Integer& odd) {
  const mp_bitcnt_t twos = mpz_scan1(below, 0);
  mpz_tdiv_q_2exp(odd.backend().data(), below, twos);
  return static_cast<long>(twos);
}

// Whether the odd part of a denominator, which has so many factors 2, divides.
bool divides(const Integer& divisor, mpz_srcptr below, long twos) {
  if (mpz_sizeinbase(below, 2) == static_cast<std::size_t>(twos) + 1) return true;  // it is 1
  Integer odd;
  split(below, odd);
  return mpz_divisible_p(divisor.backend().data(), odd.backend().data()) != 0;
}

// z = z · 2^shift, down or up to an integer
void shift(mpz_ptr z, long by, mpfr_rnd_t rounding) {
  if (by >= 0) {
    mpz_mul_2exp(z, z, static_cast<mp_bitcnt_t>(by));
  } else if (rounding == MPFR_RNDD) {
    mpz_fdiv_q_2exp(z, z, static_cast<mp_bitcnt_t>(-by));
  } else {
    mpz_cdiv_q_2exp(z, z, static_cast<mp_bitcnt_t>(-by));
  }
}

// An entry in units, rounded down and up.
void ends_of(const Exact& x, mpz_srcptr divisor, long exponent, mpz_ptr low, mpz_ptr high,
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
  const long by = -split(mpq_denref(q), odd) - exponent;
  const mpz_ptr below = odd.backend().data();
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

// In units of 2^exponent. What would be too small for a product of two of them is made larger.
double scaled(const Bound& x, long exponent) {
  if (x.f == 0) return 0;
  return std::ldexp(x.f,
                    static_cast<int>(std::max<long>(x.exponent - exponent, smallest_exponent)));
}

}  // namespace

ExactLines::ExactLines(const Factor<Exact>& of, Of side, long bits)
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

void ExactLines::choose_unit(Index l) {
  Line& line = lines_[static_cast<std::size_t>(l)];
  std::uint8_t* const kinds = kinds_.data() + l * depth_;
  int all = EntryKind::zero;
  for (Index k = 0; k < depth_; ++k) {
    kinds[k] = EntryKind::of(at(l, k));
    all |= kinds[k];
    if (kinds[k] != EntryKind::zero) line.places.push_back(static_cast<std::int32_t>(k));
  }
  const bool has_intervals = all > EntryKind::rational;
  choose_divisor(line, l, has_intervals);

  // 2^lowest divides every entry, and each is below 2^top, in units of 1/divisor
  constexpr long nothing = std::numeric_limits<long>::max();
  long lowest = nothing;
  long top = -nothing;
  bool fits = true;
  for (const std::int32_t k : line.places) {
    const Exact& x = at(l, k);
    if (kinds[k] == EntryKind::rational) {
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
void ExactLines::choose_divisor(Line& line, Index l, bool has_intervals) const {
  const std::uint8_t* const kinds = this->kinds(l);
  const std::size_t most = has_intervals ? longest_divisor_beside_intervals : longest_divisor;
  Integer odd;
  for (const std::int32_t k : line.places) {
    if (kinds[k] != EntryKind::rational) continue;
    const mpz_srcptr below = mpq_denref(at(l, k).rational().backend().data());
    if (mpz_cmp_ui(below, 1) == 0) continue;
    split(below, odd);
    const mpz_ptr divisor = line.divisor.backend().data();
    if (mpz_divisible_p(divisor, odd.backend().data()) != 0) continue;
    mpz_lcm(divisor, divisor, odd.backend().data());
    if (mpz_sizeinbase(divisor, 2) <= most) continue;
    line.divisor = 1;
    return;
  }
}

void ExactLines::convert(Index l) {
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
    if (kinds[k] == EntryKind::rational && !radius.is_zero()) line.rounds = true;
    const Index place = l * depth_ + k;
    negative_[static_cast<std::size_t>(place)] = mpz_sgn(n) < 0 ? std::uint8_t{1} : std::uint8_t{0};
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

}  // namespace tracer
