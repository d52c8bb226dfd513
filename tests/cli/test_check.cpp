// tracer check as somebody at a terminal sees it: reports, JSON, exit statuses.
#include <sys/resource.h>
#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/data_folder.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

using Json = nlohmann::json;

// A lesson on a corner of relu: z2 = 0, and b is a corner of |b|.
const std::string corner = R"(# On two corners
param w = [[1, -1]]
param b = 0
input x = [[1], [1]]
z = w @ x + b
a = relu(z)
L = 3*a + abs(b)
grad L wrt w, b
)";

struct OneLesson {
  TemporaryFolder folder;
  explicit OneLesson(const std::string& text) { write_text(folder.path() / "my.lesson", text); }
  ProgramRun check(std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"check", "my.lesson"});
    return run_program(more, folder.path());
  }
};

}  // namespace

TEST_CASE("check: every derived lesson's gradients are right, of both orders", "[cli][check]") {
  for (const auto& lesson : derived_lessons()) {
    const std::string name = lesson.stem().string();
    if (name == "skip-connection") continue;  // has no numbers
    DYNAMIC_SECTION(name) {
      for (const char* order : {"1", "2"}) {
        const ProgramRun run = run_program({"check", name, "--order", order});
        INFO(run.output << run.errors);
        CHECK(run.status == 0);
        CHECK(run.errors.empty());
        CHECK_FALSE(has(run.output, "WRONG"));
      }
      for (const char* dtype : {"float", "double"})
        CHECK(run_program({"check", name, "--dtype", dtype}).status == 0);
    }
  }
}

TEST_CASE("check: what is rational and quadratic is equal, as fractions", "[cli][check]") {
  const ProgramRun run = run_program({"check", "relu-1-1-1", "--sample", "2"});
  CHECK(run.status == 0);
  CHECK(has(run.output, "step 2, sample 2 of 3"));
  CHECK(has(run.output, "No value is at a corner (proved).\n"));
  CHECK(run.output.ends_with("All 4 gradients are right: 4 entries are equal, as fractions.\n"));
}

TEST_CASE("check: on a corner both slopes and the choice are shown, and it is no failure",
          "[cli][check]") {
  const OneLesson lesson(corner);
  const ProgramRun run = lesson.check();
  INFO(run.output << run.errors);
  CHECK(run.status == 0);
  CHECK(has(run.output, "relu in a: 1 argument is exactly on the corner\n"));
  CHECK(has(run.output, "abs in L: 1 argument is exactly on the corner\n"));
  CHECK(has(run.output,
            "gradient     from the left  from the right  the engine's choice\n"
            "  ───────────  ─────────────  ──────────────  ───────────────────\n"
            "  ∂L/∂w[0, 0]              0               3                    0\n"
            "  ∂L/∂w[0, 1]              0               3                    0\n"
            "  ∂L/∂b                   -1               4                    0\n"));
  CHECK_FALSE(has(run.output, "No value is at a corner"));
  const Json json = Json::parse(lesson.check({"--format", "json"}).output);
  CHECK(json.at("schema") == 1);
  CHECK(json.at("verdict") == "right");
  CHECK(json.at("no_corner_proved") == false);
  CHECK(json.at("corners").size() == 2);
  const Json b = json.at("gradients").at(1).at("not_right").at(0);
  CHECK(b.at("result") == "corner");
  CHECK(b.at("left") == "-1");
  CHECK(b.at("right") == "4");
  const ProgramRun second = lesson.check({"--order", "2"});
  CHECK(has(second.output, "as far as they can be compared"));
}

TEST_CASE("check: --wrt, --entries, --seed and --digits", "[cli][check]") {
  const ProgramRun one = run_program({"check", "two-layer-matrix", "--wrt", "W1"});
  CHECK(has(one.output, "∂L/∂W1"));
  CHECK_FALSE(has(one.output, "∂L/∂W2"));
  CHECK(has(one.output, "The gradient is right"));
  const std::vector<std::string> sample{"check", "two-layer-matrix", "--entries", "1", "--seed"};
  const auto with_seed = [&](const char* seed) {
    std::vector<std::string> arguments = sample;
    arguments.emplace_back(seed);
    return run_program(arguments).output;
  };
  CHECK(has(with_seed("1"), "1 of 4"));
  CHECK(has(with_seed("1"), "a sample of 9"));
  CHECK(with_seed("1") == with_seed("1"));
  const Json json = Json::parse(
      run_program({"check", "softmax-layer", "--format", "json", "--digits", "25"}).output);
  CHECK(json.at("gradients").at(0).at("worst").at("gradient").get<std::string>().size() > 24);
  CHECK(json.at("gradients").at(0).at("digits").get<double>() > 30);
}

