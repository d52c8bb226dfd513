// The written working is what is computed: the recorded lines, evaluated, are the step; and how
// they read.
#include "tests/catch.hpp"
#include "tests/optimize/every_optimizer.hpp"
#include "tracer/graph/tape.hpp"
#include "tracer/render/text_block.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

bool same(const Exact& a, const Exact& b) {
  if (a.is_rational() && b.is_rational()) return a == b;
  return a.enclosure(128).overlaps(b.enclosure(128));  // about 38 digits of each
}

bool same(const Array<Exact>& a, const Array<Exact>& b) {
  for (Eigen::Index i = 0; i < a.size(); ++i) {
    if (!same(a(i), b(i))) return false;
  }
  return a.rows() == b.rows() && a.cols() == b.cols();
}

/// The lines put into a graph and run by the tape: the value of each.
std::vector<Array<Exact>> evaluate(const std::vector<Optimizer::Line>& lines,
                                   const std::map<Quantity, Array<Exact>>& values,
                                   bool simplified) {
  Graph graph;
  std::map<Quantity, NodeId> leaves;
  for (const auto& [key, value] : values) {
    const Shape shape = shape_of(static_cast<int>(value.rows()), static_cast<int>(value.cols()));
    leaves.emplace(key, graph.leaf(LeafKind::input, "", shape));
  }
  std::vector<NodeId> results;
  for (const Optimizer::Line& line : lines) {
    results.push_back(graph.append(simplified ? simplify(line.formula) : line.formula, leaves));
    leaves.insert_or_assign(line.symbol.stands_for(), results.back());
  }
  Tape<Exact> tape(graph, {});
  for (const auto& [key, value] : values) tape.own_value(leaves.at(key)) = value;
  tape.forward();
  std::vector<Array<Exact>> evaluated;
  for (const NodeId id : results) evaluated.emplace_back(tape.value(id));
  return evaluated;
}

