// What gets printed of an Exact: only what is proved, and all that was asked for.
#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/number/decimal.hpp"

namespace tracer {

namespace {

Exact number(const char* text) { return Exact(parse_rational(text)); }
Exact fraction(long p, long q) { return Exact(Rational(p, q)); }
std::string text(const Exact& x, int digits = 10) { return to_decimal(x, digits, false).text; }

/// [low, high], each rounded outwards to 128 bits.
Exact between(const char* low, const char* high) {
  Interval x(128);
  mpfr_set_q(x.lower(), parse_rational(low).backend().data(), MPFR_RNDD);
  mpfr_set_q(x.upper(), parse_rational(high).backend().data(), MPFR_RNDU);
  return Exact(x);
}

}  // namespace

TEST_CASE("to_decimal: a short decimal is printed as it is, and is exact", "[number]") {
  for (const char* same :
       {"0", "1.02", "-3.870328", "0.1", "1.76494472", "1000000", "-0.0001", "1234567890",
        "100000000000000", "1e-05", "1.5e-07", "1e+16", "-2.5e+300"}) {
    CAPTURE(same);
    const Decimal decimal = to_decimal(number(same), 10, false);
    CHECK(decimal.text == same);
    CHECK(decimal.exact);
    CHECK(decimal.proved);
  }
  CHECK(text(fraction(1, 8)) == "0.125");
  CHECK(text(pow(Exact(2), -10), 4) == "0.0009766");
  CHECK(text(pow(Exact(2), -10), 7) == "0.0009765625");
}

TEST_CASE("to_decimal: what is rounded keeps all its digits, and is not exact", "[number]") {
  CHECK(text(fraction(1, 3)) == "0.3333333333");
  CHECK(text(fraction(-2, 3)) == "-0.6666666667");
  CHECK(text(number("0.18877000001"), 6) == "0.188770");
  CHECK(text(number("9.99999999999")) == "10.00000000");
  CHECK(text(number("-0.99999999999999")) == "-1.000000000");
  CHECK(text(number("1409251143.4"), 10) == "1409251143");
  CHECK(text(fraction(22, 7), 1) == "3");
  CHECK(text(number("9.7"), 1) == "1e+01");
  CHECK_FALSE(to_decimal(fraction(1, 3), 10, false).exact);
  CHECK_FALSE(to_decimal(number("9.99999999999"), 10, false).exact);
  CHECK(to_decimal(fraction(1, 3), 10, false).proved);
}

TEST_CASE("to_decimal: ties go away from zero", "[number]") {
  CHECK(text(number("0.12345"), 4) == "0.1235");
  CHECK(text(number("-0.12345"), 4) == "-0.1235");
  CHECK(text(number("0.12355"), 4) == "0.1236");
  CHECK(text(number("2.5"), 1) == "3");
  CHECK(text(number("0.1234499999999"), 4) ==
        "0.1234");  // rounding 0.12345 again would give 0.1235
}

TEST_CASE("to_decimal: very large and very small numbers are scientific", "[number]") {
  CHECK(text(pow(Exact(2), 100)) == "1.267650600e+30");
  CHECK(text(pow(Exact(2), 50)) ==
        "1.125899907e+15");  // not 1125899907000000: three of these zeros are wrong
  CHECK(text(pow(Exact(2), 50), 16) == "1125899906842624");
  CHECK(text(pow(Exact(3), -100)) == "1.940325217e-48");
  CHECK(text(Exact(power_of_ten(10000))) == "1e+10000");
  CHECK(text(fraction(1, 30000)) == "3.333333333e-05");
  CHECK(text(fraction(1, 3000)) == "0.0003333333333");
  CHECK(text(exp(exp(Exact(20))), 5) ==
        to_decimal(exp(exp(Exact(20).with({256, 0}))), 5, false).text);
}

TEST_CASE("to_decimal: an interval prints where all of it rounds to the same", "[number]") {
  CHECK(text(exp(Exact(1)), 30) == "2.71828182845904523536028747135");
  CHECK(text(-sqrt(Exact(2)), 12) == "-1.41421356237");
  CHECK(text(exp(Exact(-100))) == "3.720075976e-44");
  CHECK_FALSE(to_decimal(exp(Exact(1)), 10, false).exact);
  CHECK_THROWS_AS(to_decimal(exp(Exact(1)), 60, false), Undecided);
  CHECK_THROWS_AS(to_decimal(between("0.12344", "0.12346"), 4, false), Undecided);
  CHECK_THROWS_AS(to_decimal(between("-1e-30", "1e-30"), 1, false), Undecided);
  CHECK(text(between("0.12346", "0.12354"), 4) == "0.1235");
}

TEST_CASE("to_decimal: at the limit as many digits print as are proved", "[number]") {
  const auto at_limit = [](const Exact& x) { return to_decimal(x, 10, true); };
  CHECK(at_limit(between("0.123412", "0.123448")).text == "0.1234");
  CHECK(at_limit(between("0.12344", "0.12346")).text == "0.123");  // 4 digits: 0.1234 or 0.1235
  CHECK(at_limit(between("-1.0000001", "-0.9999999")).text == "-1.00000");
  CHECK(at_limit(between("123", "124")).text == "1.2e+02");
  CHECK(at_limit(between("0.12344", "0.12346")).proved);

  const Decimal wide = at_limit(between("3", "20"));
  CHECK(wide.text == "0");
  CHECK_FALSE(wide.proved);
  CHECK(wide.bound == "1e+02");
  const Decimal small = at_limit(between("-2e-40", "1e-60"));
  CHECK(small.text == "0");
  CHECK_FALSE(small.proved);
  CHECK_FALSE(small.exact);
  CHECK(small.bound == "1e-39");
  CHECK(at_limit(between("-1e-2000", "1e-2000")).bound == "1e-300");
  CHECK(at_limit(exp(-pow(Exact(10), 30))).bound == "1e-300");
  CHECK(at_limit(Exact(0)).bound.empty());
  CHECK(at_limit(Exact(0)).exact);
}

TEST_CASE("short_fraction: only a fraction that is worth reading", "[number]") {
  CHECK(short_fraction(fraction(1, 3)) == "1/3");
  CHECK(short_fraction(fraction(-22, 7)) == "-22/7");
  CHECK(short_fraction(fraction(999999, 999998)) == "999999/999998");
  CHECK_FALSE(short_fraction(fraction(1000000, 3)).has_value());
  CHECK_FALSE(short_fraction(fraction(1, 1000000)).has_value());
  CHECK_FALSE(short_fraction(Exact(5)).has_value());
  CHECK_FALSE(short_fraction(exp(Exact(1))).has_value());
}

TEST_CASE("exact_text: a rational in full, nothing for an interval", "[number]") {
  CHECK(exact_text(number("1.05832752")) == "6614547/6250000");
  CHECK(exact_text(Exact(-3)) == "-3");
  CHECK(exact_text(exp(Exact(1))).empty());
}

}  // namespace tracer