TEST_CASE("check: an upstream gradient, and a value at the edge of a domain", "[cli][check]") {
  const OneLesson upstream(
      "param W = [[1, 2], [0.5, -1]]\ninput X = [[1], [2]]\ninput dY = [[1], [-3]]\n"
      "Y = tanh(W @ X)\ngrad Y wrt W, X with dY\n");
  const ProgramRun run = upstream.check();
  CHECK(run.status == 0);
  CHECK(has(run.output, "∂⟨dY, Y⟩/∂W"));
  const OneLesson edge("param w = 0\nL = w**1.5\n");
  const ProgramRun at_edge = edge.check();
  CHECK(at_edge.status == 3);
  CHECK(has(at_edge.output, "1 at the edge of the domain"));
  CHECK(has(at_edge.output, "Nothing could be compared.\n"));
  const ProgramRun as_json = edge.check({"--format", "json"});
  CHECK(as_json.status == 3);
  CHECK(Json::parse(as_json.output).at("verdict") == "undecided");
}

TEST_CASE("check: errors by h as a table, a plot and JSON", "[cli][check]") {
  const ProgramRun run = run_program({"check", "gradient-check", "--errors-by-h"});
  INFO(run.errors);
  CHECK(run.status == 0);
  CHECK(has(run.output, "log10 of the error"));
  CHECK(has(run.output, "h = 1e- 1"));
  const Json json = Json::parse(run_program({"check", "gradient-check", "--errors-by-h", "--wrt",
                                             "W[1, 0]", "--format", "json"})
                                    .output);
  CHECK(json.at("entry") == "∂L/∂W[1, 0]");
  const auto error = [&](std::size_t way, std::size_t row) {
    return json.at("differences").at(way).at("errors").at(row).at("error").get<double>();
  };
  const auto is_about = [](double x, double y) { return x > 0.9 * y && x < 1.1 * y; };
  // what the lesson says: the forward difference errs by h, the central one by h²
  CHECK(is_about(error(0, 2) / error(0, 3), 10));
  CHECK(is_about(error(2, 1) / error(2, 2), 100));
  CHECK(is_about(error(3, 10) / error(3, 11), 100));
  // and each is best near the cube root of its rounding (a forward difference near the square root)
  const auto best = [&](std::size_t way) {
    return std::stod(json.at("differences").at(way).at("best_h").get<std::string>());
  };
  CHECK((best(0) >= 1e-9 && best(0) <= 1e-7));
  CHECK((best(1) >= 1e-4 && best(1) <= 1e-1));
  CHECK((best(2) >= 1e-7 && best(2) <= 1e-4));
  CHECK((best(3) >= 1e-18 && best(3) <= 1e-15));
  CHECK(error(3, 16) < 1e-30);
}

TEST_CASE("check: what is wrong with the command line or the lesson is an error", "[cli][check]") {
  for (const auto& [arguments, message] :
       std::vector<std::pair<std::vector<std::string>, std::string>>{
           {{"check"}, "check wants a lesson; or a program with a loss of its own"},
           {{"check", "relu-1-1-1", "--step", "4"}, "there is no step 4: the lesson has 3"},
           {{"check", "relu-1-1-1", "--wrt", "w9"}, "the lesson does not differentiate for that"},
           {{"check", "relu-1-1-1", "--entries", "0"}, "expected a number from 1 on, or all"},
           {{"check", "relu-1-1-1", "--order", "3"}, "--order"},
           {{"check", "relu-1-1-1", "--order", "2", "--dtype", "float"}, "over Exact"},
           {{"check", "relu-1-1-1", "--errors-by-h", "--wrt", "w1[2, 0]"}, "w1 is 1×1"},
           {{"check", "relu-1-1-1", "--errors-by-h", "--wrt", "w1[2"}, "expected an entry"},
           {{"check", "skip-connection"}, "a lesson in symbols has no numbers to check"},
           {{"check", "skip-connection", "--dtype", "float"}, "a lesson in symbols"},
       }) {
    const ProgramRun run = run_program(arguments);
    INFO(run.errors);
    CHECK(run.status == 2);
    CHECK(run.output.empty());
    CHECK(has(run.errors, message));
  }
}

#ifdef TRACER_OPTIMISED
TEST_CASE("check: the gradients that MNIST is trained with are right, in seconds",
          "[cli][check][needs-mnist]") {
  if (!data_folder()) {
    WARN("skipped: MNIST is neither in $TRACER_DATA nor in ../shared/datasets");
    return;
  }
  // of the processor, not of the clock: the machine may be busy with something else
  const auto processor_seconds = [] {
    rusage used{};
    getrusage(RUSAGE_CHILDREN, &used);
    return static_cast<double>(used.ru_utime.tv_sec) +
           1e-6 * static_cast<double>(used.ru_utime.tv_usec);
  };
  const double before = processor_seconds();
  const ProgramRun run = run_program(
      {"check", "mnist-784-128-64-10", "--dtype", "float", "--entries", "200", "--format", "json"});
  const double seconds = processor_seconds() - before;
  INFO(run.errors);
  CHECK(run.status == 0);
  const Json json = Json::parse(run.output);
  CHECK(json.at("verdict") == "right");
  long long right = 0;
  for (const Json& gradient : json.at("gradients")) right += gradient.at("right").get<long long>();
  CHECK(right > 1100);  // of 1186: the others would be too near a corner
  CHECK(seconds < 10);
  CHECK(run_program({"check", "mnist-784-20-10"}).status == 0);
}
#endif

}  // namespace tracer
