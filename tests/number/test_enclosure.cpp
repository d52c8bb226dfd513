// Functions of intervals: they contain the true value, in as few units as the bits allow.
#include "tests/catch.hpp"
#include "tracer/number/enclosure.hpp"

using namespace tracer;

namespace {

constexpr int bits = 100;

Interval at(const char* x) { return {parse_rational(x), bits}; }

// The true value, cut off after the digits that are written, lies in y, and y is narrower than
// 2⁻⁹⁰ of it.
bool is_tight(const Interval& y, const char* digits) {
  const Rational low = parse_rational(digits);
  const std::string text(digits);
  const auto places = static_cast<long>(text.size() - text.find('.') - 1);
  const Rational unit = power_of_ten(-places);
  const Rational next = low < 0 ? low - unit : low + unit;
  const Interval first(low < 0 ? next : low, 300), last(low < 0 ? low : next, 300);
  if (!mpfr_lessequal_p(y.lower(), last.upper()) || !mpfr_lessequal_p(first.lower(), y.upper()))
    return false;
  mpfr_t width, size;
  mpfr_inits2(64, width, size, nullptr);
  mpfr_sub(width, y.upper(), y.lower(), MPFR_RNDU);
  mpfi_mag(size, y.get());
  mpfr_mul_2si(size, size, -90, MPFR_RNDD);
  const bool narrow = mpfr_lessequal_p(width, size) != 0;
  mpfr_clears(width, size, nullptr);
  return narrow;
}

}  // namespace

// Digits: Python's decimal and mpmath at 40 digits.
TEST_CASE("functions enclose their values tightly", "[number][enclosure]") {
  CHECK(is_tight(enclosure::exp(at("1"), bits), "2.71828182845904523536028747135"));
  CHECK(is_tight(enclosure::log(at("2"), bits), "0.69314718055994530941723212145"));
  CHECK(is_tight(enclosure::sqrt(at("2"), bits), "1.41421356237309504880168872420"));
  CHECK(is_tight(enclosure::sin(at("1"), bits), "0.84147098480789650665250232163"));
  CHECK(is_tight(enclosure::cos(at("1"), bits), "0.54030230586813971740093660744"));
  CHECK(is_tight(enclosure::tanh(at("-0.5"), bits), "-0.46211715726000975850231848364"));
  CHECK(is_tight(enclosure::sigmoid(at("0.5"), bits), "0.62245933120185456463890056574"));
  CHECK(is_tight(enclosure::softplus(at("0"), bits), "0.69314718055994530941723212145"));
  CHECK(is_tight(enclosure::normal_cdf(at("0"), bits), "0.50000000000000000000000000000"));
  CHECK(is_tight(enclosure::normal_pdf(at("0"), bits), "0.39894228040143267793994605993"));
  CHECK(is_tight(enclosure::power(at("1.1"), 3L, bits), "1.33100000000000000000000000000"));
  CHECK(is_tight(enclosure::power(at("2"), at("0.5"), bits), "1.41421356237309504880168872420"));
}

TEST_CASE("far out on the left what is tiny is known as precisely as what is large",
          "[number][enclosure]") {
  for (const auto f : {enclosure::sigmoid, enclosure::softplus, enclosure::normal_cdf}) {
    const Interval y = f(at("-30"), bits);
    CHECK_FALSE(y.contains_zero());
    mpfr_t ratio;
    mpfr_init2(ratio, 64);
    mpfr_div(ratio, y.upper(), y.lower(), MPFR_RNDU);
    CHECK(mpfr_get_d(ratio, MPFR_RNDU) < 1 + 1e-15);
    mpfr_clear(ratio);
  }
}

TEST_CASE("of a wide interval the image of every point is inside", "[number][enclosure]") {
  Interval wide(bits);  // [−1, 2]
  mpfr_set_si(wide.lower(), -1, MPFR_RNDD);
  mpfr_set_si(wide.upper(), 2, MPFR_RNDU);
  const Interval square = enclosure::power(wide, 2L, bits);
  CHECK(square.contains(0));
  CHECK(square.contains(4));
  CHECK_FALSE(square.contains(Rational(-1, 100)));  // not [−1, 2]·[−1, 2]
  const Interval cosine = enclosure::cos(wide, bits);
  CHECK(cosine.contains(1));  // at 0, inside
  const Interval bell = enclosure::normal_pdf(wide, bits);
  CHECK(bell.overlaps(enclosure::normal_pdf(at("0"), bits)));
  CHECK(bell.overlaps(enclosure::normal_pdf(at("2"), bits)));
  Interval positive(bits);  // [1/2, 2]
  mpfr_set_d(positive.lower(), 0.5, MPFR_RNDD);
  mpfr_set_d(positive.upper(), 2, MPFR_RNDU);
  const Interval inverse = enclosure::power(positive, -1L, bits);
  CHECK(inverse.contains(2));
  CHECK(inverse.contains(Rational(1, 2)));
  CHECK_FALSE(inverse.contains(3));
}
