// Line charts.
#include <cmath>
#include <limits>

#include "tests/catch.hpp"
#include "tests/view/look.hpp"
#include "tracer/view/curves.hpp"

using namespace tracer;

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
const std::vector<Series> two{{"training", {2, 1, 0.5, 0.25}},
                              {"validation", {2, 1.5, nothing, 1}}};

History history(int epochs) {
  History out;
  for (int i = 1; i <= epochs; ++i) {
    EpochRecord r;
    r.epoch = i;
    r.loss = 2.0 / i;
    r.accuracy = 1 - 0.5 / i;
    r.validation_loss = 2.2 / i;
    r.validation_accuracy = 0.98 - 0.5 / i;
    out.push_back(r);
  }
  return out;
}

}  // namespace

TEST_CASE("a chart: lines told apart by dashes and end marks, a gap where a value is missing",
          "[view]") {
  CHECK(line_chart("loss", two, 9, {.width = 40}) ==
        R"(loss   ⠤⠤⠤● training   ⠄⠠⠀× validation
 2.0 ┤⠑⠴⡀⠄
     │  ⠈⠒⢌ ⠂⠠ ⡀
 1.5 ┤     ⠑⠢⡀  ⠐
     │       ⠈⠑⢄⡀
 1.0 ┤          ⠈⠒⠤⣀⡀                  ×
     │              ⠈⠑⠒⠤⢄⡀
 0.5 ┤                   ⠈⠉⠒⠤⠤⣀⣀
     │                          ⠉⠉⠒⠒⠢⠤⢄●
 0.0 ┤
     └┬──────────┬──────────┬──────────┬
epoch 1          2          3          4
)");
}

TEST_CASE("a chart in ASCII has a mark for each value", "[view]") {
  const std::string chart = line_chart("loss", two, 9, {.width = 40, .unicode = false});
  CHECK(chart == R"(loss   o training   x validation
 2.0 +x
     |
 1.5 +           x
     |
 1.0 +           o                     x
     |
 0.5 +                      o
     |                                 o
 0.0 +
     ++----------+----------+----------+
epoch 1          2          3          4
)");
}

TEST_CASE("one epoch and constants have charts, nothing finite has none", "[view]") {
  CHECK(line_chart("flat", {{"x", {0.5}}}, 5, {.width = 30}) == R"(flat   ⠤⠤⠤● x
0.55 ┤
     │
0.50 ┤●
     │
0.45 ┤
     └┬───────────────────────
epoch 1
)");
  CHECK(line_chart("flat", {{"x", {0, 0, 0}}}, 5, {.width = 20}) == R"(flat   ⠤⠤⠤● x
   1 ┤
     │
   0 ┤⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒●
     │
  -1 ┤
     └┬──────┬──────
epoch 1      2
)");
  CHECK(line_chart("none", {{"x", {nothing, INFINITY}}}, 5, {}).empty());
  CHECK(line_chart("none", {}, 5, {}).empty());
  CHECK(curves({}, {}).empty());
}

TEST_CASE("charts keep to the width, the colour and the character set asked for", "[view]") {
  for (const int epochs : {1, 2, 3, 17, 1000})
    for (int width = 20; width <= 200; width += epochs > 100 ? 36 : 9)
      for (const bool colour : {false, true})
        for (const bool unicode : {false, true}) {
          CAPTURE(epochs, width, colour, unicode);
          const std::string text = curves(history(epochs), {colour, width, unicode});
          CHECK(widest_line(text) <= width);
          CHECK(widest_line(text) > 0);
          CHECK(has_escapes(text) == colour);
          CHECK((unicode || is_ascii(text)));
        }
}

TEST_CASE("loss and accuracy stand side by side from 100 columns on", "[view]") {
  const std::string wide = curves(history(5), {.width = 100});
  CHECK(lines_of(wide).front().find("accuracy, %") != std::string::npos);
  const std::string narrow = curves(history(5), {.width = 99});
  CHECK(lines_of(narrow).front().find("accuracy") == std::string::npos);
  CHECK(narrow.find("\naccuracy, %") != std::string::npos);
}

TEST_CASE("a curve that is not there is not in the legend", "[view]") {
  History h = history(4);
  for (EpochRecord& r : h) r.validation_loss = r.validation_accuracy = r.accuracy = std::nullopt;
  const std::string text = curves(h, {.width = 120});
  CHECK(text.find("training") != std::string::npos);
  CHECK(text.find("validation") == std::string::npos);
  CHECK(text.find("accuracy") == std::string::npos);
}

TEST_CASE("losses too large for an axis are gaps like infinite ones", "[view]") {
  const Series all{"x", {-1e308, 1e308, 1e299, 1}};
  const Series two_of_them{"x", {nothing, INFINITY, 1e299, 1}};
  CHECK(line_chart("loss", {all}, 9, {.width = 60}) ==
        line_chart("loss", {two_of_them}, 9, {.width = 60}));
}

TEST_CASE("the epoch whose weights are kept stands upright behind the curves", "[view]") {
  const std::string text = curves(history(5), {.width = 120}, 3);
  CHECK(has(text, "┊ epoch 3: the weights that are kept\n"));
  const std::vector<std::string> lines =
      lines_of(line_chart("loss", two, 9, {.width = 40}, "epoch", 2));
  for (const std::size_t at : {1, 2, 4, 6, 7, 8, 9}) CHECK(has(lines[at], "┊"));
  CHECK_FALSE(has(lines[5], "┊"));  // there the training's curve crosses it, at 1
  CHECK(has(curves(history(5), {.width = 60, .unicode = false}, 3), ": epoch 3: the weights"));
  CHECK(curves(history(5), {.width = 120}, 5) == curves(history(5), {.width = 120}));
}
