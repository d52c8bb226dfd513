#include <chrono>

#include "tests/catch.hpp"
#include "tests/step/walks.hpp"

namespace tracer {

TEST_CASE("lesson steps: a lesson of thousands of steps opens at once", "[step]") {
  std::string text = "param w = 1\nparam b = 0.5\ndata x, y in ";
  for (int i = 0; i < 5000; ++i)
    text += (i == 0 ? "" : ", ") + std::string("(0.") + std::to_string(i % 10) + ", 1)";
  text += "\nz = w*x + b\nL = (z - y)**2\ntrain L with sgd(lr=0.1), batch_size=1, epochs=2\n";
  text += "expect finally: w = 1 within 100\n";
  const auto begin = std::chrono::steady_clock::now();
  Walked walked(Source("long", text));
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  CHECK(taken.count() < 5);  // all ten thousand would take minutes
  CHECK(walked.steps.last() == 10000);
  CHECK(has(walked.walk.page().step.heading, "of 5000"));
  walked.answer("#", "20");
  CHECK(walked.walk.step() == 20);
  walked.answer("#", "10001");
  CHECK(walked.walk.message().text == "there is no step 10001; there are 1 to 10000");
}

TEST_CASE("lesson steps: --samples bounds the walk", "[step]") {
  DeriveOptions options;
  options.first_step = 2;
  options.last_step = 3;
  Walked walked("xor-2-2-1", options);
  CHECK(walked.walk.step() == 2);
  CHECK(walked.steps.last() == 3);
  walked.press(Key::Kind::left);
  CHECK(walked.walk.message().text == "this is the beginning");
  options.first_step = options.last_step = 9;
  CHECK_THROWS_WITH(Walked("xor-2-2-1", options), "there is no sample 9: the lesson has 4");
}

TEST_CASE("lesson steps: what was derived is kept, and what fails leaves it alone", "[step]") {
  LessonSteps steps(loading(shipped("relu-1-1-1")), {}, {});
  const auto page = steps.page(1, ResultForm::decimal);
  CHECK(steps.page(1, ResultForm::exact) == page);
  CHECK(steps.page(1, ResultForm::rounded) != page);
  CHECK(steps.page_before(1, ResultForm::decimal) == nullptr);
  CHECK_THROWS(steps.change("w1 = [1, 2]", 1));
  CHECK(steps.page(1, ResultForm::decimal) == page);
  CHECK(!steps.undo());
  steps.change("w1 = 7", 1);
  CHECK(steps.page_before(1, ResultForm::decimal) == page);
  CHECK(steps.undo());
  CHECK(steps.page(1, ResultForm::decimal) == page);
}

TEST_CASE("lesson steps: rounded working and several losses are walked through too", "[step]") {
  DeriveOptions options;
  options.rounding = Rounding{2};
  Walked rounded("relu-1-1-1", options);
  rounded.answer("3", "");
  rounded.answer("/", "z1");
  CHECK(has(rounded.screen(), "z1      3.22"));
  rounded.type("v");  // no fractions: they would be those of what was rounded
  CHECK(rounded.walk.numbers() == ResultForm::rounded);
  rounded.type("v");
  CHECK(rounded.walk.numbers() == ResultForm::decimal);
  Walked two(Source("two", "param w = 2\na = w**2\nL1 = a + 1\nL2 = 3*a\ngrad L1, L2\n"));
  std::vector<std::string> labels;
  for (const StepLine& line : two.walk.page().lines) labels.push_back(line.label);
  CHECK(std::ranges::find(labels, "∂L1/∂w") != labels.end());
  CHECK(std::ranges::find(labels, "∂L2/∂w") != labels.end());
  CHECK(has(two.screen(), "Backward from L2"));
}

}  // namespace tracer
