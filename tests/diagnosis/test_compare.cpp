// Comparison without a tolerance: what a claim may be off follows from how it was written down,
// from the arithmetic that it was computed in, and from what was added up in each entry.
#include "tracer/diagnosis/compare.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/claims/claims_of.hpp"
#include "tracer/diagnosis/judged_claims.hpp"

using namespace tracer;

namespace {

using Kind = Nearness::Kind;

// A column of claimed numbers, without an error of writing.
Claim column(std::vector<long double> values, const std::string& precision = "float64") {
  Claim claim;
  claim.called = claim.name = "W";
  claim.values =
      Eigen::Map<const Reals>(values.data(), static_cast<Eigen::Index>(values.size()), 1);
  claim.half_unit = Reals::Zero(claim.values.rows(), 1);
  claim.precision = precision_of(precision);
  return claim;
}

Expected truth(std::vector<long double> values, std::vector<double> spreads) {
  const auto rows = static_cast<Eigen::Index>(values.size());
  return {Eigen::Map<const Reals>(values.data(), rows, 1),
          Eigen::Map<const Array<double>>(spreads.data(), rows, 1)};
}

Kind kind(const Claim& claim, const Expected& right) { return compare(claim, right).kind; }

// −Σ aᵢ·bᵢ and the like, summed up in S in the order of the terms, and backwards.
template <class S>
S summed(const std::vector<double>& terms, bool backwards) {
  S sum = 0;
  for (std::size_t i = 0; i < terms.size(); ++i)
    sum += static_cast<S>(terms[backwards ? terms.size() - 1 - i : i]);
  return sum;
}

// 1000 terms that nearly cancel, each rounded
const std::vector<double>& terms() {
  static const std::vector<double> all = [] {
    std::vector<double> made;
    for (int i = 0; i < 1000; ++i) made.push_back(std::sin(1.7 * i) * (1 + i % 7));
    return made;
  }();
  return all;
}
Uncertain right_sum() {
  Uncertain sum = 0;
  for (const double term : terms())
    sum += Uncertain(static_cast<long double>(term), static_cast<long double>(term));
  return sum;
}

// To the nearest number of 8 bits.
float to_bf16(float x) {
  const float scale = std::ldexp(1.0F, std::ilogb(x) - 7);
  return std::nearbyint(x / scale) * scale;
}

}  // namespace

TEST_CASE("compare: sums in float64 and in float32 are right, in whatever order", "[compare]") {
  const Uncertain sum = right_sum();
  REQUIRE(std::fabs(static_cast<double>(sum.value)) < sum.spread() / 50);  // they do cancel
  const Expected right = truth({sum.value}, {sum.spread()});
  for (const bool backwards : {false, true}) {
    const auto twice = static_cast<long double>(summed<double>(terms(), backwards));
    const auto single = static_cast<long double>(summed<float>(terms(), backwards));
    CHECK(kind(column({twice}), right) == Kind::right);
    CHECK(kind(column({single}, "float32"), right) == Kind::right);
    // float32 is no float64, but near it: somebody's intermediate result
    CHECK(kind(column({single}), right) == Kind::disturbed);
  }
}

TEST_CASE("compare: bf16 claims are right within their own eight bits", "[compare]") {
  int right = 0;
  for (int i = 1; i < 200; ++i) {
    const float x = std::sin(static_cast<float>(i)) * static_cast<float>(i);
    const auto wanted = static_cast<long double>(x);
    const auto claimed = static_cast<long double>(to_bf16(x));
    const Expected expected = truth({wanted}, {std::fabs(static_cast<double>(x))});
    right += kind(column({claimed}, "bf16"), expected) == Kind::right ? 1 : 0;
    CHECK(kind(column({claimed * 1.03L}, "bf16"), expected) == Kind::wrong);
  }
  CHECK(right == 199);
}

TEST_CASE("compare: 32 roundoffs of the spread are right, and more is not", "[compare]") {
  const Expected right = truth({2}, {8});
  const long double roundoff = 8 * 0x1p-53L;
  CHECK(kind(column({2 + 31 * roundoff}), right) == Kind::right);
  CHECK(kind(column({2 - 31 * roundoff}), right) == Kind::right);
  CHECK(kind(column({2 + 33 * roundoff}), right) == Kind::disturbed);
  CHECK(std::abs(compare(column({2 + 20 * roundoff}), right).roundoffs - 20) < 1e-6);
  // bf16 has no room for as many
  const long double coarse = 8 * 0x1p-8L;
  CHECK(kind(column({2 + 3 * coarse}, "bf16"), right) == Kind::right);
  CHECK(kind(column({2 + 5 * coarse}, "bf16"), right) == Kind::wrong);
}

