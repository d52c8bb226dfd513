// The product of matrices of Exact by integers, against the sum that it is: term by term in Exact's own
// operations.
#include "tracer/number/exact_product.hpp"

#include <vector>

#include "tests/catch.hpp"
#include "tests/number/thread_count.hpp"
#include "tracer/error.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/number/random.hpp"
#include "tracer/number/threads.hpp"

using namespace tracer;
using tracer::test::ThreadCount;

namespace {

using Entries = std::vector<Exact>;

// What a matrix is made of.
enum class Made { bytes, floats, fractions, intervals, mixed, far_apart };

Rational dyadic(RandomStream& stream, int shift) {
  const auto n = static_cast<long>(stream.below(1U << 24U)) - (1L << 23U);
  Rational q(n, 1);
  for (int i = 0; i < shift; ++i) q /= 2;
  return q;
}

Exact drawn(RandomStream& stream, Made made, Working working) {
  if (stream.below(4) == 0) return Exact(Rational(), working);
  const Exact a(dyadic(stream, 24), working);
  switch (made) {
    case Made::bytes:
      return Exact(Rational(static_cast<int>(stream.below(256)), 255), working);
    case Made::floats:
      return a;
    case Made::fractions:
      return Exact(Rational(static_cast<int>(stream.below(2000)) - 1000, 1 + stream.below(60)),
                   working);
    case Made::intervals:
      return exp(a) * (stream.below(2) == 0 ? 1 : -1);
    case Made::mixed:
      return stream.below(2) == 0 ? exp(a) : Exact(Rational(1, 1 + stream.below(400)), working);
    case Made::far_apart:
      return exp(Exact(static_cast<int>(stream.below(1200)) - 600, working)) * a;
  }
  return a;
}

Entries drawn(std::ptrdiff_t n, const char* name, Made made, Working working) {
  RandomStream stream(7, name);
  Entries entries;
  for (std::ptrdiff_t i = 0; i < n; ++i) entries.push_back(drawn(stream, made, working));
  return entries;
}

struct Sides {
  std::ptrdiff_t rows, depth, columns;
  bool a_turned = false, b_turned = false;
};

Factor<Exact> left(const Entries& a, const Sides& sides) {
  return {a.data(), sides.rows, sides.depth, sides.a_turned ? sides.depth : sides.rows,
          sides.a_turned};
}
Factor<Exact> right(const Entries& b, const Sides& sides) {
  return {b.data(), sides.depth, sides.columns, sides.b_turned ? sides.columns : sides.depth,
          sides.b_turned};
}

double width(const Exact& x) {
  if (x.is_rational()) return 0;
  Interval ends = x.interval();
  mpfi_diam_abs(ends.lower(), ends.get());
  return mpfr_get_d(ends.lower(), MPFR_RNDU);
}

bool same(const Exact& a, const Exact& b) {
  if (a.is_rational() || b.is_rational())
    return a.is_rational() && b.is_rational() && a.rational() == b.rational();
  return mpfr_equal_p(a.interval().lower(), b.interval().lower()) != 0 &&
         mpfr_equal_p(a.interval().upper(), b.interval().upper()) != 0 &&
         a.outgrown() == b.outgrown();
}

// `inner` lies in `outer`.
bool contains(const Exact& outer, const Exact& inner) {
  const Interval a = outer.enclosure(4000), b = inner.enclosure(4000);
  return mpfr_lessequal_p(a.lower(), b.lower()) != 0 && mpfr_lessequal_p(b.upper(), a.upper()) != 0;
}

constexpr Working working{128, 4096};

}  // namespace

TEST_CASE("a product of rationals is the rational that it is", "[number][exact_product]") {
  const Sides sides{9, 31, 8, true, false};
  for (const Made a_made : {Made::bytes, Made::floats, Made::fractions}) {
    for (const Made b_made : {Made::bytes, Made::floats, Made::fractions}) {
      CAPTURE(static_cast<int>(a_made), static_cast<int>(b_made));
      const Entries a = drawn(sides.rows * sides.depth, "a", a_made, working);
      const Entries b = drawn(sides.depth * sides.columns, "b", b_made, working);
      for (const bool add : {false, true}) {
        Entries c(static_cast<std::size_t>(sides.rows * sides.columns), Exact(3).with(working));
        Entries expected = c;
        multiply<Exact>(c.data(), left(a, sides), right(b, sides), add);
        detail::multiply_one_by_one(expected.data(), left(a, sides), right(b, sides), add);
        int wrong = 0;
        for (std::size_t k = 0; k < c.size(); ++k)
          if (!c[k].is_rational() || c[k].rational() != expected[k].rational()) ++wrong;
        CHECK(wrong == 0);
      }
    }
  }
}

