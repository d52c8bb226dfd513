// What a step computes: against recurrences done by hand, against PyTorch, and float and double
// against Exact.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/optimize/every_optimizer.hpp"

namespace tracer {
namespace {

/// The values of one weight over steps with these gradients.
std::vector<Exact> path(const Optimizer& optimizer, Exact w, const std::vector<Exact>& gradients) {
  auto state = optimizer.start<Exact>(1, 1);
  std::vector<Exact> reached;
  int step = 0;
  for (const Exact& g : gradients) {
    optimizer.step<Exact>(View<Exact>(&w, 1, 1), ConstView<Exact>(&g, 1, 1), state,
                          {.step = ++step});
    reached.push_back(w);
  }
  return reached;
}

using Path = std::vector<Exact>;
Exact q(const char* decimal) { return Exact(parse_rational(decimal)); }

/// The largest difference, relative to 1 or the entry.
template <class S>
double distance(const Array<S>& a, const Array<Exact>& b) {
  double worst = 0;
  for (Eigen::Index i = 0; i < a.size(); ++i) {
    const double wanted = b(i).to_double();
    const double off =
        std::abs(static_cast<double>(a(i)) - wanted) / std::max(1.0, std::abs(wanted));
    worst = std::isnan(off) ? 1e300 : std::max(worst, off);
  }
  return worst;
}

struct Figures {
  const char* name;
  std::map<std::string, const char*> numbers;
  std::map<std::string, bool> flags;
  std::vector<double> wanted;  ///< row by row
};

}  // namespace

TEST_CASE("sgd: exact over the rationals", "[optimize]") {
  const Optimizer plain = Optimizer::make({"sgd", {{"lr", Rational(1, 100)}}, {}});
  CHECK(path(plain, q("1.02"), {q("-3.832752")}) == Path{q("1.05832752")});
  // velocity 1, then 0.5·1 + 2 = 2.5, then 0.5·2.5 − 1 = 0.25
  const Optimizer heavy =
      Optimizer::make({"sgd", {{"lr", Rational(1, 10)}, {"momentum", Rational(1, 2)}}, {}});
  CHECK(path(heavy, 1, {1, 2, -1}) == Path{q("0.9"), q("0.65"), q("0.625")});
  // the same velocities; steps 1 + 0.5·1, 2 + 0.5·2.5, −1 + 0.5·0.25
  const Optimizer ahead =
      Optimizer::make({"nesterov", {{"lr", Rational(1, 10)}, {"momentum", Rational(1, 2)}}, {}});
  CHECK(path(ahead, 1, {1, 2, -1}) == Path{q("0.85"), q("0.525"), q("0.6125")});
  // dampening leaves the first velocity alone: 1, then 0.5·1 + 0.8·2 = 2.1
  const Optimizer dampened = Optimizer::make(
      {"sgd",
       {{"lr", Rational(1, 10)}, {"momentum", Rational(1, 2)}, {"dampening", Rational(1, 5)}},
       {}});
  CHECK(path(dampened, 1, {1, 2}) == Path{q("0.9"), q("0.69")});
  // a running mean from 0 on: 0.5·1, then 0.5·0.5 + 0.5·2 = 1.25, then 0.5·1.25 − 0.5·1 = 0.125
  const Optimizer mean = Optimizer::make(
      {"sgd",
       {{"lr", Rational(1, 10)}, {"momentum", Rational(1, 2)}, {"dampening", Rational(1, 2)}},
       {{"dampen_first", true}}});
  CHECK(path(mean, 1, {1, 2, -1}) == Path{q("0.95"), q("0.825"), q("0.8125")});
  // decay adds 0.5·w to g: 1 + 0.5, then 2 + 0.5·0.85
  const Optimizer decaying =
      Optimizer::make({"sgd", {{"lr", Rational(1, 10)}, {"weight_decay", Rational(1, 2)}}, {}});
  CHECK(path(decaying, 1, {1, 2}) == Path{q("0.85"), q("0.6075")});
}

TEST_CASE("adam: under a constant gradient every step is lr·g/(|g| + ε), exactly", "[optimize]") {
  // The corrections make m̂ = g and v̂ = g² from the first step on, so that all is rational.
  const Optimizer adam = Optimizer::make({"adam", {{"lr", Rational(1, 10)}, {"eps", 1}}, {}});
  CHECK(path(adam, 1, {3, 3, 3}) ==
        Path{q("0.925"), q("0.85"), q("0.775")});  // 0.1·3/(3 + 1) = 0.075
  CHECK(path(adam, 1, {-3, -3}) == Path{q("1.075"), q("1.15")});
  CHECK(path(adam, 1, {0, 0}) == Path{1, 1});
}

TEST_CASE("adamw: decays the weight itself, adam its gradient", "[optimize]") {
  const std::map<std::string, Rational> numbers{
      {"lr", Rational(1, 10)}, {"eps", 1}, {"weight_decay", Rational(1, 2)}};
  // 2 − 0.1·0.5·2 = 1.9, less 0.075
  CHECK(path(Optimizer::make({"adamw", numbers, {}}), 2, {3}) == Path{q("1.825")});
  // g = 3 + 0.5·2 = 4: 2 − 0.1·4/5
  CHECK(path(Optimizer::make({"adam", numbers, {}}), 2, {3}) == Path{q("1.92")});
}

TEST_CASE("rmsprop and adagrad: rational where the roots are", "[optimize]") {
  // v = 2²/4 = 1: 1 − 0.1·2/(1 + 1)
  const Optimizer rmsprop = Optimizer::make(
      {"rmsprop", {{"lr", Rational(1, 10)}, {"alpha", Rational(3, 4)}, {"eps", 1}}, {}});
  CHECK(path(rmsprop, 1, {2}) == Path{q("0.9")});
  // v = 0.2·5² = 5, m = 0.2·5 = 1, variance 4: 1 − 0.1·5/2
  const Optimizer centered =
      Optimizer::make({"rmsprop",
                       {{"lr", Rational(1, 10)}, {"alpha", Rational(4, 5)}, {"eps", 0}},
                       {{"centered", true}}});
  CHECK(path(centered, 1, {5}) == Path{q("0.75")});
  // 3/√9, then 4/√25; with lr_decay 1 the second at half the rate
  const Optimizer adagrad = Optimizer::make({"adagrad", {{"lr", Rational(1, 10)}, {"eps", 0}}, {}});
  CHECK(path(adagrad, 1, {3, 4}) == Path{q("0.9"), q("0.82")});
  const Optimizer slowing =
      Optimizer::make({"adagrad", {{"lr", Rational(1, 10)}, {"eps", 0}, {"lr_decay", 1}}, {}});
  CHECK(path(slowing, 1, {3, 4}) == Path{q("0.9"), q("0.86")});
}

TEST_CASE("optimizer: three steps end where PyTorch's do", "[optimize]") {
  // torch 1.13 in float64: cls([w], **options), then w.grad = example_gradient(t) and step() for t
  // = 1, 2, 3
  const std::vector<Figures> table{
      {"sgd", {{"lr", "0.1"}}, {}, {1, -1.8, -0.1, 3.1625}},
      {"sgd",
       {{"lr", "0.1"}, {"weight_decay", "0.01"}},
       {},
       {0.997027949, -1.794355898, -0.1009987005, 3.153571472}},
      {"sgd", {{"lr", "0.1"}, {"momentum", "0.9"}}, {}, {0.982, -1.494, -0.532, 3.1085}},
      {"sgd",
       {{"lr", "0.1"}, {"momentum", "0.9"}, {"dampening", "0.5"}, {"weight_decay", "0.01"}},
       {},
       {0.91916838725, -1.6034117745, -0.288673975125, 3.007952068}},
      {"sgd",
       {{"lr", "0.1"}, {"momentum", "0.9"}, {"weight_decay", "0.01"}},
       {{"nesterov", true}},
       {0.976008708191, -1.330100416382, -1.0303983212295, 3.236347106948}},
      {"adam", {}, {}, {0.99926136853948, -1.9974420243979, 0.49712508720116, 2.9986008499817}},
      {"adam",
       {{"lr", "0.1"},
        {"beta1", "0.8"},
        {"beta2", "0.9"},
        {"eps", "0.001"},
        {"weight_decay", "0.1"}},
       {},
       {0.90108014025707, -1.7386316597825, 0.21229213746558, 2.8402776388053}},
      {"adamw", {}, {}, {0.99923138636236, -1.9973820549058, 0.49711011667286, 2.9985108802034}},
      {"adamw",
       {{"lr", "0.1"},
        {"beta1", "0.8"},
        {"beta2", "0.9"},
        {"eps", "0.001"},
        {"weight_decay", "0.1"}},
       {},
       {0.90463942765308, -1.6930928742461, 0.20083667996662, 2.7800239950665}},
      {"rmsprop", {}, {}, {0.95644385298391, -1.8435561738326, 0.27466250215512, 2.9541532433316}},
      {"rmsprop",
       {{"lr", "0.1"},
        {"alpha", "0.9"},
        {"eps", "0.001"},
        {"weight_decay", "0.1"},
        {"momentum", "0.5"}},
       {},
       {0.6982206709817, -1.117230439353, -0.53148266722631, 2.4633743145891}},
      {"rmsprop",
       {{"lr", "0.1"}, {"alpha", "0.9"}, {"momentum", "0.5"}},
       {{"centered", true}},
       {0.72984615062859, -1.0675146309406, -0.62477002935033, 2.4991124170591}},
      {"adagrad", {}, {}, {0.99564789052562, -1.9843521094771, 0.47751002678854, 2.9954316154196}},
      {"adagrad",
       {{"lr", "0.1"},
        {"lr_decay", "0.2"},
        {"weight_decay", "0.1"},
        {"initial_accumulator_value", "0.5"},
        {"eps", "0.001"}},
       {},
       {0.96255556896875, -1.859768417466, 0.31349311221982, 2.9652099886968}},
  };
  for (const Figures& row : table) {
    OptimizerSettings settings{row.name, {}, row.flags};
    for (const auto& [name, decimal] : row.numbers)
      settings.numbers[name] = parse_rational(decimal);
    if (!settings.numbers.contains("lr") && settings.name == "sgd")
      settings.numbers["lr"] = Rational(1, 10);
    INFO(text_of(settings));
    const Optimizer optimizer = Optimizer::make(settings);
    const Array<double> w = run_example<double>(optimizer, 3);
    const Array<Exact> exact = run_example<Exact>(optimizer, 3);
    for (Eigen::Index i = 0; i < 4; ++i) {
      CAPTURE(i);
      const double wanted = row.wanted[static_cast<std::size_t>(i)];
      // 2e-13: the figures have 14 digits, and are below 4
      CHECK(std::abs(w(i / 2, i % 2) - wanted) < 2e-13);
      CHECK(std::abs(exact(i / 2, i % 2).to_double() - wanted) < 2e-13);
    }
  }
}

TEST_CASE("optimizer: float and double follow Exact, for every rule and option", "[optimize]") {
  for (const OptimizerSettings& settings : every_optimizer()) {
    INFO(text_of(settings));
    const Optimizer optimizer = Optimizer::make(settings);
    const Array<Exact> exact = run_example<Exact>(optimizer, 6);
    // some ten roundings a step, no cancellation to speak of: within 20 units of 2⁻⁵³ and 2⁻²⁴
    CHECK(distance(run_example<double>(optimizer, 6), exact) < 20 * 0x1p-53);
    CHECK(distance(run_example<float>(optimizer, 6), exact) < 20 * 0x1p-24);
  }
}

TEST_CASE("optimizer: a large parameter is updated as its entries would be one by one",
          "[optimize]") {
  constexpr Eigen::Index rows = 67;
  constexpr Eigen::Index columns =
      91;  // 6097 entries: three blocks, the last one not full, with a remainder
  for (const char* name : {"sgd", "nesterov", "adam", "adamw", "rmsprop", "adagrad"}) {
    CAPTURE(name);
    const Optimizer optimizer = Optimizer::make({name, {{"lr", Rational(1, 10)}}, {}});
    const auto entry = [](Eigen::Index i) { return static_cast<double>((i * 37) % 101 - 50) / 16; };
    Array<double> w(rows, columns);
    for (Eigen::Index i = 0; i < w.size(); ++i) w(i) = entry(i);
    auto state = optimizer.start<double>(rows, columns);
    for (int step = 1; step <= 2; ++step) {
      const Array<double> g = w / step + 1;
      optimizer.step<double>(View<double>(w.data(), rows, columns),
                             ConstView<double>(g.data(), rows, columns), state, {.step = step});
    }
    double worst = 0;
    for (Eigen::Index i = 0; i < w.size(); ++i) {
      double alone = entry(i);
      auto its_state = optimizer.start<double>(1, 1);
      for (int step = 1; step <= 2; ++step) {
        const double g = alone / step + 1;
        optimizer.step<double>(View<double>(&alone, 1, 1), ConstView<double>(&g, 1, 1), its_state,
                               {.step = step});
      }
      worst = std::max(worst, std::abs(w(i) - alone));
    }
    CHECK(worst < 1e-14);  // not 0: a processor with fused multiply-add uses it in one of them only
  }
}

TEST_CASE("optimizer: the learning rate can be another one in each step", "[optimize]") {
  const Optimizer optimizer =
      Optimizer::make({"momentum", {{"lr", 1}, {"momentum", Rational(1, 2)}}, {}});
  Exact w = 1;
  auto state = optimizer.start<Exact>(1, 1);
  const Exact g = 1;
  optimizer.step<Exact>(View<Exact>(&w, 1, 1), ConstView<Exact>(&g, 1, 1), state,
                        {.step = 1, .lr = q("0.1")});
  CHECK(w == q("0.9"));
  optimizer.step<Exact>(View<Exact>(&w, 1, 1), ConstView<Exact>(&g, 1, 1), state,
                        {.step = 2, .lr = q("0.01")});
  CHECK(w == q("0.885"));  // velocity 1.5: the rate is no part of it
  optimizer.step<Exact>(View<Exact>(&w, 1, 1), ConstView<Exact>(&g, 1, 1), state, {.step = 3});
  CHECK(w == q("-0.865"));  // velocity 1.75, the rule's own rate
}

TEST_CASE("optimizer: a line that is changed is carried on as changed", "[optimize]") {
  const Optimizer optimizer = Optimizer::make({"momentum", {{"lr", Rational(1, 10)}}, {}});
  Exact w = 1;
  auto state = optimizer.start<Exact>(1, 1);
  const Exact g = 3;
  int line = 0;
  optimizer.step<Exact>(View<Exact>(&w, 1, 1), ConstView<Exact>(&g, 1, 1), state,
                        {.step = 1, .on_line = [&](View<Exact> value) {
                           if (line++ == 0) value(0, 0) = 2;  // velocity 3
                         }});
  CHECK(line == 2);
  CHECK(w == q("0.8"));
  CHECK(state["velocity"](0, 0) == 2);
}

TEST_CASE("optimizer: a copied state goes its own way", "[optimize]") {
  const Optimizer optimizer = Optimizer::make({"momentum", {{"lr", 1}}, {}});
  double w = 0;
  const double g = 1;
  auto state = optimizer.start<double>(1, 1);
  const auto before = state;
  optimizer.step<double>(View<double>(&w, 1, 1), ConstView<double>(&g, 1, 1), state, {});
  CHECK(before["velocity"](0, 0) == 0);
  CHECK(state["velocity"](0, 0) == 1);
}

TEST_CASE("optimizer: a setting too small for a double is small, not off", "[optimize]") {
  const Optimizer optimizer = Optimizer::make(
      {"adam", {{"weight_decay", parse_rational("1e-400")}, {"lr", Rational(1, 10)}}, {}});
  CHECK(distance(run_example<float>(optimizer, 2), run_example<Exact>(optimizer, 2)) < 1e-6);
}

TEST_CASE("optimizer: NaN in a gradient reaches the parameter, and no entries are no trouble",
          "[optimize]") {
  for (const OptimizerHelp& rule : Optimizer::all()) {
    CAPTURE(rule.name);
    const Optimizer optimizer = Optimizer::make({std::string(rule.name), {}, {}});
    Array<float> w = Array<float>::Ones(1, 2);
    Array<float> g = Array<float>::Ones(1, 2);
    g(0, 0) = std::nanf("");
    auto state = optimizer.start<float>(1, 2);
    optimizer.step<float>(View<float>(w.data(), 1, 2), ConstView<float>(g.data(), 1, 2), state, {});
    CHECK(std::isnan(w(0, 0)));
    CHECK(w(0, 1) < 1);
    auto empty = optimizer.start<float>(0, 3);
    optimizer.step<float>(View<float>(nullptr, 0, 3), ConstView<float>(nullptr, 0, 3), empty, {});
  }
}

TEST_CASE("a gradient that can't be told from 0 has a square that is not below 0", "[optimize]") {
  const Exact nothing = exp(Exact(1)) - exp(Exact(1));  // an interval across 0
  REQUIRE(!nothing.is_rational());
  for (const char* name : {"adam", "rmsprop", "adagrad"}) {
    CAPTURE(name);
    const Optimizer optimizer = Optimizer::make({name, {{"lr", Rational(1, 10)}}, {}});
    auto state = optimizer.start<Exact>(1, 1);
    Array<Exact> w = Array<Exact>::Constant(1, 1, Exact(2));
    const Array<Exact> g = Array<Exact>::Constant(1, 1, nothing);
    optimizer.step<Exact>(View<Exact>(w.data(), 1, 1), ConstView<Exact>(g.data(), 1, 1), state, {});
    CHECK((w(0, 0) - 2).contains_zero());
  }
}

}  // namespace tracer