TEST_CASE("compare: digits as they were written: half a unit is right, one unit is not",
          "[compare]") {
  // ∂L/∂w = 1/3; the text says 0.333
  const Program program = lesson("param w = 1\nL = w/3\n");
  const auto written = [&](const std::string& number) {
    const Claims claims = claimed(program, "{\"dw\": " + number + "}", 1);
    return kind(claims.claims.at(0), truth({1 / 3.0L}, {1 / 3.0}));
  };
  CHECK(written("0.333") == Kind::right);
  CHECK(written("0.334") == Kind::wrong);
  CHECK(written("0.332") == Kind::wrong);
  CHECK(written("0.3333") == Kind::right);
  CHECK(written("0.3334") == Kind::wrong);
  CHECK(written("0.33333333") == Kind::right);
  CHECK(written("0.33333335") ==
        Kind::disturbed);  // off by 5e-8 of it: too near to be another formula
  CHECK(written("3.33e-1") == Kind::right);
  CHECK(written("0.3333333333333333") == Kind::right);
  // a tie counts as right: 0.1875 may be written 0.187 or 0.188
  for (const std::string number : {"0.187", "0.188"}) {
    CHECK(kind(claimed(program, "{\"dw\": " + number + "}", 1).claims.at(0),
               truth({0.1875L}, {0.1875})) == Kind::right);
  }
}

TEST_CASE("compare: a dead unit must be 0, a zero by cancelling need not be", "[compare]") {
  const Expected dead = truth({0}, {0});
  CHECK(kind(column({0}), dead) == Kind::right);
  CHECK(kind(column({1e-30L}), dead) == Kind::wrong);
  CHECK(kind(column({1e-30L}, "float32"), dead) == Kind::wrong);
  const Expected cancelled = truth({0}, {3});
  CHECK(kind(column({0}), cancelled) == Kind::right);
  CHECK(kind(column({3e-16L}), cancelled) == Kind::right);
  CHECK(kind(column({1e-10L}), cancelled) == Kind::disturbed);
  CHECK(kind(column({1e-3L}), cancelled) == Kind::wrong);
}

TEST_CASE("compare: nothing is finer than the smallest number of an arithmetic", "[compare]") {
  const auto kind_of = [](long double claimed, long double right, const std::string& precision) {
    return kind(column({claimed}, precision), truth({right}, {static_cast<double>(right)}));
  };
  for (const long double claimed : {0.0L, 0x1p-24L})  // 0 and 6e-8
    CHECK(kind_of(claimed, 1e-9L, "float16") == Kind::right);
  CHECK(kind_of(0, 1e-30L, "float16") == Kind::right);
  CHECK(kind_of(0, 1e-6L, "float16") == Kind::wrong);
  CHECK(kind_of(1e-6L, 1e-9L, "float16") == Kind::wrong);
  CHECK(kind_of(0, 1e-9L, "float32") == Kind::wrong);
  CHECK(kind_of(0, 1e-9L, "float64") == Kind::wrong);
  for (const auto& [precision, exponent] :
       std::vector<std::pair<std::string, int>>{{"float64", -1074},
                                                {"float32", -126},
                                                {"tf32", -126},
                                                {"float16", -24},
                                                {"bf16", -126}}) {
    CAPTURE(precision);
    const long double smallest = std::ldexp(1.0L, exponent);
    CHECK(static_cast<long double>(precision_of(precision).smallest) == smallest);
    CHECK(kind_of(0, smallest, precision) == Kind::right);
    CHECK(kind_of(2 * smallest, smallest, precision) == Kind::right);
    CHECK(kind_of(0, 100 * smallest, precision) == Kind::wrong);
  }
  CHECK(precision_of("bfloat16").name == "bf16");
  // nothing is added up there: exactly 0 in every arithmetic
  CHECK(kind(column({0x1p-24L}, "float16"), truth({0}, {0})) == Kind::wrong);
}

TEST_CASE("compare: a guard of 1e-12 disturbs, a thousandth is another formula", "[compare]") {
  const long double p = 0.7L;
  const Expected right = truth({p}, {0.7});
  const Nearness guarded = compare(column({p / (1 + 1e-12L)}), right);
  CHECK(guarded.kind == Kind::disturbed);
  CHECK(guarded.matches());
  CHECK(guarded.apart == 1);
  CHECK(guarded.disturbance > 0.9e-12);
  CHECK(guarded.disturbance < 1.1e-12);
  CHECK(kind(column({p * (1 + 2e-6L)}), right) == Kind::wrong);
  CHECK(kind(column({p * 1.001L}), right) == Kind::wrong);
  // and does so in no entry of float32, which is coarser
  CHECK(kind(column({p / (1 + 1e-12L)}, "float32"), right) == Kind::right);
}

