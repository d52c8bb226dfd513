// The functions of Exact: rational where they can be, and else no digit that is not proved.
#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/number/exact.hpp"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace tracer {

namespace {

Exact fraction(long p, long q) { return Exact(Rational(p, q)); }

using Function = Exact (*)(const Exact&);

struct Named {
  const char* name;
  Function f;
  bool positive_only = false;
};

const std::vector<Named>& functions() {
  static const std::vector<Named> all = {
      {"exp", exp},
      {"log", log, true},
      {"sqrt", sqrt, true},
      {"sin", sin},
      {"cos", cos},
      {"tanh", tanh},
      {"sigmoid", sigmoid},
      {"softplus", softplus},
      {"normal_cdf", normal_cdf},
      {"normal_pdf", normal_pdf},
      {"x**3", [](const Exact& x) { return pow(x, 3); }},
      {"x**-2", [](const Exact& x) { return pow(x, -2); }},
      {"x**(5/7)", [](const Exact& x) { return pow(x, Exact(Rational(5, 7))); }, true},
      {"x**x", [](const Exact& x) { return pow(x, x); }, true},
      {"x + 1/x", [](const Exact& x) { return x + 1 / x; }},
  };
  return all;
}

bool overlap(const Exact& a, const Exact& b) { return a.enclosure(256).overlaps(b.enclosure(256)); }

int significant_digits(const std::string& text) {
  const std::string mantissa = text.substr(0, text.find('e'));
  const auto first = mantissa.find_first_of("123456789");
  return static_cast<int>(std::count_if(mantissa.begin() + static_cast<long>(first), mantissa.end(),
                                        [](char c) { return c >= '0' && c <= '9'; }));
}

/// An irrational number near q: so that the functions are given intervals too.
Exact blurred(const Rational& q, int bits) {
  return Exact(q, {bits, 0}) + sin(Exact(q, {bits, 0})) / 1000;
}

}  // namespace

TEST_CASE("functions: every printed digit holds at twice the precision", "[number]") {
  const unsigned seed = 1234;
  CAPTURE(seed);
  std::mt19937 draw(seed);
  std::uniform_int_distribution<long> numerator(-20000, 20000);
  std::uniform_int_distribution<long> denominator(1, 1000);
  for (const auto& [name, f, positive_only] : functions()) {
    DYNAMIC_SECTION(name) {
      for (int i = 0; i < 60; ++i) {
        Rational q(numerator(draw), denominator(draw));
        if (i < 5) q /= power_of_ten(30);  // near 0 too
        if (q.is_zero()) continue;
        if (positive_only && q < 0) q = -q;
        CAPTURE(to_string(q));
        for (const bool interval : {false, true}) {
          const Exact once = f(interval ? blurred(q, 128) : Exact(q, {128, 0}));
          const Exact twice = f(interval ? blurred(q, 256) : Exact(q, {256, 0}));
          const Decimal printed = to_decimal(once, 38, true);
          REQUIRE(printed.proved);
          const int digits = significant_digits(printed.text);
          CHECK(digits >= 15);
          if (!printed.exact) CHECK(printed.text == to_decimal(twice, digits, false).text);
          CHECK(overlap(once, twice));
        }
      }
    }
  }
}

TEST_CASE("functions: an interval contains what its points give", "[number]") {
  const unsigned seed = 99;
  CAPTURE(seed);
  std::mt19937 draw(seed);
  std::uniform_int_distribution<long> any(-4000, 4000);
  for (const auto& [name, f, positive_only] : functions()) {
    DYNAMIC_SECTION(name) {
      for (int i = 0; i < 40; ++i) {
        Rational low(any(draw), 1000);
        if (positive_only && low <= 0) low = 1 - low;
        const Rational high = low + Rational(std::abs(any(draw)), 1000);
        if (low <= 0 && high >= 0 &&
            (std::string(name) == "x**-2" || std::string(name) == "x + 1/x"))
          continue;
        CAPTURE(to_string(low), to_string(high));
        Interval wide(64);
        mpfr_set_q(wide.lower(), low.backend().data(), MPFR_RNDD);
        mpfr_set_q(wide.upper(), high.backend().data(), MPFR_RNDU);
        const Exact image = f(Exact(wide, {64, 0}));
        for (long k = 0; k <= 8; ++k)
          CHECK(overlap(image, f(Exact(low + (high - low) * Rational(k, 8), Working{256, 0}))));
      }
    }
  }
}

