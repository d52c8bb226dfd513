// derive --layout, --jacobians and --paths: the same gradients laid out as rows, as products of local
// Jacobians, and as sums over paths.
#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/derive/page_of.hpp"
#include "tracer/derive/formulas.hpp"
#include "tracer/derive/jacobian.hpp"
#include "tracer/error.hpp"
#include "tracer/number/random.hpp"
#include "tracer/symbol/simplify.hpp"

using namespace tracer;
using tracer::has;

namespace {

// A lesson of random lines over columns (or rows, or a batch of columns), with fan-out, and a loss
// that uses several of them.
std::string random_lesson(RandomStream& random) {
  const int size = 2 + static_cast<int>(random.below(2));
  const int batch = random.below(3) == 0 ? 2 : 1;
  const auto matrix = [&](int rows, int columns) {
    std::string text = "[";
    for (int i = 0; i < rows; ++i) {
      text += i == 0 ? "[" : ", [";
      for (int j = 0; j < columns; ++j)
        text +=
            fmt::format("{}{}", j == 0 ? "" : ", ", static_cast<int>(random.below(9)) - 4) + "/4";
      text += "]";
    }
    return text + "]";
  };
  std::string text =
      fmt::format("param W = {}\nparam V = {}\nparam b = {}\ninput x = {}\n", matrix(size, size),
                  matrix(size, size), matrix(size, 1), matrix(size, batch));
  std::vector<std::string> names{"x"};
  const auto name = [&] { return names[random.below(names.size())]; };
  const int lines = 2 + static_cast<int>(random.below(4));
  for (int i = 0; i < lines; ++i) {
    std::string line;
    switch (random.below(8)) {
      case 0:
        line = fmt::format("W @ {} + b", name());
        break;
      case 1:
        line = fmt::format("V.T @ {}", name());
        break;
      case 2:
        line = fmt::format("relu({})", name());
        break;
      case 3:
        line = fmt::format("{} + W @ {}", name(), name());
        break;
      case 4:
        line = fmt::format("{}*{}", name(), name());
        break;
      case 5:
        line = fmt::format("{}*{}/2 - b", name(), name());
        break;
      case 6:
        line = fmt::format("-3*{} + sum({})", name(), name());
        break;
      default:
        line = fmt::format("sum({})*{}", name(), name());
        break;
    }
    names.push_back(fmt::format("t{}", i));
    text += fmt::format("t{} = {}\n", i, line);
  }
  return text + fmt::format(
                    "S = 1/2*norm({})**2\nR = sum({}*{})\nL = S + 2*R\n"
                    "grad L wrt W, V, b, x\n",
                    names.back(), name(), names.back());
}

}  // namespace

TEST_CASE("in both layouts every rule, chain and path of random lessons is what the tape computed",
          "[derive]") {
  RandomStream random(13, "layouts");
  int formulas = 0, matrices = 0, forms = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const std::string text = random_lesson(random);
    INFO(text);
    const Program program = test::lesson(text);
    const Working working{256, 4096};
    Run run(program, {working, {}, true, false});
    const StepRecord record = run.next();
    const Show show(10, true);
    const Graph& graph = record.batch->graph;
    std::vector<NodeId> wrt;
    for (const std::string& name : program.wrt) wrt.push_back(graph.find(name));
    for (const Layout layout : {Layout::denominator, Layout::numerator}) {
      const Rules rules(*record.batch, wrt, "", {}, layout);
      const StepNumbers numbers(rules, &record, show, working);
      for (const GradientRule& gradient : rules.gradients()) {
        INFO(graph[gradient.node].name << (rules.in_rows() ? " in rows" : ""));
        const Array<Exact> computed = rules.laid_out(record.adjoints.at(gradient.node));
        CHECK(numbers.agrees(rules.sum(gradient), computed));
        ++formulas;
        if (const auto collected = rules.collected(gradient.node, 2000)) {
          CHECK(numbers.agrees(simplify(*collected), computed));
          ++formulas;
        }
        if (const auto fusion = two_steps_as_one(rules, numbers, gradient)) {
          CHECK(numbers.agrees(fusion->formula, computed));
          ++formulas;
        }
        if (rules.in_rows()) continue;
        const auto of = [&](const Symbol& leaf) { return numbers.of(leaf); };
        for (const Path& path : gradient.paths) {
          const LocalJacobian jacobian = local_jacobian(rules, path, gradient.node);
          const Array<Exact> entries = jacobian_entries(jacobian, graph, of, working);
          CHECK(entries.rows() == graph[path.line].shape.count());
          ++matrices;
          if (!jacobian.form) continue;
          // as it is written
          const Array<Exact> written = evaluate(
              *jacobian.form, entries.cols(), [&](const Symbol& e) { return numbers.evaluate(e); });
          REQUIRE(written.rows() == entries.rows());
          REQUIRE(written.cols() == entries.cols());
          for (Eigen::Index k = 0; k < entries.size(); ++k)
            CHECK((written(k) - entries(k)).contains_zero());
          ++forms;
        }
      }
    }
    // the page adds them up by itself
    DeriveOptions options;
    options.paths = true;
    const DerivationStep page = derive(program, options).derivation.steps.at(0);
    CHECK_FALSE(page.paths.empty());
  }
  CHECK(formulas > 3000);
  CHECK(matrices > 800);
  CHECK(forms > 300);
}