TEST_CASE("compare: NaN and infinity are wrong, and the worst of all", "[compare]") {
  const Expected right = truth({1, 2, 3}, {1, 2, 3});
  for (const long double bad : {std::nanl(""), std::numeric_limits<long double>::infinity()}) {
    const Nearness near = compare(column({1, bad, 3.5L}), right);
    CHECK(near.kind == Kind::wrong);
    CHECK(near.worst.first == 1);
    CHECK(near.apart == 2);
    CHECK(near.digits == 0);
  }
  const Nearness unknown = compare(column({1}), truth({std::nanl("")}, {1}));
  CHECK(unknown.kind == Kind::wrong);
}

TEST_CASE("compare: the worst entry, how many are off, and the digits of agreement", "[compare]") {
  const Expected right = truth({100, 2, 3, 4}, {100, 2, 3, 4});
  const Nearness near = compare(column({100, 2, 3.3L, 4.2L}), right);
  CHECK(near.entries == 4);
  CHECK(near.apart == 2);
  CHECK(near.worst.first == 2);                                 // relative to its spread
  CHECK(std::abs(near.digits - std::log10(100 / 0.3)) < 1e-9);  // to the largest of all
  CHECK(compare(column({100, 2, 3, 4}), right).digits == 19);
  CHECK(compare(column({-100, 2, 3, 4}), right).digits == 0);
}

TEST_CASE("compare: the figures that courses look at", "[compare]") {
  const auto reals = [](std::vector<long double> values) {
    return column(std::move(values)).values;
  };
  CHECK(norm_ratio(reals({3, 4}), reals({3, 4})) == 0);
  CHECK(std::abs(norm_ratio(reals({3, 4}), reals({6, 8})) - 1.0 / 3) < 1e-15);
  CHECK(norm_ratio(reals({0, 0}), reals({0, 0})) == 0);
  CHECK(norm_ratio(reals({0, 0}), reals({0, 1})) == 1);
  CHECK(*cosine(reals({1, 0}), reals({0, 1})) == 0);
  CHECK(*cosine(reals({1, 0}), reals({-2, 0})) == -1);
  CHECK_FALSE(cosine(reals({0, 0}), reals({1, 0})));
}

TEST_CASE("judge: a constant factor is found, and named where it is something", "[compare]") {
  const FactorNames names({{"m", 7}, {"the units of Z1", 5}});
  const Expected right = truth({1, -2, 0.5L}, {1, 2, 0.5});
  const auto judged = [&](long double k) {
    return judge(column({k, -2 * k, 0.5L * k}), right, names);
  };
  CHECK(judged(2).factor_name->text == "2");
  CHECK(judged(0.5L).factor_name->text == "1/2");
  CHECK(judged(7).factor_name->text == "7 (m)");
  CHECK(judged(1 / 7.0L).factor_name->text == "1/7 (one over m)");
  CHECK(judged(1 / 49.0L).factor_name->text == "1/7² (7 being m)");
  CHECK(judged(5 / 7.0L).factor_name->value == Rational(5, 7));
  CHECK(judged(-1).factor_name->text == "−1");
  CHECK(judged(1.2345L).factor);
  CHECK_FALSE(judged(1.2345L).factor_name);
  CHECK_FALSE(judged(1).factor);  // right
  CHECK(judged(0).pattern == "all 3 entries");
  CHECK_FALSE(judged(0).factor);
  CHECK_FALSE(judge(column({2, -4, 1.1L}), right, names).factor);
  // one number is always some number times another: only one that has a name is told
  CHECK_FALSE(judge(column({1.2345L}), truth({1}, {1}), names).factor);
  CHECK(judge(column({7}), truth({1}, {1}), names).factor_name->text == "7 (m)");
}

TEST_CASE("judge: the pattern of the wrong entries", "[compare]") {
  Claim claim = column({1, 2, 3, 4, 5, 6});
  claim.values = claim.values.reshaped(2, 3).eval();
  claim.half_unit = Reals::Zero(2, 3);
  const Expected right{claim.values, Array<double>::Ones(2, 3)};
  const auto pattern = [&](std::vector<std::pair<int, int>> wrong) {
    Claim changed = claim;
    for (const auto& [i, j] : wrong) changed.values(i, j) += 1;
    return judge(changed, right, FactorNames({})).pattern;
  };
  CHECK(pattern({}) == "");
  CHECK(pattern({{1, 0}, {1, 2}}) == "row 1 only");
  CHECK(pattern({{0, 2}, {1, 2}}) == "column 2 only");
  CHECK(pattern({{0, 0}, {1, 2}}) == "2 of 6 entries");
  CHECK(pattern({{0, 0}, {0, 1}, {0, 2}, {1, 0}, {1, 1}, {1, 2}}) == "all 6 entries");
}
