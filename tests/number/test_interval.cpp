// Intervals: that they contain what they say, own their memory, and are as tight as their bits allow.
#include "tests/catch.hpp"
#include "tracer/number/interval.hpp"

using namespace tracer;

TEST_CASE("an interval around a fraction contains it, and is a point where the bits suffice",
          "[number][interval]") {
  const Interval third(Rational(1, 3), 64);
  CHECK(third.contains(Rational(1, 3)));
  CHECK_FALSE(third.is_point());
  CHECK_FALSE(third.contains(Rational(333333, 1000000)));
  CHECK(third.overlaps(Interval(Rational(1, 3), 200)));
  CHECK_FALSE(third.overlaps(Interval(Rational(1, 4), 64)));
  CHECK(Interval(Rational(-3, 8), 8).is_point());
  CHECK(Interval(53).is_point());
  CHECK(Interval(53).contains_zero());
  CHECK_FALSE(third.contains_zero());
}

TEST_CASE("fewer bits round outwards: the interval grows, and contains the old one",
          "[number][interval]") {
  const Interval fine(Rational(1, 10), 200);
  const Interval coarse = fine.with_bits(8);
  CHECK(coarse.bits() == 8);
  CHECK(coarse.contains(Rational(1, 10)));
  CHECK(mpfr_less_p(coarse.lower(), fine.lower()));
  CHECK(mpfr_less_p(fine.upper(), coarse.upper()));
}

TEST_CASE("intervals are copied, moved and swapped like numbers", "[number][interval]") {
  Interval a(Rational(1, 3), 64);
  Interval copy = a;
  Interval moved = std::move(a);
  a = copy;  // what was moved from can be assigned to
  CHECK(a.contains(Rational(1, 3)));
  CHECK(moved.contains(Rational(1, 3)));
  Interval other(Rational(2), 16);
  swap(moved, other);
  CHECK(moved.contains(2));
  CHECK(moved.bits() == 16);
  CHECK(other.contains(Rational(1, 3)));
  Interval& same = other;
  other = same;
  CHECK(other.contains(Rational(1, 3)));
}

TEST_CASE("an end that is infinite is not finite", "[number][interval]") {
  Interval x(53);
  CHECK(x.is_finite());
  mpfr_set_inf(x.upper(), 1);
  CHECK_FALSE(x.is_finite());
  CHECK(x.contains(parse_rational("1e300")));
}

TEST_CASE("an end in words has about twelve digits", "[number][interval]") {
  CHECK(to_string(Interval(Rational(-3, 2), 53).lower()) == "-1.5");
  CHECK(to_string(Interval(Rational(1, 3), 100).lower()) == "0.333333333333");
}