TEST_CASE("the skip connection in the numerator layout: Jacobians, three paths, their sum",
          "[derive]") {
  DeriveOptions options;
  options.paths = options.jacobians = true;
  options.layout = Layout::numerator;
  const std::string text =
      "param W1: (m, n)\nparam W2: (n, m)\ninput x: (n)\ninput s: (n)\ninput r: (m)\n"
      "z = W1 @ x\nh = sigmoid(z)\ny = x + W2 @ h\nS = 1/2*norm(y - s)**2\nR = dot(r, h)\n"
      "E = S + R\ngrad E wrt x\n";
  const std::string page = test::page_of(text, options);
  INFO(page);
  for (const char* line :
       {"∂E/∂S = 1", "∂E/∂R = 1", "∂S/∂y = (y − s)ᵀ", "∂R/∂h = rᵀ", "∂y/∂h = W2", "∂y/∂x = I",
        "∂h/∂z = diag(σ′(z)) = diag(h ⊙ (1 − h))", "∂z/∂x = W1", "3 paths from E to x",
        "E ← S ← y ← x         = (y − s)ᵀ", "E ← R ← h ← z ← x     = rᵀ · diag(σ′(z)) · W1",
        "E ← S ← y ← h ← z ← x = (y − s)ᵀ · W2 · diag(σ′(z)) · W1",
        "= (y − s)ᵀ + rᵀ · diag(σ′(z)) · W1 + (y − s)ᵀ · W2 · diag(σ′(z)) · W1",
        "= ∂E/∂h · ∂h/∂z = ∂E/∂h · diag(σ′(z))"})
    CHECK(has(page, line));
  options.layout = Layout::denominator;
  CHECK(has(test::page_of(text, options), "= W1ᵀ · diag(σ′(z)) · W2ᵀ · (y − s)"));
}

TEST_CASE("paths between numbers are products of slopes; of very many the largest are shown",
          "[derive]") {
  DeriveOptions options;
  options.paths = true;
  CHECK(has(test::page_of("param x = 2\nu = x**2\nv = 3*x\nf = u*v\n", options),
            "f ← u ← x = v·2·x         = (6)(4)   = 24"));
  std::string text = "param w = 1/2\nt0 = w*2\n";
  for (int i = 1; i <= 40; ++i) text += fmt::format("t{0} = t{1} + t{1}**2/8 + w/{0}\n", i, i - 1);
  std::string twice = "param w = 1/2\na0 = w\n";
  for (int i = 1; i <= 40; ++i)
    twice += fmt::format("b{0} = a{1}/2\nc{0} = a{1}/3\na{0} = b{0} + c{0}\n", i, i - 1);
  const std::string page = test::page_of(twice + "L = a40\n", options);
  INFO(page.substr(page.find("Paths")));
  CHECK(has(page, "1099511627776 paths from L to w, the 5 largest of them"));  // 2⁴⁰
  CHECK(has(page, "the sum over all paths"));
  CHECK_THROWS_AS(test::page_of("param w = 1\nparam v = 2\nL = w*3\ngrad L wrt v\n", options),
                  Error);
}

TEST_CASE("a squared norm is exact, and has no corner", "[derive]") {
  const std::string page = test::page_of(
      "input y = [0.5, 1.5]\ninput s = [1, 1]\nS = 1/2*norm(y - s)**2\n"
      "grad S wrt y\n");
  CHECK(has(page, "½‖y − s‖²"));
  CHECK(has(page, "= 0.25\n"));
  CHECK(has(page, "∂S/∂y = y − s"));
  CHECK(has(test::page_of("input y = [0, 0]\nS = norm(y)**2\ngrad S wrt y\n"), "∂S/∂y = 2·y"));
}

TEST_CASE("Jacobians: what comes through one line is not called the gradient", "[derive]") {
  DeriveOptions options;
  options.jacobians = true;
  const std::string page = test::page_of("param w = 3\ninput x = 2\nz = w*x\nL = w*z\n", options);
  CHECK(has(page, "through L, ∂L/∂w = z   = 6"));
  CHECK(has(page, "∂L/∂z            = w   = 3"));
}

TEST_CASE("paths: an upstream gradient is a factor, and a row is a row", "[derive]") {
  DeriveOptions options;
  options.paths = true;
  const std::string seeded = test::page_of(
      "param x = 2\ninput dW = 5\ny = 3*x\nz = y*y\nw = z + y\ngrad w wrt x with dW\n", options);
  CHECK(has(seeded, "= (5)(1)(3)      = 15"));
  CHECK(has(seeded, "= 15 + 180       = 195"));
  CHECK(has(test::page_of("param W = [[1, 2]]\ninput x = [1, -1]\nz = W@x\nL = z**2\n", options),
            "L ← z ← W = 2·z·xᵀ   = [−2  2]"));
}

TEST_CASE("paths of a chain of thousands of lines are counted, and the largest found", "[derive]") {
  std::string text = "param w = 1/2\nh0 = w\nh1 = w*2\n";
  for (int i = 1; i < 2000; ++i)
    text += fmt::format("h{} = h{}*1.0001 + h{}/1000\n", i + 1, i, i - 1);
  DeriveOptions options;
  options.paths = true;
  const DerivationStep page =
      derive(test::lesson(text + "L = h2000**2\n"), options).derivation.steps.at(0);
  REQUIRE(page.paths.size() == 1);
  CHECK(has(page.paths[0].label, "more than 1e300 paths from L to w, the 5 largest of them"));
}

TEST_CASE("Jacobians: of vectors that no product of matrices says, the entries are shown alone",
          "[derive]") {
  DeriveOptions options;
  options.jacobians = true;
  const std::string page =
      test::page_of("param x = [1, 2, 3]\ny = cumsum(x)\nL = sum(y**2)\n", options);
  INFO(page);
  CHECK(has(page, "∂y/∂x = ⎡1  0  0⎤"));
  CHECK_FALSE(has(page.substr(0, page.find("Backward")), "revcumsum"));
}
