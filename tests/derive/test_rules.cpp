// What is printed is what was computed: every formula on a page, evaluated, is the tape's number.
#include <cstdlib>

#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/derive/lessons.hpp"
#include "tracer/derive/formulas.hpp"
#include "tracer/derive/rules.hpp"
#include "tracer/number/random.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/simplify.hpp"

using namespace tracer;

namespace {

// every rule of every step: contributions add up to the adjoint; so do fused and collected forms
int check_formulas(const Program& program, int steps) {
  int formulas = 0;
  Run run(program, {Working{256, 4096}, {}, true, false});
  const Show show(10, true);
  for (int step = 0; step < steps && !run.done(); ++step) {
    const StepRecord record = run.next();
    std::vector<NodeId> wrt;
    for (const std::string& name : program.wrt) wrt.push_back(record.batch->graph.find(name));
    const Rules rules(*record.batch, wrt, program.seed_name);
    const StepNumbers numbers(rules, &record, show, Working{256, 4096});
    for (const GradientRule& gradient : rules.gradients()) {
      const std::string& name = record.batch->graph[gradient.node].name;
      INFO("step " << record.step << ", gradient of " << name);
      const Array<Exact>& computed = record.adjoints.at(gradient.node);
      std::optional<Symbol> sum;
      for (const Path& path : gradient.paths) {
        const Symbol term = rules.contribution(path);
        sum = sum ? *sum + term : term;
      }
      CHECK(numbers.agrees(*sum, computed));
      ++formulas;
      if (const auto fusion = two_steps_as_one(rules, numbers, gradient)) {
        CHECK(numbers.agrees(fusion->formula, computed));
        ++formulas;
      }
      if (const auto collected = rules.collected(gradient.node, 2000)) {
        CHECK(numbers.agrees(simplify(*collected), computed));
        ++formulas;
      }
    }
    for (const NodeId line : record.batch->lines) {
      INFO("step " << record.step << ", line " << record.batch->graph[line].name);
      CHECK(numbers.agrees(line_formula(record.batch->graph, line), record.values.at(line)));
      ++formulas;
    }
  }
  return formulas;
}

// a lesson of random named lines over scalars, compound lines and fan-out included
std::string random_lesson(RandomStream& random) {
  const std::vector<std::string> functions{"sigmoid",  "tanh",       "relu", "exp",
                                           "softplus", "silu",       "gelu", "sin",
                                           "square",   "leaky_relu", "elu"};
  std::string text = "param w = 0.7\nparam v = -0.4\nparam b = 0.3\ninput x = 1.3\n";
  std::vector<std::string> names{"w", "v", "b", "x"};
  const auto name = [&] { return names[random.below(names.size())]; };
  const int lines = 3 + static_cast<int>(random.below(5));
  for (int i = 0; i < lines; ++i) {
    std::string expression = name();
    const int terms = 1 + static_cast<int>(random.below(3));
    for (int k = 0; k < terms; ++k) {
      switch (random.below(6)) {
        case 0:
          expression = fmt::format("{}*({}) + {}", name(), expression, name());
          break;
        case 1:
          expression =
              fmt::format("{}(0.3*({}))", functions[random.below(functions.size())], expression);
          break;
        case 2:
          expression = fmt::format("({}) - {}/4", expression, name());
          break;
        case 3:
          expression = fmt::format("({})/(2 + {}**2)", expression, name());
          break;
        case 4:
          expression = fmt::format("1/2*({})**2", expression);
          break;
        default:
          expression = fmt::format("({})*({})", expression, name());
          break;
      }
    }
    names.push_back(fmt::format("t{}", i));
    text += fmt::format("t{} = 0.5*tanh({})\n", i, expression);
  }
  return text +
         fmt::format("L = (t{} - 0.25)**2 + t0*t{}\ngrad L wrt w, v, b, x\n", lines - 1, lines / 2);
}

}  // namespace

TEST_CASE("every formula on the pages of the shipped lessons is what the tape computed",
          "[derive]") {
  for (const auto& path : test::shipped()) {
    const Program program = load_program(read_source(path));
    if (program.symbolic) continue;
    DYNAMIC_SECTION(path.stem().string()) { CHECK(check_formulas(program, 4) > 0); }
  }
}

