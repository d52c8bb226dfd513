// Gradients cut before the update: in numbers, on the page and in a hand calculation.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/grade/marked.hpp"
#include "tracer/derive/formulas.hpp"
#include "tracer/derive/run.hpp"
#include "tracer/render/derivation_page.hpp"
#include "tracer/render/formats.hpp"
#include "tracer/run/clipping.hpp"

using namespace tracer;
using namespace tracer::test;

namespace {

// gradients 3 and 4: their joint norm is 5
const std::string three_four = R"(
param a = 1
param b = 1
L = 3*a + 4*b
train L with sgd(lr=0.5), clip_norm=1
)";

Training cutting(const std::optional<Rational>& norm, const std::optional<Rational>& value) {
  Training training;
  training.clip_norm = norm;
  training.clip_value = value;
  return training;
}

}  // namespace

TEST_CASE("clip_norm: the factor is c/(norm + 1e-6) where that is below 1", "[run][clipping]") {
  const Clipping<Exact> exact(cutting(Rational(1), {}));
  CHECK(exact.factor(Exact(5)).value() == Exact(Rational(1'000'000, 5'000'001)));
  CHECK_FALSE(exact.factor(Exact(Rational(1, 2))).has_value());
  CHECK(exact.factor(Exact(1)).has_value());  // 1/1.000001
  const Clipping<float> fast(cutting(Rational(1), {}));
  CHECK(fast.factor(5.0).value() == 1 / (5 + 1e-6));
  Array<float> g(2, 1);
  g << 3, 4;
  CHECK(Clipping<float>::squares({g.data(), 2, 1}) == 25);
}

TEST_CASE("clip_value: each entry is cut to the range, and what lies in it stays",
          "[run][clipping]") {
  Array<Exact> g(3, 1);
  g << Exact(-3), Exact(Rational(1, 2)), Exact(2);
  const Clipping<Exact> clipping(cutting({}, Rational(1)));
  CHECK(clipping.cut({g.data(), 3, 1}));
  CHECK(g(0) == Exact(-1));
  CHECK(g(1) == Exact(Rational(1, 2)));
  CHECK(g(2) == Exact(1));
  CHECK_FALSE(clipping.cut({g.data(), 3, 1}));
}

TEST_CASE("what the page writes of a clipped gradient is what was computed", "[run][clipping]") {
  for (const char* train : {"sgd(lr=0.5), clip_norm=1", "adam(lr=0.5), clip_norm=3, clip_value=2",
                            "sgd(lr=0.5, momentum=0.9, weight_decay=0.1), clip_value=3"}) {
    INFO(train);
    const Program program =
        lesson("param a = [[1, 2], [3, 1]]\nparam b = 2\nL = sum(a**2)/2 + 4*b\ntrain L with " +
               std::string(train) + ", epochs=2");
    Run run(program, {});
    std::size_t clipped = 0;
    while (!run.done()) {
      const StepRecord record = run.next();
      for (const UpdateRecord& update : record.updates) {
        clipped += update.clipped;
        REQUIRE(update.results.size() == update.lines.size());
        for (std::size_t i = 0; i < update.lines.size(); ++i) {
          const Array<Exact> value = evaluate(
              update.lines[i].formula,
              [&](const Symbol& leaf) { return update.leaves.at(leaf.stands_for()); },
              Working{128, 4096});
          for (Eigen::Index k = 0; k < update.results[i].size(); ++k) {
            const Exact off = value(value.size() == 1 ? 0 : k) - update.results[i](k);
            CHECK(std::abs(off.to_double()) < 1e-30);
          }
        }
      }
    }
    CHECK(clipped >= 2);
  }
}

TEST_CASE("a derivation has the clipped gradient as a line of the update", "[run][clipping]") {
  const Derivation derivation = derive(lesson(three_four), {}).derivation;
  const std::string text = write(page_of(derivation), "text");
  INFO(text);
  CHECK(has(text, "new = old − 0.5 · gradient, from clipped gradients"));
  CHECK(has(text, "clipped = "));
  CHECK(has(text, "≈ 0.59999988"));  // 3/5.000001
  CHECK(has(text, "≈ 0.79999984"));  // 4/5.000001
  CHECK(has(text, "‖g‖ = 5, of all gradients together"));
  CHECK(has(text, "≈ 0.70000006"));  // 1 − 0.5·0.59999988
  const std::string latex = write(page_of(derivation), "latex");
  INFO(latex);
  CHECK(has(latex, "clipped"));
  CHECK(has(latex, "\\|"));
  CHECK_FALSE(has(latex, "‖"));
  CHECK(has(write(page_of(derivation), "markdown"), "clipped"));
  CHECK(has(to_json(derivation), "\"clipped\""));

  const Derivation uncut =
      derive(lesson("param a = 1\nL = a\ntrain L with sgd(1), clip_norm=2"), {}).derivation;
  const std::string whole = write(page_of(uncut), "text");
  CHECK_FALSE(has(whole, "clipped"));  // nothing is cut, and nothing said
}

TEST_CASE("a joint norm that is irrational is proved all the same", "[run][clipping]") {
  // gradients 1 and 1: ‖g‖ = √2, clipped 1/(√2 + 1e-6)
  const Program program =
      lesson("param a = 1\nparam b = 1\nL = a + b\ntrain L with sgd(lr=1), clip_norm=1");
  Run run(program, {});
  const StepRecord record = run.next();
  const Exact& clipped = record.updates[0].results[0](0, 0);
  CHECK_FALSE(clipped.is_rational());
  CHECK(std::abs(clipped.to_double() - 1 / (std::sqrt(2.0) + 1e-6)) < 1e-15);
}

TEST_CASE("a hand calculation is marked by its clipped gradients", "[run][clipping][grade]") {
  const Marking right = marked(three_four, "step 1:\nclipped a = 0.6\na = 0.7\nb = 0.6\n");
  CHECK(says(right, 1, "clipped a") == "right");
  CHECK(says(right, 1, "a") == "right");
  CHECK(says(right, 1, "b") == "right");
  // 1 − 0.5·3: not clipped
  CHECK(says(marked(three_four, "step 1:\na = -0.5\n"), 1, "a").starts_with("wrong"));
  // from a wrong line: 1 − 0.5·0.5
  CHECK(says(marked(three_four, "step 1:\nclipped a = 0.5\na = 0.75\n"), 1, "a")
            .starts_with("follows"));
  // ∂L/∂b = 12 in place of 4: ‖g‖ = √(9 + 144), and 1 − 0.5·3/√153 = 0.8787
  CHECK(
      says(marked(three_four, "step 1:\ndL/db = 12\na = 0.8787\n"), 1, "a").starts_with("follows"));
}
