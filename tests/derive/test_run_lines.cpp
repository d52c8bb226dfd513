// The hook at every line of a run: what was computed comes in, what is carried on goes out.
#include "tests/catch.hpp"
#include "tests/derive/lessons.hpp"
#include "tracer/derive/run.hpp"

using namespace tracer;

namespace {

std::string told(const PageLine& line) {
  const char* kind = line.kind == PageLine::Kind::given      ? "given "
                     : line.kind == PageLine::Kind::value    ? ""
                     : line.kind == PageLine::Kind::gradient ? "d/d"
                                                             : "new ";
  return kind + line.name + (line.part.empty() ? "" : " " + line.part);
}

RunOptions with(OnLine on_line) { return {Working{128, 4096}, std::move(on_line), false, false}; }

}  // namespace

TEST_CASE("every line passes the hook once a step, in the order in which it is computed",
          "[derive][run]") {
  const Program program = test::lesson(test::one_relu);
  std::vector<std::string> lines;
  Run run(program, with([&](const PageLine& line, View<Exact>) {
            lines.push_back(told(line));
            CHECK(line.step == 1);
            return false;
          }));
  run.next();
  CHECK(lines == std::vector<std::string>{"given x", "given y", "z1", "a1", "z2", "L", "d/dL",
                                          "d/dz2", "d/da1", "d/dz1", "d/db2", "d/dw2", "d/db1",
                                          "d/dw1", "new w1", "new b1", "new w2", "new b2"});
}

TEST_CASE("what the hook leaves is carried on: to the gradients, the update, the next step",
          "[derive][run]") {
  const Program program = test::lesson(test::one_relu);
  const auto carried = [&](const PageLine& changed, const PageLine& wanted) {
    Rational seen;
    Run run(program, with([&](const PageLine& line, View<Exact> value) {
              if (line == wanted) seen = value(0, 0).rational();
              if (line != changed) return false;
              value(0, 0) = 7;
              return true;
            }));
    run.next();
    run.next();
    return seen;
  };
  using Kind = PageLine::Kind;
  // x = 7: z1 = 1·7; z1 = 7: dL/dw2 = (7 − 3)·7; dL/dw2 = 7: w2 = 1 − 0.07; w1 = 7: z1 = 7·2 + 0.02
  CHECK(carried({1, Kind::given, "x", ""}, {1, Kind::value, "z1", ""}) == 7);
  CHECK(carried({1, Kind::value, "z1", ""}, {1, Kind::gradient, "w2", ""}) == 28);
  CHECK(carried({1, Kind::gradient, "w2", ""}, {1, Kind::update, "w2", ""}) == Rational(93, 100));
  CHECK(carried({1, Kind::update, "w1", ""}, {2, Kind::value, "z1", ""}) == Rational(701, 50));
}

TEST_CASE("the working of an optimizer passes line by line", "[derive][run]") {
  const Program program =
      test::lesson("param w = 1\nL = w**2\ntrain L with sgd(lr=0.1, momentum=0.9), epochs=2\n");
  std::vector<std::string> lines;
  Run run(program, with([&](const PageLine& line, View<Exact>) {
            if (line.kind == PageLine::Kind::update) lines.push_back(told(line));
            return false;
          }));
  run.next();
  CHECK(lines == std::vector<std::string>{"new w velocity", "new w"});
}