TEST_CASE("functions: identities hold as overlapping intervals", "[number]") {
  for (long k = -30; k <= 30; ++k) {
    const Exact a = fraction(7 * k, 11);
    const Exact b = fraction(k + 3, 5);
    CAPTURE(k);
    CHECK(overlap(exp(a) * exp(b), exp(a + b)));
    CHECK(overlap(log(exp(a)), a));
    CHECK(overlap(sin(a) * sin(a) + cos(a) * cos(a), 1));
    CHECK(overlap(sigmoid(a) * (1 + exp(-a)), 1));
    CHECK(overlap(softplus(a), log(1 + exp(a))));
    CHECK(overlap(softplus(a) - softplus(-a), a));
    CHECK(overlap(tanh(a), 2 * sigmoid(2 * a) - 1));
    CHECK(overlap(normal_cdf(a) + normal_cdf(-a), 1));
    CHECK(overlap(pow(exp(b), a), exp(a * b)));
    CHECK(overlap(pow(abs(a) + 1, fraction(1, 3)), exp(log(abs(a) + 1) / 3)));
    CHECK(overlap(sqrt(1 + a * a) * sqrt(1 + a * a), 1 + a * a));
    CHECK(overlap(pow(exp(a) - 1, 3), (exp(a) - 1) * (exp(a) - 1) * (exp(a) - 1)));
  }
}

TEST_CASE("functions: normal_cdf and normal_pdf are those of the tables", "[number]") {
  CHECK(to_decimal(normal_cdf(1), 10, false).text == "0.8413447461");
  CHECK(to_decimal(normal_cdf(-2), 10, false).text == "0.02275013195");
  CHECK(to_decimal(normal_pdf(0), 10, false).text == "0.3989422804");
  CHECK(to_decimal(normal_pdf(1), 10, false).text == "0.2419707245");
  // Far out: x/(x² + 1) φ(x) < Φ(−x) < φ(x)/x.
  for (const int x : {5, 40, 1000}) {
    CAPTURE(x);
    CHECK(normal_cdf(-x) < normal_pdf(x) / x);
    CHECK(normal_cdf(-x) > normal_pdf(x) * x / (x * x + 1));
  }
}

TEST_CASE("functions: the far tails keep their relative precision", "[number]") {
  for (const auto& [name, f] : {std::pair<const char*, Function>{"exp", exp},
                                {"sigmoid", sigmoid},
                                {"softplus", softplus},
                                {"normal_cdf", normal_cdf},
                                {"normal_pdf", normal_pdf}}) {
    CAPTURE(name);
    for (const int x : {-40, -1000}) CHECK_NOTHROW(to_decimal(f(x), 36, false));  // of 38
  }
  CHECK(to_decimal(sigmoid(-1000), 10, false).text ==
        to_decimal(exp(Exact(-1000)), 10, false).text);
  CHECK(to_decimal(softplus(-1000), 10, false).text ==
        to_decimal(exp(Exact(-1000)), 10, false).text);
  // So far out that MPFR's exponents end: 0 up to something tiny.
  const Exact far = -pow(Exact(10), 30);
  for (const Function f : {exp, sigmoid, softplus, normal_cdf, normal_pdf}) {
    CHECK(f(far).contains_zero());
    CHECK(f(far) < Exact(power_of_ten(-300)));
  }
  CHECK(overlap(softplus(-far), -far));
  CHECK(overlap(sigmoid(-far), 1));
  CHECK(overlap(normal_cdf(-far), 1));
}

TEST_CASE("functions: special values stay rational", "[number]") {
  const auto is = [](const Exact& x, const Exact& y) { return x.is_rational() && x == y; };
  CHECK(is(exp(Exact(0)), 1));
  CHECK(is(log(Exact(1)), 0));
  CHECK(is(sin(Exact(0)), 0));
  CHECK(is(cos(Exact(0)), 1));
  CHECK(is(tanh(0), 0));
  CHECK(is(sigmoid(0), fraction(1, 2)));
  CHECK(is(normal_cdf(0), fraction(1, 2)));
  CHECK(is(sqrt(fraction(4, 9)), fraction(2, 3)));
  CHECK(is(sqrt(Exact(0)), 0));
  CHECK(is(abs(fraction(-1, 3)), fraction(1, 3)));
  CHECK(is(pow(fraction(2, 3), 3), fraction(8, 27)));
  CHECK(is(pow(fraction(-2, 3), -3), fraction(-27, 8)));
  CHECK(is(pow(Exact(8), fraction(1, 3)), 2));
  CHECK(is(pow(Exact(4), fraction(3, 2)), 8));
  CHECK(is(pow(fraction(8, 27), fraction(-2, 3)), fraction(9, 4)));
  CHECK(is(pow(Exact(0), 0), 1));
  CHECK(is(pow(Exact(0), Exact(0)), 1));
  CHECK(is(pow(Exact(0), fraction(1, 2)), 0));
  CHECK(is(pow(exp(Exact(1)), 0), 1));
  CHECK(is(pow(Exact(1), exp(Exact(1))), 1));
  CHECK(is(pow(Exact(-1), Exact(power_of_ten(40) + 1)), -1));
  CHECK(is(pow(Exact(-1), 1000000000001L), -1));
  CHECK(is(sign_of(-3), -1));
  CHECK(is(sign_of(0), 0));
  CHECK(is(step(0), 0));
  CHECK(is(step(exp(Exact(1))), 1));
  CHECK(is(xlogy(0, 0), 0));
  CHECK(is(xlogy(0, -1), 0));
  CHECK(is(xlogy(5, 1), 0));
  CHECK_FALSE(sqrt(Exact(2)).is_rational());
  CHECK_FALSE(pow(Exact(8), fraction(1, 2)).is_rational());
  CHECK(isfinite(Exact(3)));
}

