// The shipped lessons, run by the program: each keeps its own expectations, and breaking one shows.
#include <algorithm>

#include <nlohmann/json.hpp>

#include "tests/catch.hpp"
#include "tests/data_folder.hpp"
#include "tests/lessons/run_program.hpp"

namespace tracer {
namespace {

std::vector<std::string> expectations_in(const std::string& page) {
  std::vector<std::string> found;
  for (const std::string& line : lines_of(page)) {
    if (line.starts_with("expected ")) found.push_back(line);
  }
  return found;
}

// how many comparisons the lesson's expect lines make; none of them compares within brackets
std::size_t comparisons_in(const std::string& lesson) {
  std::size_t comparisons = 0;
  for (const std::string& line : lines_of(lesson)) {
    if (line.starts_with("expect "))
      comparisons += static_cast<std::size_t>(std::ranges::count(line, '='));
  }
  return comparisons;
}

TEST_CASE("lessons: every one runs, and every expectation in it holds", "[lessons]") {
  REQUIRE(derived_lessons().size() >= 10);
  for (const auto& lesson : derived_lessons()) {
    DYNAMIC_SECTION(lesson.stem().string()) {
      const ProgramRun run = run_program({"derive", lesson.string(), "--steps", "all"});
      INFO(run.errors);
      CHECK(run.status == 0);
      CHECK(run.errors.empty());
      const std::vector<std::string> expectations = expectations_in(run.output);
      const std::size_t all = comparisons_in(read_text(lesson));
      if (expectations.empty() && all > 0) {
        CHECK(run.output.find("all " + std::to_string(all) +
                              " expectations of the lesson hold\n") != std::string::npos);
      } else {
        CHECK(expectations.size() == all);
      }
      for (const std::string& line : expectations) {
        INFO(line);
        CHECK(line.ends_with("   holds"));
      }
    }
  }
}

namespace {

bool has_pictures(const std::filesystem::path& lesson) {
  return read_text(lesson).find("mnist(") != std::string::npos;
}

void check_training(const std::filesystem::path& lesson) {
  const ProgramRun run = run_program({"train", lesson.string(), "--format", "json"});
  INFO(run.errors);
  CHECK(run.status == 0);
  const std::vector<std::string> lines = lines_of(run.output);
  REQUIRE(!lines.empty());
  const auto end = nlohmann::json::parse(lines.back());
  REQUIRE(end.at("expectations").size() == comparisons_in(read_text(lesson)));
  for (const auto& expectation : end.at("expectations")) {
    INFO(expectation.dump());
    CHECK(expectation.at("holds") == true);
  }
}

}  // namespace

TEST_CASE("lessons: every one that is trained ends as it expects to", "[lessons][train]") {
  REQUIRE(training_lessons().size() >= 8);
  for (const auto& lesson : training_lessons()) {
    DYNAMIC_SECTION(lesson.stem().string()) {
      if (!has_pictures(lesson)) check_training(lesson);
    }
  }
}

#ifdef TRACER_OPTIMISED  // minutes elsewhere
TEST_CASE("lessons: every one that is trained on pictures ends as it expects to",
          "[lessons][train][needs-mnist]") {
  if (!data_folder()) {
    WARN("skipped: MNIST is neither in $TRACER_DATA nor in ../shared/datasets");
    return;
  }
  for (const auto& lesson : training_lessons()) {
    DYNAMIC_SECTION(lesson.stem().string()) {
      if (has_pictures(lesson)) check_training(lesson);
    }
  }
}
#endif

TEST_CASE("lessons: every one teaches before it computes", "[lessons]") {
  for (const auto& lesson : all_lessons()) {
    DYNAMIC_SECTION(lesson.stem().string()) {
      const std::vector<std::string> lines = lines_of(read_text(lesson));
      const auto first = std::ranges::find_if(
          lines, [](const std::string& line) { return !line.starts_with("#"); });
      const auto introduction = first - lines.begin() - 1;  // without the title
      CHECK(introduction >= 4);
      CHECK(introduction <= 15);
      for (const std::string& line : lines) {
        CAPTURE(line);
        CHECK(line.size() <= 115);  // bytes; about 100 columns
      }
    }
  }
}

TEST_CASE("lessons: a wrong expectation exits 1 and names the right number", "[lessons]") {
  const TemporaryFolder folder;
  const auto copy = folder.path() / "wrong.lesson";
  std::string text = read_text(lessons_folder() / "relu-1-1-1.lesson");
  const std::string right = "dL/dw2 = -3.870328\n";
  REQUIRE(text.find(right) != std::string::npos);
  text.replace(text.find(right), right.size(), "dL/dw2 = -3.870329\n");
  write_text(copy, text);
  const ProgramRun run = run_program({"derive", copy.string()});
  CHECK(run.status == 1);
  const auto expectations = expectations_in(run.output);
  const auto wrong = std::ranges::count_if(
      expectations, [](const std::string& line) { return !line.ends_with("   holds"); });
  CHECK(wrong == 1);
  const std::string verdict =
      "expected sample 2: dL/dw2 = -3.870329   does not hold: it is -3.870328\n";
  CHECK(run.output.find(verdict) != std::string::npos);
  CHECK(run.errors == verdict);
}

TEST_CASE("lessons: a wrong expectation of a later, unshown step is found too", "[lessons]") {
  const TemporaryFolder folder;
  const auto copy = folder.path() / "wrong.lesson";
  write_text(
      copy,
      "param w = 0\nL = (w - 3)**2\ntrain L with sgd(lr=0.1), epochs=20\nexpect finally: w <= 2\n");
  CHECK(run_program({"derive", copy.string(), "--steps", "1"}).status == 1);
}

TEST_CASE("lessons: two-layer-matrix expects the numbers that xor-2-2-1 expects", "[lessons]") {
  const std::string matrices = read_text(lessons_folder() / "two-layer-matrix.lesson");
  const std::string scalars = read_text(lessons_folder() / "xor-2-2-1.lesson");
  std::string number;
  int compared = 0;
  const auto compare = [&] {
    const auto point = number.find('.');
    if (point != std::string::npos && number.size() - point == 11) {  // ten decimals: a result
      CAPTURE(number);
      CHECK(scalars.find(number) != std::string::npos);
      ++compared;
    }
    number.clear();
  };
  for (const char c : matrices) {
    const bool digit = (c >= '0' && c <= '9') || c == '.' || c == '-';
    if (digit)
      number += c;
    else
      compare();
  }
  CHECK(compared >= 20);
}

namespace {

// The lesson with the lines from `first` to the one that begins with `last` replaced by `line`. Of
// its expect lines those stay that have one of `kept` in them: the others name lines that are gone.
std::string shortened(const std::string& lesson, const std::string& first, const std::string& last,
                      const std::string& line, const std::vector<std::string>& kept) {
  std::string result;
  bool within = false;
  for (const std::string& each : lines_of(read_text(lessons_folder() / (lesson + ".lesson")))) {
    if (each.starts_with("expect ")) {
      const auto says = [&](const std::string& what) { return each.find(what) != each.npos; };
      if (std::ranges::any_of(kept, says)) result += each + "\n";
      continue;
    }
    within = within || each.starts_with(first);
    if (!within) result += each + "\n";
    if (within && each.starts_with(last)) {
      within = false;
      result += line + "\n";
    }
  }
  return result;
}

void check_all_hold(const std::string& lesson, const std::string& how_many) {
  const TemporaryFolder folder;
  write_text(folder.path() / "short.lesson", lesson);
  const ProgramRun run = run_program({"derive", (folder.path() / "short.lesson").string()});
  INFO(lesson << run.output << run.errors);
  CHECK(run.status == 0);
  CHECK(run.output.find("all " + how_many + " expectations of the lesson hold") !=
        std::string::npos);
}

}  // namespace

TEST_CASE("lessons: what is written out line by line is what the function does", "[lessons]") {
  check_all_hold(
      shortened("softmax-cross-entropy", "e = ", "L = ", "L = softmax_cross_entropy(z, y)",
                {"sample 1: dL/dz", "sample 2: dL/dz", "sample 3: dL/dz", "after"}),
      "4");
  check_all_hold(shortened("batch-norm", "mu = ", "Y  = ", "Y = batch_norm(Z, gamma, beta, eps=0)",
                           {"expect dL/dZ", "expect dL/dW", "after"}),
                 "9");
}

TEST_CASE("lessons: one neuron's batch-norm and one sample's layer-norm give the same gradient",
          "[lessons]") {
  for (const std::string lesson : {"batch-norm", "layer-norm"})
    CHECK(read_text(lessons_folder() / (lesson + ".lesson")).find("[0.26, -0.32, -0.18, 0.24]") !=
          std::string::npos);
}

TEST_CASE("lessons: a step a tenth as long does not kill the neuron of dying-relu", "[lessons]") {
  const TemporaryFolder folder;
  std::string text = read_text(lessons_folder() / "dying-relu.lesson");
  text = text.substr(0, text.find("expect sample 2"));
  text.replace(text.find("sgd(lr=0.5)"), 11, "sgd(lr=0.05)");
  write_text(folder.path() / "alive.lesson", text + "expect after sample 2: w = 0.55\n" +
                                                 "expect sample 3: z = 0.95, dL/dw = -2.1\n");
  CHECK(run_program({"derive", (folder.path() / "alive.lesson").string()}).status == 0);
}

TEST_CASE("lessons: tracer lessons lists them all, from any folder", "[lessons]") {
  const TemporaryFolder elsewhere;
  const ProgramRun run = run_program({"lessons"}, elsewhere.path());
  CHECK(run.status == 0);
  for (const auto& lesson : all_lessons()) {
    const std::string name = lesson.stem().string();
    const std::string title = lines_of(read_text(lesson))[0].substr(2);
    CAPTURE(name, title);
    const std::vector<std::string> lines = lines_of(run.output);
    CHECK(std::ranges::any_of(lines, [&](const std::string& line) {
      return line.starts_with(name + " ") && line.ends_with("  " + title);
    }));
  }
}

TEST_CASE("lessons: a shipped lesson is derived by its name, from any folder", "[lessons]") {
  const TemporaryFolder elsewhere;
  const ProgramRun by_name = run_program({"derive", "chain-rule"}, elsewhere.path());
  const ProgramRun by_path =
      run_program({"derive", (lessons_folder() / "chain-rule.lesson").string()});
  CHECK(by_name.status == 0);
  CHECK(first_difference(by_path.output, by_name.output) == "");
}

TEST_CASE("lessons: tracer lessons NAME shows the file as it is", "[lessons]") {
  for (const auto& lesson : all_lessons()) {
    const ProgramRun run = run_program({"lessons", lesson.stem().string()});
    CHECK(run.status == 0);
    CHECK(first_difference(read_text(lesson), run.output) == "");
  }
}

TEST_CASE("lessons: a name that is nearly right is answered with the right one", "[lessons]") {
  const ProgramRun run = run_program({"derive", "relu-111"});
  CHECK(run.status == 2);
  CHECK(run.errors.find("did you mean relu-1-1-1?") != std::string::npos);
}

}  // namespace
}  // namespace tracer
