// Arithmetic and comparison of Exact: rational while it can be, a right interval when not.
#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/number/exact.hpp"

#include <cmath>
#include <limits>
#include <random>
#include <type_traits>

namespace tracer {

namespace {

Exact fraction(long p, long q, Working working = {}) { return Exact(Rational(p, q), working); }

/// One of the two is an interval, and their enclosures have a number in common.
bool overlap(const Exact& a, const Exact& b) { return a.enclosure(256).overlaps(b.enclosure(256)); }

}  // namespace

static_assert(std::is_convertible_v<int, Exact> && std::is_convertible_v<long long, Exact>);
static_assert(!std::is_constructible_v<Exact, double>, "0.1 is not a tenth");
static_assert(!std::is_convertible_v<Exact, double>);

TEST_CASE("Exact: rational arithmetic is exact", "[number]") {
  const Exact x = fraction(1, 3);
  CHECK(x + x + x == 1);
  CHECK(1 - x * x == fraction(8, 9));
  CHECK(x / 2 == fraction(1, 6));
  CHECK(-x == fraction(-1, 3));
  CHECK(2 / fraction(-4, 7) == fraction(-7, 2));
  CHECK(Exact() == 0);
  CHECK((x - x).is_zero_surely());
  CHECK(x.sign() == 1);
  CHECK((-x).sign() == -1);
  CHECK(fraction(1, 3) < fraction(34, 100));
  CHECK(fraction(1, 3) != fraction(34, 100));
  CHECK(fraction(-1, 2) >= fraction(-1, 2));
  Exact y = 5;
  y -= y;
  CHECK(y == 0);
}

TEST_CASE("Exact: interval arithmetic contains the exact value", "[number]") {
  const unsigned seed = 20240611;
  CAPTURE(seed);
  std::mt19937 draw(seed);
  std::uniform_int_distribution<long> any(-50, 50);
  const Working working{64, 0};
  const auto forget = [&](const Exact& x) { return Exact(Interval(x.rational(), 64), working); };
  for (int i = 0; i < 300; ++i) {
    const Exact a = fraction(any(draw), 1 + std::abs(any(draw)));
    const Exact b = fraction(any(draw), 1 + std::abs(any(draw)));
    CAPTURE(to_string(a.rational()), to_string(b.rational()));
    CHECK((forget(a) + b).enclosure(64).contains((a + b).rational()));
    CHECK((a - forget(b)).enclosure(64).contains((a - b).rational()));
    CHECK((forget(a) * forget(b)).enclosure(64).contains((a * b).rational()));
    CHECK((-forget(a)).enclosure(64).contains((-a).rational()));
    if (b.sign() != 0) CHECK((forget(a) / b).enclosure(64).contains((a / b).rational()));
  }
}

TEST_CASE("Exact: 0 times and 0 over an irrational number is 0, and rational", "[number]") {
  const Exact x = exp(Exact(1));
  CHECK((0 * x).is_rational());
  CHECK((x * 0).is_zero_surely());
  CHECK((0 / x).is_rational());
  CHECK_FALSE((x - x).is_rational());
  CHECK((x - x).contains_zero());
  CHECK_FALSE((x - x).is_zero_surely());
}

TEST_CASE("Exact: what can't be told from an interval is Undecided at every precision",
          "[number]") {
  for (const int bits : {128, 4096}) {
    CAPTURE(bits);
    const Exact x = Exact(1).with({bits, 0});
    const Exact zero = sin(x) * sin(x) + cos(x) * cos(x) - 1;
    CHECK_THROWS_AS(zero > 0, Undecided);
    CHECK_THROWS_AS(zero == 0, Undecided);
    CHECK_THROWS_AS(zero.sign(), Undecided);
    CHECK_THROWS_AS(step(zero), Undecided);
    CHECK_THROWS_AS(max(zero, 0), Undecided);
    CHECK_THROWS_AS(log(zero), Undecided);
    CHECK_THROWS_AS(sqrt(zero), Undecided);
    CHECK_THROWS_AS(pow(zero, -2), Undecided);
    CHECK_THROWS_AS(1 / zero, Undecided);
    CHECK(zero < Exact(parse_rational("1e-30")));  // the other questions have answers
    CHECK(abs(zero) > -1);
  }
  const Exact x = exp(Exact(1));
  CHECK_THROWS_AS(x == x, Undecided);
}

TEST_CASE("Exact: more bits decide what fewer could not", "[number]") {
  // exp(π√163) = 262537412640768743.99999999999925...: an integer to 64 bits.
  const auto almost_an_integer = [](int bits) {
    Interval pi(bits);
    mpfi_const_pi(pi.get());
    return exp(Exact(pi, Working{bits, 0}) * sqrt(Exact(163))) - Exact(262537412640768744L);
  };
  CHECK_THROWS_AS(almost_an_integer(64).sign(), Undecided);
  CHECK(almost_an_integer(128).sign() == -1);
}

TEST_CASE("Exact: an operation takes the larger wish of its operands", "[number]") {
  const Exact a = Exact(2).with({200, 1000});
  const Exact b = Exact(3).with({100, 5000});
  CHECK((a + b).working() == Working{200, 5000});
  CHECK((1 - a).working() == Working{200, 1000});
  CHECK(max(b, 0).working() == Working{100, 5000});
  CHECK(step(b).working() == Working{100, 5000});
  CHECK(xlogy(0, b).working() == Working{100, 5000});
  CHECK(exp(a).interval().bits() == 200);
  CHECK((exp(a) * exp(b)).interval().bits() == 200);
  CHECK(exp(Exact(2)).interval().bits() == 128);  // nobody wishes anything
}

TEST_CASE("Exact: a rational past its size limit becomes an interval and says so", "[number]") {
  Exact x = fraction(1, 3, {128, 100});
  int steps = 0;
  while (x.is_rational()) {
    x = x * x + fraction(1, 7);
    ++steps;
  }
  CHECK(steps > 1);
  CHECK(x.outgrown());
  CHECK((x + 1).outgrown());
  CHECK((2 / x).outgrown());
  CHECK(abs(-x).outgrown());
  CHECK(pow(x, 2).outgrown());
  CHECK_FALSE(exp(x).outgrown());        // irrational anyway
  CHECK_FALSE((x + exp(x)).outgrown());  // this too
  CHECK_FALSE((0 * x).outgrown());
  Rational same(1, 3);
  for (int i = 0; i < steps; ++i) same = same * same + Rational(1, 7);
  CHECK(x.interval().contains(same));
}

TEST_CASE("Exact: max and min decide where one is surely not the larger", "[number]") {
  const Exact e = exp(Exact(1));
  CHECK(max(Exact(2), 3) == 3);
  CHECK(min(2, fraction(-1, 2)) == fraction(-1, 2));
  CHECK(overlap(max(e, 2), e));
  CHECK(max(e, 3) == 3);
  CHECK(min(e, 2) == 2);
  CHECK_THROWS_AS(max(e, exp(Exact(1))), Undecided);
  Interval touching(64);
  mpfi_interv_si(touching.get(), 0, 1);
  CHECK(max(Exact(touching), 1) == 1);
  CHECK_THROWS_AS(Exact(touching).sign(), Undecided);  // it may be 0
  CHECK_THROWS_AS(Exact(touching) < 1, Undecided);     // it may be 1
  CHECK_THROWS_AS(Exact(touching) > 0, Undecided);
  CHECK(Exact(touching) < 2);
}

TEST_CASE("Exact: to_double and to_float give the nearest", "[number]") {
  CHECK(fraction(1, 10).to_double() == 0.1);
  CHECK(fraction(2, 3).to_double() == 2.0 / 3);
  CHECK(fraction(-1, 10).to_float() == -0.1F);
  CHECK(exp(Exact(1)).to_double() == 0x1.5bf0a8b145769p+1);
  CHECK(exp(Exact(1)).to_float() == 0x1.5bf0a8p+1F);
  // A tie, and what is off it by less than any fixed precision shows.
  const Exact tie = 1 + pow(Exact(2), -53);
  CHECK(tie.to_double() == 1);
  CHECK((tie + pow(Exact(2), -500)).to_double() == 1 + 0x1p-52);
  CHECK((tie - pow(Exact(2), -500)).to_double() == 1);
  // Subnormal: rounding twice, first to 53 bits, would go wrong here.
  CHECK((pow(Exact(2), -1075) * (1 + pow(Exact(2), -60))).to_double() == 0x1p-1074);
  CHECK(pow(Exact(2), -1075).to_double() == 0);
  CHECK((-pow(Exact(10), 400)).to_double() == -std::numeric_limits<double>::infinity());
  CHECK(Exact::from_double(0.1) == Exact(Rational(3602879701896397L, 36028797018963968L)));
  CHECK_THROWS_WITH(Exact::from_double(std::nan("")), "nan is not a finite number");
  const unsigned seed = 7;
  CAPTURE(seed);
  std::mt19937_64 draw(seed);
  std::normal_distribution<double> any(0, 1e3);
  for (int i = 0; i < 100; ++i) {
    const double x = any(draw);
    CHECK(Exact::from_double(x).to_double() == x);
    CHECK(Exact::from_double(static_cast<double>(static_cast<float>(x))).to_float() ==
          static_cast<float>(x));
    CHECK(Exact::from_double(x).to_float() == static_cast<float>(x));
  }
}

TEST_CASE("Interval: copies and moves own their memory", "[number]") {
  Interval a(Rational(1, 3), 100);
  Interval b = a;
  const Interval c = std::move(a);
  a = b;  // a moved-from interval can be assigned to
  b = Interval(Rational(1, 7), 50);
  CHECK(c.contains(Rational(1, 3)));
  CHECK(a.contains(Rational(1, 3)));
  CHECK(b.bits() == 50);
  CHECK(b.contains(Rational(1, 7)));
  CHECK_FALSE(b.overlaps(c));
  CHECK(c.with_bits(20).contains(Rational(1, 3)));
  CHECK_FALSE(c.is_point());
  CHECK(Interval(Rational(3, 8), 10).is_point());
}

}  // namespace tracer
