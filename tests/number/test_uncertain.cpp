// Uncertain: values against Exact, spreads against the definition, and both against what float and
// double really compute: random expressions, and random graphs with their gradients.
#include "tracer/number/uncertain.hpp"

#include <random>

#include "tests/catch.hpp"
#include "tests/graph/random_graph.hpp"

using namespace tracer;

namespace {

constexpr Working many_bits{.bits = 256};

// A long double is two doubles.
Exact exactly(long double x) {
  const auto high = static_cast<double>(x);
  return Exact::from_double(high) +
         Exact::from_double(static_cast<double>(x - static_cast<long double>(high)));
}

// |x − right| in units of 2⁻⁶⁴·|right|
double units_off(long double x, const Exact& right) {
  if (right.is_zero_surely()) return x == 0 ? 0 : HUGE_VAL;
  return probe::magnitude((exactly(x) - right) / right) * 0x1p64;
}

Uncertain rounded(const Rational& x) { return known(Exact(x)); }

struct Function {
  const char* name;
  Uncertain (*of)(const Uncertain&);
  Exact (*exact)(const Exact&);
  std::vector<Rational> at;
};

const std::vector<Function>& functions() {
  const std::vector<Rational> anywhere{-3, Rational(-1, 3), Rational(1, 7), 2, Rational(9, 2)};
  const std::vector<Rational> positive{Rational(1, 9), Rational(1, 2), 3, 40};
  static const std::vector<Function> all{
      {"exp", exp, exp, anywhere},
      {"log", log, log, positive},
      {"sqrt", sqrt, sqrt, positive},
      {"sin", sin, sin, anywhere},
      {"cos", cos, cos, anywhere},
      {"tanh", tanh, tanh, anywhere},
      {"sigmoid", sigmoid, sigmoid, anywhere},
      {"softplus", softplus, softplus, anywhere},
      {"Φ", normal_cdf, normal_cdf, anywhere},
      {"φ", normal_pdf, normal_pdf, anywhere},
      {"x^3", [](const Uncertain& x) { return pow(x, Uncertain(3)); },
       [](const Exact& x) { return pow(x, Exact(3)); }, anywhere},
      {"x^(5/2)", [](const Uncertain& x) { return pow(x, Uncertain(2.5L, 0)); },
       [](const Exact& x) { return pow(x, Exact(5) / Exact(2)); }, positive},
      {"|x|", abs, abs, anywhere},
  };
  return all;
}

bool is_near(double x, double y) { return std::abs(x - y) <= 1e-12 * std::abs(y); }

}  // namespace