TEST_CASE("a product with intervals contains the product, as closely as term by term",
          "[number][exact_product]") {
  const Sides all[]{{7, 40, 6}, {7, 40, 6, true, true}, {1, 300, 1}, {300, 1, 2, false, true}};
  constexpr Made kinds[]{Made::bytes,     Made::floats, Made::fractions,
                         Made::intervals, Made::mixed,  Made::far_apart};
  for (const Sides& sides : all) {
    for (const Made a_made : kinds) {
      for (const Made b_made : kinds) {
        CAPTURE(sides.rows, static_cast<int>(a_made), static_cast<int>(b_made));
        const auto made = [&](Working of) {
          return std::pair{drawn(sides.rows * sides.depth, "a", a_made, of),
                           drawn(sides.depth * sides.columns, "b", b_made, of)};
        };
        const auto [a, b] = made(working);
        const auto [finer_a, finer_b] = made({512, 4096});
        Entries c(static_cast<std::size_t>(sides.rows * sides.columns));
        Entries expected = c, finer = c;
        multiply<Exact>(c.data(), left(a, sides), right(b, sides), false);
        detail::multiply_one_by_one(expected.data(), left(a, sides), right(b, sides), false);
        detail::multiply_one_by_one(finer.data(), left(finer_a, sides), right(finer_b, sides),
                                    false);
        int outside = 0, wider = 0, of_another_kind = 0;
        for (std::size_t k = 0; k < c.size(); ++k) {
          if (!contains(c[k], finer[k])) ++outside;
          // What the operands leave open is the same, and what is rounded off a sum is less. A single
          // term, as 1·x, may be a unit of its last bit wider at either end: x is one unit wide.
          const double allowed = sides.depth == 1 ? 3.01 : 1.2;
          if (width(c[k]) > allowed * width(expected[k])) ++wider;
          if (c[k].is_rational() != expected[k].is_rational() ||
              c[k].outgrown() != expected[k].outgrown())
            ++of_another_kind;
        }
        CHECK(outside == 0);
        CHECK(wider == 0);
        CHECK(of_another_kind == 0);
      }
    }
  }
}

TEST_CASE("a product with many bits has them", "[number][exact_product]") {
  const Working many{2048, 4096};
  const Sides sides{5, 30, 4};
  const Entries a = drawn(150, "a", Made::intervals, many);
  const Entries b = drawn(120, "b", Made::mixed, many);
  Entries c(20), expected(20);
  multiply<Exact>(c.data(), left(a, sides), right(b, sides), false);
  detail::multiply_one_by_one(expected.data(), left(a, sides), right(b, sides), false);
  for (std::size_t k = 0; k < c.size(); ++k) {
    CHECK(to_decimal(c[k], 600, false).text == to_decimal(expected[k], 600, false).text);
    CHECK(c[k].working() == many);
  }
}

TEST_CASE("a product is the same for every number of threads", "[number][exact_product][threads]") {
  const Sides sides{20, 200, 30};
  const Entries a = drawn(20 * 200, "a", Made::mixed, working);
  const Entries b = drawn(200 * 30, "b", Made::intervals, working);
  Entries one(600), three(600);
  const auto multiply_with = [&](int count, Entries& c) {
    const ThreadCount team(count);
    multiply<Exact>(c.data(), left(a, sides), right(b, sides), false);
  };
  multiply_with(1, one);
  multiply_with(3, three);
  int different = 0;
  for (std::size_t k = 0; k < one.size(); ++k)
    if (!same(one[k], three[k])) ++different;
  CHECK(different == 0);
}

TEST_CASE("rationals that outgrow their limit are intervals that say so",
          "[number][exact_product]") {
  const Working small{128, 60};
  const Sides sides{8, 12, 8};
  const Entries a = drawn(96, "a", Made::fractions, small);
  const Entries b = drawn(96, "b", Made::fractions, small);
  Entries c(64), d(64);
  multiply<Exact>(c.data(), left(a, sides), right(b, sides), false);
  detail::multiply_one_by_one(d.data(), left(a, sides), right(b, sides), false);
  int outgrown = 0, apart = 0;
  for (std::size_t k = 0; k < c.size(); ++k) {
    outgrown += c[k].outgrown() ? 1 : 0;
    apart += c[k].enclosure(128).overlaps(d[k].enclosure(128)) ? 0 : 1;
  }
  CHECK(outgrown > 32);
  CHECK(apart == 0);
  // and products of these
  Entries e(64);
  multiply<Exact>(e.data(), {c.data(), 8, 8, 8, false}, {c.data(), 8, 8, 8, false}, false);
  for (const Exact& x : e) CHECK((x.is_rational() || x.outgrown()));
}

TEST_CASE("a 0 and an interval across 0 in a product", "[number][exact_product]") {
  const Exact across = exp(Exact(1).with(working)) - exp(Exact(1).with(working));
  REQUIRE(across.contains_zero());
  REQUIRE_FALSE(across.is_rational());
  Entries a(16 * 16, across), b(16 * 16, Exact(0)), c(256);
  const Sides sides{16, 16, 16};
  multiply<Exact>(c.data(), left(a, sides), right(b, sides), false);
  CHECK(c[17].is_rational());
  CHECK(c[17] == 0);
  b.assign(256, across);
  multiply<Exact>(c.data(), left(a, sides), right(b, sides), false);
  CHECK_FALSE(c[17].is_rational());
  CHECK(c[17].contains_zero());
  CHECK(width(c[17]) < 1e-74);
}
