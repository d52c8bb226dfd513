// Numbers as a lesson writes them: exact, in Python's spelling.
#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/number/rational.hpp"

namespace tracer {

TEST_CASE("parse_rational: a decimal literal is the rational it looks like", "[number]") {
  CHECK(parse_rational("3") == 3);
  CHECK(parse_rational("0.01") == Rational(1, 100));
  CHECK(parse_rational(".5") == Rational(1, 2));
  CHECK(parse_rational("2.") == 2);
  CHECK(parse_rational("1e-3") == Rational(1, 1000));
  CHECK(parse_rational("1E+3") == 1000);
  CHECK(parse_rational("2.5e1") == 25);
  CHECK(parse_rational("1_000.5") == Rational(2001, 2));
  CHECK(parse_rational("-3.870328") == Rational(-3870328, 1000000));
  CHECK(parse_rational("+7") == 7);
  CHECK(parse_rational("-0") == 0);
  CHECK(parse_rational("010") == 10);  // not octal
  CHECK(parse_rational("1e10000") == power_of_ten(10000));
}

TEST_CASE("parse_rational: what Python would not read is refused", "[number]") {
  for (const char* text :
       {"",   "-",  ".",    "e5",   "1e",   "1e+", "1.2.3", "--1", "- 1", " 1",   "1 ", "1__0",
        "_1", "1_", "1_.5", "1._5", "0x10", "nan", "inf",   "1/3", "1,5", "1e1_", "3a"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_rational(text), Error);
  }
  CHECK_THROWS_WITH(parse_rational("3a"),
                    "'3a' is not a number; numbers are written like 3, 0.01, .5, 1e-3 or 1_000");
}

TEST_CASE("parse_rational: what would take forever is refused at once", "[number]") {
  CHECK_THROWS_WITH(parse_rational(std::string(1000000, '7')),
                    "this number has 1000000 digits; at most 10000 are read");
  CHECK_THROWS_WITH(parse_rational("1e99999"), "the exponent of 1e99999 is beyond ±10000");
  CHECK_THROWS_WITH(parse_rational("1e-10001"), "the exponent of 1e-10001 is beyond ±10000");
  CHECK_THROWS_WITH(parse_rational("1e99999999999999999999"),
                    "the exponent of 1e99999999999999999999 is beyond ±10000");
  CHECK(parse_rational(std::string(10000, '9')) == power_of_ten(10000) - 1);
}

TEST_CASE("decimal_exponent: right on both sides of every power of ten", "[number]") {
  CHECK(decimal_exponent(1) == 0);
  CHECK(decimal_exponent(-7) == 0);
  CHECK(decimal_exponent(Rational(1, 3)) == -1);
  for (long n = -400; n <= 400; n += 7) {
    CAPTURE(n);
    const Rational power = power_of_ten(n);
    CHECK(decimal_exponent(power) == n);
    CHECK(decimal_exponent(-power * Rational(999999, 1000000)) == n - 1);
    CHECK(decimal_exponent(power * Rational(9999999, 1000000)) == n);
  }
}

TEST_CASE("rationals are told in lowest terms, and their size in bits", "[number]") {
  CHECK(to_string(parse_rational("1.05832752")) == "6614547/6250000");
  CHECK(to_string(Rational(-3)) == "-3");
  CHECK(bit_size(Rational(1)) == 2);
  CHECK(bit_size(Rational(-255, 256)) == 17);
}

}  // namespace tracer