TEST_CASE("uncertain: a rational and an interval become the nearest number of 64 bits",
          "[uncertain]") {
  for (const Rational& q : {Rational(1, 3), Rational(-2, 7), Rational(1, 10),
                            Rational(123456789, 1000), Rational(1, 1'000'000'007)})
    CHECK(units_off(to_long_double(Exact(q)), Exact(q)) <= 1);
  const Exact root = sqrt(Exact(2, many_bits));
  CHECK(units_off(to_long_double(root), root) <= 1);
  CHECK(to_long_double(Exact(0)) == 0);
  CHECK(to_long_double(Exact(-3)) == -3);
}

TEST_CASE("uncertain: a number that every arithmetic has is known surely, another is rounded",
          "[uncertain]") {
  for (const Rational& q : {Rational(0), Rational(3), Rational(-1, 2), Rational(5, 64)})
    CHECK(rounded(q).spread() == 0);
  CHECK(rounded(Rational(1, 10)).spread() == 0.1);
  CHECK(rounded(Rational(-1, 3)).spread() == 1.0 / 3);
}

TEST_CASE("uncertain: values agree with Exact to 64 bits", "[uncertain]") {
  for (const Function& f : functions()) {
    for (const Rational& at : f.at) {
      CAPTURE(f.name, to_string(at));
      // at the argument that Uncertain really has
      const Uncertain x = rounded(at);
      const Exact right = f.exact(exactly(x.value).with(many_bits));
      CHECK(units_off(f.of(x).value, right) < 16);
    }
  }
  const Uncertain a = rounded(Rational(1, 3));
  const Uncertain b = rounded(Rational(-2, 7));
  CHECK(units_off((a + b).value, Exact(Rational(1, 21))) < 16);
  CHECK(units_off((a * b).value, Exact(Rational(-2, 21))) < 4);
  CHECK(units_off((a / b).value, Exact(Rational(-7, 6))) < 4);
}

TEST_CASE("uncertain: functions of long double stay finite far out", "[uncertain]") {
  CHECK(sigmoid(Uncertain(-11000)).value > 0);
  CHECK(sigmoid(Uncertain(2000)).value == 1);
  CHECK(softplus(Uncertain(12000)).value == 12000);
  CHECK(normal_cdf(Uncertain(-30)).value > 0);
  CHECK(isfinite(tanh(Uncertain(20000))));
  CHECK_FALSE(isfinite(log(Uncertain(0))));
  CHECK_FALSE(isfinite(Uncertain(1) / Uncertain(0)));
}

TEST_CASE("uncertain: the roundings of a sum of products are independent: their squares add up",
          "[uncertain]") {
  const std::vector<int> a{3, -2, 5, -7};
  const std::vector<int> b{-1, 4, 2, 6};
  Uncertain sum = 0;
  double squares = 0;
  double so_far = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    sum += Uncertain(a[i]) * Uncertain(b[i]);
    const double product = a[i] * b[i];
    squares += product * product;                                   // of the product
    if (i > 0) squares += (so_far + product) * (so_far + product);  // of the sum
    so_far += product;
  }
  CHECK(sum.value == -43);
  CHECK(is_near(sum.spread(), std::sqrt(squares)));
  // and what came in with the operands: (x̃·y) where x̃ is rounded
  const Uncertain x(3, 3);
  CHECK(is_near((x * Uncertain(5)).spread(), std::hypot(15, 15)));
  CHECK(is_near((x * x).spread(), std::sqrt(3.0) * 9));
  CHECK(is_near((x - x).spread(), std::hypot(3, 3)));
  CHECK((-x).spread() == 3);
  CHECK(is_near((x / Uncertain(2)).spread(), std::hypot(1.5, 1.5)));
  CHECK(is_near((Uncertain(6) / x).spread(), std::hypot(2, 2)));
}

TEST_CASE("uncertain: a sum with a number that is known surely is rounded all the same",
          "[uncertain]") {
  const Uncertain small(1e-6L, 1e-6L);
  CHECK((1 + small).spread() > 1);
  CHECK((1 - small).spread() > 0.99);
  // so that log(1 + x), as people write it, is known no better than it is
  CHECK(log(1 + small).spread() > 0.99);
  // what is added to 0 is not rounded: a dead unit stays one
  CHECK((small + Uncertain(0)).spread() == small.spread());
  CHECK((Uncertain(0) + Uncertain(0)).is_zero_surely());
  CHECK((Uncertain(3) - Uncertain(3)).is_zero_surely());
}

TEST_CASE("uncertain: a zero by cancelling has a spread, a product with 0 has none",
          "[uncertain]") {
  const Uncertain x(3, 3);
  Uncertain cancelled = x * Uncertain(2) - Uncertain(2) * x;
  CHECK(cancelled.value == 0);
  CHECK(cancelled.spread() > 0);
  CHECK_FALSE(cancelled.is_zero_surely());
  CHECK((x * Uncertain(0)).is_zero_surely());
  CHECK((Uncertain(0) * cancelled).is_zero_surely());
  CHECK(step(Uncertain(-1, 1)).is_zero_surely());
  CHECK(xlogy(Uncertain(0), Uncertain(0)).is_zero_surely());
  // 0·rounded is not 0 for sure where the 0 is one by cancelling
  CHECK_FALSE((cancelled * x).is_zero_surely());
}

TEST_CASE("uncertain: a function spreads what comes in by its slope, and rounds its value",
          "[uncertain]") {
  for (const Function& f : functions()) {
    for (const Rational& at : f.at) {
      CAPTURE(f.name, to_string(at));
      const long double x = rounded(at).value;
      const Uncertain of_exact = f.of(Uncertain(x, 0));
      const Uncertain of_spread = f.of(Uncertain(x, 1));
      const Uncertain of_more = f.of(Uncertain(x, 3));
      // the slope, as a difference over Exact
      const Exact h{power_of_ten(-20), many_bits};
      const Exact there = exactly(x).with(many_bits);
      const double slope =
          std::abs(((f.exact(there + h) - f.exact(there - h)) / (2 * h)).to_double());
      CHECK(is_near(of_spread.spread(), std::hypot(of_exact.spread(), slope)));
      CHECK(is_near(of_more.spread(), std::hypot(of_exact.spread(), 3 * slope)));
      // rounded once; |x| is not rounded
      const double value = std::abs(static_cast<double>(of_exact.value));
      CHECK(is_near(of_exact.spread(), std::string(f.name) == "|x|" ? 0 : value));
    }
  }
}

TEST_CASE("uncertain: an exponent that is rounded spreads too", "[uncertain]") {
  const Uncertain x(3, 0);
  const Uncertain n(2.5L, 2.5);
  const auto value = static_cast<double>(pow(x, n).value);
  CHECK(is_near(pow(x, n).spread(), std::hypot(value, value * 2.5 * std::log(3.0))));
}

TEST_CASE("uncertain: branches go by the value, and NaN is neither", "[uncertain]") {
  const Uncertain a(1, 5);
  const Uncertain b(2, 0);
  CHECK(a < b);
  CHECK(max(a, b).spread() == 0);
  CHECK(min(a, b).spread() == 5);
  CHECK(sign_of(Uncertain(-2, 1)).value == -1);
  const Uncertain nan(std::nanl(""), 0);
  CHECK_FALSE(nan < a);
  CHECK_FALSE(nan > a);
  CHECK_FALSE(nan == nan);
  CHECK_FALSE(isfinite(nan));
}

namespace {

// The same expression for the same seed, over any scalar: a pool of values, to which each step adds
// one that is made of one or two of them, and none of which grows far.
template <class S>
class Expression {
 public:
  Expression(unsigned seed, S (*leaf)(const Rational&)) : random_(seed), leaf_(leaf) {}

  S value() {
    for (int i = 0; i < 4; ++i) pool_.push_back(leaf_(Rational(1 + below(40) - 20, 7)));
    const int steps = 3 + below(12);
    for (int i = 0; i < steps; ++i) pool_.push_back(next());
    return pool_.back();
  }

 private:
  int below(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  S any() { return pool_[static_cast<std::size_t>(below(static_cast<int>(pool_.size())))]; }

  S next() {
    using std::abs, std::cos, std::exp, std::log, std::max, std::min, std::pow, std::sin, std::sqrt,
        std::tanh;
    const S a = any();
    const S b = any();
    const S within = sin(a) * 4;  // float has neither exp(−100) nor exp(100)
    switch (below(18)) {
      case 0:
        return a + b;
      case 1:
        return a - b;
      case 2:
        return sin(a) * b;
      case 3:
        return a / (b * b + 1);
      case 4:
        return exp(within);
      case 5:
        return log(a * a + 1);
      case 6:
        return sqrt(a * a + 1);
      case 7:
        return tanh(a);
      case 8:
        return sigmoid(within - b / (b * b + 1));
      case 9:
        return softplus(within);
      case 10:
        return cos(a);
      case 11:
        return normal_cdf(within);
      case 12:
        return normal_pdf(within);
      case 13:
        return S(pow(sin(a), S(3)));
      case 14:
        return abs(a);
      case 15:
        return max(a, b);
      case 16:
        return min(a, b);
      default:
        return a - b + a * 3 - b;
    }
  }

  std::mt19937 random_;
  S (*leaf_)(const Rational&);
  std::vector<S> pool_;
};

template <class S>
S nearest(const Rational& x) {
  return static_cast<S>(Exact(x).to_double());
}

// How many unit·spread a computed value is off.
template <class S>
double spreads_off(S computed, const Uncertain& right) {
  constexpr double unit = std::numeric_limits<S>::epsilon() / 2;
  const double distance =
      std::fabs(static_cast<double>(static_cast<long double>(computed) - right.value));
  if (distance == 0) return 0;
  return distance / (unit * right.spread());  // infinite for a zero that is none
}

// The slack that comparisons leave (diagnosis/compare.cpp).
constexpr double slack = 32;

}  // namespace

TEST_CASE("uncertain: what float and double compute lies within a few units times the spread",
          "[uncertain][random]") {
  double worst_single = 0;
  double worst_double = 0;
  int far = 0;
  for (unsigned seed = 1; seed <= 4000; ++seed) {
    CAPTURE(seed);
    const Uncertain right = Expression<Uncertain>(seed, rounded).value();
    const double single = spreads_off(Expression<float>(seed, nearest).value(), right);
    const double twice = spreads_off(Expression<double>(seed, nearest).value(), right);
    if (!(single < slack && twice < slack)) FAIL("off by " << single << ", " << twice);
    worst_single = std::max(worst_single, single);
    worst_double = std::max(worst_double, twice);
    far += single > 0.01 ? 1 : 0;
  }
  CHECK(worst_single < 4);
  CHECK(worst_double < 4);
  // and the spread is no wild overestimate: most are off by a hundredth of it, some by half of it
  CHECK(worst_single > 0.5);
  CHECK(worst_double > 0.5);
  CHECK(far > 2000);
}

namespace {

template <class S>
double worst_in_graph(const probe::RandomGraph& g, const Tape<Uncertain>& right,
                      const std::vector<NodeId>& wanted) {
  Tape<S> tape(g.graph, wanted);
  for (const auto& [id, value] : g.values) {
    tape.own_value(id) =
        value.unaryExpr([](const Exact& x) { return static_cast<S>(x.to_double()); });
  }
  tape.forward();
  tape.backward(g.loss);
  double worst = 0;
  const auto look = [&](const auto& computed, const auto& expected) {
    for (Eigen::Index k = 0; k < computed.size(); ++k)
      worst = std::max(worst, spreads_off(computed.reshaped()(k), expected.reshaped()(k)));
  };
  look(tape.value(g.loss), right.value(g.loss));
  for (const NodeId id : wanted) {
    if (tape.reached(id)) look(tape.adjoint(id), right.adjoint(id));
  }
  return worst;
}

}  // namespace

TEST_CASE(
    "uncertain: losses and gradients of random graphs over float and double lie within a few "
    "units times the spread",
    "[uncertain][random][graph]") {
  int beyond = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    const probe::RandomGraph g(seed);
    std::vector<NodeId> wanted;
    for (const auto& [id, value] : g.values) wanted.push_back(id);
    Tape<Uncertain> right(g.graph, wanted);
    for (const auto& [id, value] : g.values) right.own_value(id) = value.unaryExpr(&known);
    right.forward();
    right.backward(g.loss);
    const bool jumps = probe::is_at_jump(g.graph, [&](NodeId id, Eigen::Index i) {
      return static_cast<double>(right.value(id).reshaped()(i).value);
    });
    if (jumps) continue;
    const double twice = worst_in_graph<double>(g, right, wanted);
    const double single = worst_in_graph<float>(g, right, wanted);
    INFO("seed " << seed << ", off by " << single << " in float, " << twice << " in double\n"
                 << g.told);
    if (!(std::max(single, twice) < slack)) {
      WARN("seed " << seed << ": " << single << ", " << twice);
      ++beyond;
    }
  }
  CHECK(beyond == 0);
}
