// A mistake beside the right derivation: by hand, and against the training with the same mistake.
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/derive/lessons.hpp"
#include "tests/lessons/run_program.hpp"
#include "tests/train/training.hpp"
#include "tracer/error.hpp"
#include "tracer/graph/backward.hpp"
#include "tracer/mistake/planted.hpp"

namespace tracer {
namespace {

DeriveResult derived_with(const Program& program, const std::string& mistake) {
  DeriveOptions options{.steps = 0};
  options.wrong = [mistake](const BatchGraph& batch, const Rules& rules) {
    BackwardGraph back(batch.graph, batch.loss);
    return wrong_gradients(back, rules, planted_mistakes(batch, back, mistake));
  };
  return derive(program, options);
}

// The ids that planted_mistakes names where it is asked for one that is not there.
std::vector<std::string> ids_of(const Program& program) {
  const auto batch = program.graph(1);
  BackwardGraph back(batch->graph, batch->loss);
  std::string text;
  try {
    planted_mistakes(*batch, back, "?");
  } catch (const Error& error) {
    text = error.what();
  }
  std::vector<std::string> ids;
  text = text.substr(text.find("there are ") + 10);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(", ", at), text.size());
    ids.push_back(text.substr(at, end - at));
    at = end + 2;
  }
  return ids;
}

std::string said(const std::vector<std::string>& arguments) {
  std::vector<std::string> all{"derive"};
  all.insert(all.end(), arguments.begin(), arguments.end());
  const ProgramRun run = run_program(all);
  CHECK(run.status == 0);
  return run.output;
}

}  // namespace

TEST_CASE("a derivation with a mistake goes where training with it goes", "[mistake-page]") {
  const Program program = test::small_lesson("sgd(lr=0.5), batch_size=2, epochs=2");
  const std::vector<std::string> ids = ids_of(program);
  CHECK(ids.size() > 8);
  for (const std::string& id : ids) {
    CAPTURE(id);
    const Array<double> trained = test::w1_trained_with(program, id);
    const DeriveResult result = derived_with(program, id);
    const auto& updates = result.derivation.steps.back().updates;
    const auto w1 = std::ranges::find(updates, "W1", &UpdateLine::name);
    REQUIRE(w1 != updates.end());
    for (Eigen::Index k = 0; k < trained.size(); ++k)
      CHECK(w1->after.numbers(k).to_double() == Approx(trained(k)).margin(1e-9));
  }
}

TEST_CASE("beside the right line stands the wrong one, and where it shows first",
          "[mistake-page]") {
  const std::string page = said({"relu-1-1-1", "--mistake", "activation_for_slope"});
  // by hand: -1.916376 times a1 = 2.06 in place of the slope 1
  CHECK(has(page, "(−1.916376)(1) = −1.916376"));
  CHECK(has(page, "= −3.94773456"));
  CHECK(has(page, "w1 ← 1.02 − 0.01·(−7.89546912)"));
  CHECK(has(page, "It shows first at ∂L/∂z1 in sample 2 of 3."));
  CHECK(has(page, "Wrong because of it: ∂L/∂z1, ∂L/∂w1, ∂L/∂b1, w1, b1."));
  CHECK(has(page, "Still right there: z1, a1, z2, L, ∂L/∂z2, ∂L/∂w2, ∂L/∂b2, ∂L/∂a1, w2, b2."));
  CHECK(has(page, "with the mistake: the same value here"));  // sample 1, where a1 = 1
  CHECK(has(page, "Weights now (after sample 2), with the mistake"));
  // of rounded working both sides are rounded
  CHECK(has(said({"relu-1-1-1", "--mistake", "activation_for_slope", "--round", "4"}), "−3.9478"));
  CHECK(has(said({"relu-1-1-1", "--mistake", "slope_missing"}),
            "On these numbers it changes nothing: they would not show that it is there."));
  const std::string html =
      said({"relu-1-1-1", "--mistake", "activation_for_slope", "--format", "html"});
  CHECK(has(html, "<div class=\"work back sides\">"));
  CHECK(has(html, "<div class=\"line wrong\""));
}

TEST_CASE("all the mistakes of a line, those that its numbers don't show apart", "[mistake-page]") {
  const std::string page = said({"relu-1-1-1", "--mistake", "dL/dz1", "--samples", "2"});
  CHECK(page == said({"relu-1-1-1", "--mistake", "z1", "--samples", "2"}));
  // made in that step alone: what comes from above is right
  CHECK(has(page, "∂L/∂a1 · (1 − relu′(z1))   = (−1.916376)(1 − 1)      = 0"));
  const std::size_t hidden = page.find("these numbers don't show it");
  CHECK(page.find("slope_missing") > hidden);
  CHECK(page.find("sign: ") < hidden);
  for (const char* flag : {"--check", "--paths", "--jacobians", "--blank"}) {
    const ProgramRun run = run_program({"derive", "relu-1-1-1", "--mistake", "z1", flag});
    CHECK(run.status == 2);
    CHECK(has(run.errors, std::string(flag) + " is of one: leave it out"));
  }
  CHECK(run_program({"derive", "skip-connection", "--mistake", "sign"}).status == 2);
  CHECK(run_program({"derive", "relu-1-1-1", "--mistake", "nothing"}).status == 2);
}

}  // namespace tracer