TEST_CASE("functions: outside the domain they say what was asked", "[number]") {
  CHECK_THROWS_WITH(1 / Exact(0), "division by zero");
  CHECK_THROWS_WITH(log(Exact(0)), "log(0) is minus infinity");
  CHECK_THROWS_WITH(log(Exact(-2)), "log of a negative number, log(-2)");
  CHECK_THROWS_WITH(log(fraction(-1, 3)), "log of a negative number, log(-0.333333333333)");
  CHECK_THROWS_WITH(log(-exp(Exact(1))), "log of a negative number, log(-2.71828182846)");
  CHECK_THROWS_WITH(sqrt(Exact(-1)), "sqrt of a negative number, sqrt(-1)");
  CHECK_THROWS_WITH(pow(Exact(0), -2), "0 to a negative power, 0**(-2)");
  CHECK_THROWS_WITH(pow(Exact(0), fraction(-1, 2)), "0 to a negative power, 0**(-0.5)");
  CHECK_THROWS_WITH(pow(Exact(-8), fraction(1, 2)),
                    "a negative number to a power that is not an integer, (-8)**0.5");
  CHECK_THROWS_WITH(xlogy(1, 0), "log(0) is minus infinity");
  CHECK_THROWS_AS(log(Exact(-2)), DomainError);
}

TEST_CASE("functions: what is too large ends at once, with an error", "[number]") {
  const Exact huge = exp(exp(Exact(20)));  // 10^210704568: still a number
  CHECK(huge.sign() == 1);
  CHECK_THROWS_AS(exp(huge), DomainError);
  CHECK_THROWS_WITH(exp(exp(exp(Exact(100)))),
                    "exp(2.68811714182e+43) is too large to be represented");
  Exact x = huge;
  const auto square_forever = [&] {
    for (;;) x *= x;
  };
  CHECK_THROWS_WITH(square_forever(), "a product is too large to be represented");
  CHECK(sin(huge).contains_zero());  // and π is not computed to 10^8 digits for that
  CHECK(pow(Exact(2), 100000000).sign() == 1);
  CHECK(pow(Exact(2), 100000000).outgrown());
  CHECK(pow(Exact(2).with({128, 64}), 100).outgrown());
  CHECK(pow(Exact(2).with({128, 4000}), 100).is_rational());
  CHECK_THROWS_AS(pow(Exact(2), Exact(power_of_ten(40))), DomainError);
  CHECK_THROWS_AS(pow(Exact(10), 9000000000000000000L), DomainError);
  CHECK(pow(Exact(10), -9000000000000000000L).contains_zero());
}

TEST_CASE("functions: across 0, abs and powers are as tight as they can be", "[number]") {
  Interval x(64);
  mpfi_interv_si(x.get(), -2, 1);
  CHECK(mpfr_cmp_si(pow(Exact(x), 2).interval().lower(), 0) == 0);
  CHECK(mpfr_cmp_si(pow(Exact(x), 2).interval().upper(), 4) == 0);
  CHECK(mpfr_cmp_si(pow(Exact(x), 3).interval().lower(), -8) == 0);
  CHECK(mpfr_cmp_si(pow(Exact(x), 3).interval().upper(), 1) == 0);
  CHECK(mpfr_cmp_si(abs(Exact(x)).interval().lower(), 0) == 0);
  CHECK(mpfr_cmp_si(abs(Exact(x)).interval().upper(), 2) == 0);
  mpfi_interv_si(x.get(), -2, -1);
  CHECK(mpfr_cmp_si(pow(Exact(x), -1).interval().lower(), -1) == 0);
  CHECK(mpfr_cmp_d(pow(Exact(x), -1).interval().upper(), -0.5) == 0);
  CHECK(mpfr_cmp_d(pow(Exact(x), -2).interval().lower(), 0.25) == 0);
}

}  // namespace tracer