TEST_CASE("the same holds for lessons with batches, rows, losses, norms and layers", "[derive]") {
  const std::string dense =
      "param W = [[0.5, -0.25, 1], [0.75, 0.5, -0.5]]\nparam b = [[0.1], [-0.2]]\n";
  const std::string data =
      "data X, Y in ([1, 2, 0.5], [1, 0]), ([-1, 0.5, 2], [0, 1]), ([0.25, 1, -1], [1, 0])\n";
  const std::string train = "train L with sgd(lr=0.1), batch_size=all, epochs=1\n";
  for (const std::string& body : {
           std::string("Z = W @ X + b\nP = softmax(Z)\nL = cross_entropy(P, Y)\n"),
           std::string("Z = W @ X + b\nL = softmax_cross_entropy(Z, Y)\n"),
           std::string("Z = W @ X + b\nA = sigmoid(Z)\nL = bce(A, Y)\n"),
           std::string("Z = W @ X + b\nL = bce_with_logits(Z, Y)\n"),
           std::string("Z = W @ X + b\nL = mse(tanh(Z), Y)\n"),
           std::string(
               "Z = W @ X + b\nA = leaky_relu(Z, slope=0.1)\nL = half_mse(A, Y) + 0.01*l2(W)\n"),
           std::string("Z = W @ X + b\nL = hinge(Z, 2*Y - 1) + 0.5*l1(W)\n"),
           std::string("Z = W @ X + b\nN = norm(Z, axis=0)\nL = mean(N) + max(Z) + mean(Z**2)\n"),
           std::string("Z = W @ X + b\nE = exp(Z - max(Z, axis=0))\nP = E/sum(E, axis=0)\nL = "
                       "-sum(Y*log(P))/X.shape[1]\n"),
           std::string("Z = W @ X + b\nL = (Z[0, :] - Y[0, :])**2\n"),
           std::string(
               "Z = W @ X + b\nR = reshape(Z, 3, 2)\nL = mean(concat(R, R*2, axis=1)**2)\n"),
       }) {
    INFO(body);
    CHECK(check_formulas(test::lesson(dense + data + body + train), 1) > 0);
  }
  CHECK(
      check_formulas(
          test::lesson("param W = [[0.5, 0.75], [-0.25, 0.5], [1, -0.5]]\nparam b = [[0.1, -0.2]]\n"
                       "param g = [[1, 1.5]]\nparam c = [[0.5, 0]]\n"
                       "data X, Y in ([1, 2, 0.5], [1, 0]), ([-1, 0.5, 2], [0, 1]), ([0.25, 1, "
                       "-1], [1, 0]), samples=\"rows\"\n"
                       "Z = X @ W + b\nN = batch_norm(Z, g, c)\nA = relu(N)\nL = "
                       "softmax_cross_entropy(A, Y)\n" +
                       train),
          1) > 0);
  CHECK(
      check_formulas(
          test::lesson(
              "param W = [[1, 2], [3, 4]]\ninput X = [[1, 0, 2], [0, 1, -1]]\n"
              "input dY = [[1, 0, 0.5], [0, 1, 0.25]]\nY = relu(W @ X)\ngrad Y wrt X, W with dY\n"),
          1) > 0);
}

TEST_CASE("the same holds for random lessons", "[derive]") {
  RandomStream random(11, "random lessons");
  for (int i = 0; i < 60; ++i) {
    const std::string text = random_lesson(random);
    INFO(text);
    CHECK(check_formulas(test::lesson(text), 1) > 0);
  }
}

TEST_CASE("a wrong formula is noticed", "[derive]") {
  const Program program = test::lesson(test::one_relu);
  Run run(program, {});
  const StepRecord record = run.next();
  std::vector<NodeId> wrt{record.batch->graph.find("w1")};
  const Rules rules(*record.batch, wrt, "");
  const Show show(10, true);
  const StepNumbers numbers(rules, &record, show, Working{128, 4096});
  const Symbol right = rules.contribution(rules.find(wrt[0])->paths[0]);
  CHECK(numbers.agrees(right, record.adjoints.at(wrt[0])));
  CHECK_FALSE(numbers.agrees(right * Symbol(Rational(2001, 1000)), record.adjoints.at(wrt[0])));
}

TEST_CASE("softmax under cross-entropy and sigmoid under bce are told in their short form",
          "[derive]") {
  const auto fused = [](const std::string& text, const std::string& name) {
    const Program program = test::lesson(text);
    Run run(program, {});
    const StepRecord record = run.next();
    std::vector<NodeId> wrt;
    const Rules rules(*record.batch, wrt, "");
    const Show show(10, true);
    const StepNumbers numbers(rules, &record, show, Working{128, 4096});
    const auto fusion =
        two_steps_as_one(rules, numbers, *rules.find(record.batch->graph.find(name)));
    REQUIRE(fusion);
    return fusion->formula.weight();
  };
  CHECK(fused("param Z0 = [[1, 2], [0, 1]]\ninput Y = [[1, 0], [0, 1]]\nZ = Z0*2\nP = "
              "softmax(Z)\nL = cross_entropy(P, Y)\n",
              "Z") <= 5);  // (P − Y)/m
  CHECK(fused("param w = 2\ninput y = 1\nz = w*3\na = sigmoid(z)\nL = bce(a, y)\n", "z") ==
        3);  // a − y
}