std::vector<std::string> written(const Optimizer& optimizer, int step,
                                 Optimizer::Constants constants = Optimizer::Constants::numbers) {
  const Symbol w = Symbol::leaf("w1", scalar_shape);
  const Symbol g = Symbol::leaf("g", scalar_shape);
  std::vector<std::string> lines;
  for (const auto& line : optimizer.lines(w, g, step, std::nullopt, constants)) {
    std::string text = text_line(write(line.symbol)) + " = " + text_line(write(line.formula));
    for (std::size_t at = 0; (at = text.find(" · ")) != std::string::npos;)
      text.replace(at, 4, "·");
    lines.push_back(std::move(text));
  }
  return lines;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("optimizer lines: evaluated, they are what the step computed, for every rule and option",
          "[optimize]") {
  const std::vector<OptimizerSettings> all = every_optimizer();
  CHECK(all.size() > 40);
  const Shape shape = shape_of(2, 2);
  for (const OptimizerSettings& settings : all) {
    INFO(text_of(settings));
    const Optimizer optimizer = Optimizer::make(settings);
    Array<Exact> w = example_parameter();
    auto state = optimizer.start<Exact>(2, 2);
    for (int step = 1; step <= 4; ++step) {
      CAPTURE(step);
      const Array<Exact> g = example_gradient(step);
      std::map<Quantity, Array<Exact>> values{{"w", w}, {"g", g}};
      for (const std::string& name : optimizer.states())
        values.emplace(Quantity(Quantity::before, name), state[name]);
      const auto lines = optimizer.lines(Symbol::leaf("w", shape), Symbol::leaf("g", shape), step);

      std::vector<Array<Exact>> seen;
      optimizer.step<Exact>(
          View<Exact>(w.data(), 2, 2), ConstView<Exact>(g.data(), 2, 2), state,
          {.step = step, .on_line = [&](View<Exact> line) { seen.emplace_back(line); }});

      REQUIRE(seen.size() == lines.size());
      for (const bool simplified : {false, true}) {
        CAPTURE(simplified);
        const std::vector<Array<Exact>> evaluated = evaluate(lines, values, simplified);
        for (std::size_t i = 0; i < lines.size(); ++i) {
          CAPTURE(lines[i].name);
          CHECK(same(evaluated[i], seen[i]));
          if (i + 1 < lines.size()) CHECK(same(evaluated[i], state.line(i)));
        }
        CHECK(same(evaluated.back(), w));
      }
    }
  }
}

TEST_CASE("optimizer lines: what is off is not written", "[optimize]") {
  CHECK(written(Optimizer::make({"sgd", {{"lr", Rational(1, 100)}}, {}}), 1) ==
        Lines{"w1 = w1 − 0.01·g"});
  CHECK(written(
            Optimizer::make({"sgd", {{"lr", Rational(1, 100)}, {"momentum", Rational(9, 10)}}, {}}),
            2) == Lines{"velocity = 0.9·velocity + g", "w1 = w1 − 0.01·velocity"});
}

TEST_CASE("optimizer lines: the first velocity is the gradient itself, whatever the dampening",
          "[optimize]") {
  const Optimizer dampened = Optimizer::make({"momentum", {{"dampening", Rational(1, 5)}}, {}});
  CHECK(written(dampened, 1) == Lines{"velocity = g", "w1 = w1 − 0.001·velocity"});
  CHECK(written(dampened, 2) ==
        Lines{"velocity = 0.9·velocity + (1 − 0.2)·g", "w1 = w1 − 0.001·velocity"});
}

TEST_CASE("optimizer lines: with dampen_first the first velocity is made like every other",
          "[optimize]") {
  const Optimizer mean =
      Optimizer::make({"momentum", {{"dampening", Rational(9, 10)}}, {{"dampen_first", true}}});
  for (const int step : {1, 2})
    CHECK(written(mean, step) ==
          Lines{"velocity = 0.9·velocity + (1 − 0.9)·g", "w1 = w1 − 0.001·velocity"});
}

TEST_CASE("optimizer lines: they read as in a book", "[optimize]") {
  CHECK(written(Optimizer::make(
                    {"adam", {{"weight_decay", Rational(1, 100)}, {"eps", Rational(1, 1000)}}, {}}),
                3) == Lines{"g = g + 0.01·w1", "m = 0.9·m + (1 − 0.9)·g",
                            "v = 0.999·v + (1 − 0.999)·g²", "m̂ = m/(1 − 0.9³)",
                            "v̂ = v/(1 − 0.999³)", "w1 = w1 − 0.001·m̂/(sqrt(v̂) + 0.001)"});
  CHECK(written(Optimizer::make({"adamw", {}, {}}), 3, Optimizer::Constants::names) ==
        Lines{"decayed = w1 − lr·λ·w1", "m = β₁·m + (1 − β₁)·g", "v = β₂·v + (1 − β₂)·g²",
              "m̂ = m/(1 − β₁ᵗ)", "v̂ = v/(1 − β₂ᵗ)", "w1 = decayed − lr·m̂/(sqrt(v̂) + ε)"});
  CHECK(written(Optimizer::make({"nesterov", {}, {}}), 2, Optimizer::Constants::names) ==
        Lines{"velocity = μ·velocity + g", "direction = g + μ·velocity", "w1 = w1 − lr·direction"});
}

TEST_CASE("optimizer lines: old and new values are no values of that name in the lesson",
          "[optimize]") {
  // a parameter called v, as the state
  const auto lines =
      Optimizer::make({"adam", {}, {}})
          .lines(Symbol::leaf("v", scalar_shape), Symbol::leaf("m", scalar_shape), 1);
  REQUIRE(lines.size() == 5);
  CHECK(mentions(lines[0].formula, {Quantity::before, "m"}));
  CHECK(mentions(lines[0].formula, "m"));
  CHECK(mentions(lines[1].formula, {Quantity::before, "v"}));
  CHECK_FALSE(mentions(lines[1].formula, "v"));
  CHECK(mentions(lines[3].formula, {Quantity::after, "v"}));
  CHECK(mentions(lines[4].formula, "v"));
  CHECK(lines[4].name.empty());
  CHECK(lines[1].kept);
  CHECK_FALSE(lines[2].kept);
}

TEST_CASE("optimizer lines: a schedule's learning rate is written in place of the rule's",
          "[optimize]") {
  const auto lines = Optimizer::make({"sgd", {}, {}})
                         .lines(Symbol::leaf("w", scalar_shape), Symbol::leaf("g", scalar_shape), 1,
                                Rational(1, 4));
  CHECK(text_line(write(lines[0].formula)) == "w − 0.25·g");
}

}  // namespace tracer
