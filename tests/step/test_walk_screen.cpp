#include "tests/catch.hpp"
#include "tests/step/walks.hpp"
#include "tests/view/look.hpp"

namespace tracer {
namespace {

using Kind = Key::Kind;

// As many rows as there are, none wider than the window, none with an escape.
void check_fits(const Walked& walked, ScreenSize size) {
  const Screen screen = screen_of(walked.walk, size, {});
  CAPTURE(size.columns, size.rows, text_of(screen));
  CHECK(static_cast<int>(screen.rows.size()) <= size.rows);
  CHECK(widest_line(text_of(screen)) <= size.columns);
  CHECK(!has_escapes(text_of(screen)));
}

}  // namespace

TEST_CASE("screen of a walk: the list beside the working", "[step]") {
  Walked walked("relu-1-1-1");
  walked.answer("2", "");
  walked.answer("/", "dL/dw2");
  CHECK(walked.screen({80, 20}) ==
        " Sample 2 of 3: backward 2 of 7   One hidden ReLU neuron, three samp…  decimals\n"
        "  Given               │ Sample 2 of 3: x = 2, y = 4\n"
        " Forward              │\n"
        "  z1      2.06        │   Backward  L ─→ z2 ─→ a1 ─→ z1: what came from above ×\n"
        "  a1      2.06        │             the local slope\n"
        "  z2      2.121       │     ∂L/∂w2 = ∂L/∂z2 · ∂z2/∂w2 = ∂L/∂z2 · a1\n"
        "  L       1.765       │            = (−1.8788)(2.06)\n"
        " Backward             │            = −3.870328\n"
        "  ∂L/∂z2  −1.879      │\n"
        "> ∂L/∂w2  −3.870      │   Made of\n"
        "  ∂L/∂b2              │     ∂L/∂z2 = −1.8788   backward\n"
        "  ∂L/∂a1              │     a1     = 2.06      forward\n"
        "  ∂L/∂z1              │\n"
        "  ∂L/∂w1              │\n"
        "  ∂L/∂b1              │\n"
        " Update               │\n"
        "  w1                  │\n"
        "  b1                  │\n"
        "  w2                  │\n"
        " → next  ← back  / go to  = change  p predict  v numbers  ? help  q quit\n");
}

TEST_CASE("screen of a walk: results and reasons stand out as on the page", "[step]") {
  Walked walked("relu-1-1-1");
  walked.answer("2", "");
  walked.answer("/", "dL/da1");
  std::vector<std::string> values, faint;
  const Screen screen = screen_of(walked.walk, {100, 24}, {});
  for (const ScreenRow& row : screen.rows)
    for (const StyledText& piece : row) {
      if (piece.stress == Stress::value) values.push_back(piece.text);
      if (piece.stress == Stress::faint) faint.push_back(piece.text);
    }
  REQUIRE(!values.empty());
  CHECK(has(values.front(), "−1.916376"));
  CHECK(std::ranges::find(faint, "(w2 from the forward pass, not the updated one)") != faint.end());
}

TEST_CASE("screen of a walk: any size is filled and nothing is wider", "[step]") {
  for (const std::string lesson : {"xor-2-2-1", "attention-2x2", "skip-connection"}) {
    Walked walked(lesson);
    for (int move = 0; move < 12; ++move) {
      for (const ScreenSize size :
           {ScreenSize{80, 24}, {120, 40}, {40, 12}, {32, 8}, {72, 9}, {200, 60}})
        check_fits(walked, size);
      if (move == 6) walked.press(Kind::tab);
      walked.press(Kind::right, 2);
    }
    walked.type("?");
    check_fits(walked, {40, 12});
  }
}

TEST_CASE("screen of a walk: too small says so, and comes back", "[step]") {
  Walked walked("relu-1-1-1");
  walked.press(Kind::right, 3);
  const std::string before = walked.screen();
  const std::string small = walked.screen({31, 24});
  CHECK(has(small, "This window has 31 columns and"));
  CHECK(has(small, "32 and 8 are"));
  for (const ScreenSize size : {ScreenSize{20, 5}, {1, 1}, {80, 7}, {7, 80}}) {
    check_fits(walked, size);
    walked.press(Kind::resized);
  }
  CHECK(walked.screen() == before);
}

TEST_CASE("screen of a walk: the graph fills as it goes, its active node stands out", "[step]") {
  Walked walked("relu-1-1-1");
  walked.type("t");
  walked.answer("/", "a1");
  CHECK(has(walked.screen(), "─ z1 = 1 ─┘"));
  CHECK(has(walked.screen(), "┌─ a1 = 1 ─┐"));
  CHECK(!has(walked.screen(), "z2 ="));
  const Screen screen = screen_of(walked.walk, {80, 24}, {});
  std::vector<std::string> active, bold;
  for (const ScreenRow& row : screen.rows)
    for (const StyledText& piece : row) {
      if (piece.stress == Stress::active) active.push_back(piece.text);
      if (piece.stress == Stress::bold) bold.push_back(piece.text);
    }
  CHECK(active == std::vector<std::string>{"a1"});
  CHECK(std::ranges::find(bold, "z1") != bold.end());
  walked.answer("/", "dL/da1");
  CHECK(has(walked.screen(), "a1 = 1  ∂ −2"));
  walked.type("p");
  walked.press(Kind::home);
  walked.answer("/", "z1");
  CHECK(!has(walked.screen(), "z1 = 1"));
}

TEST_CASE("screen of a walk: large matrices are cut to a corner, long workings scroll", "[step]") {
  const Source large("large",
                     "param W = kaiming(40, 30)\ninput x = ones(30, 1)\nz = W @ x\nL = sum(z**2)\n"
                     "train L with sgd(lr=0.1)\n");
  Walked walked(large);
  walked.answer("/", "z");
  CHECK(has(walked.screen(), "40×1"));
  check_fits(walked, {80, 24});
  walked.type("p");
  walked.answer("=", "x = 1");
  CHECK(!walked.walk.message().text.empty());

  const Source tall("tall",
                    "param W = kaiming(12, 2)\ninput x = [1, 2]\nz = W @ x\nL = sum(z**2)\n");
  Walked scrolled(tall);
  scrolled.answer("/", "z");
  const std::string top = scrolled.screen({60, 14});
  CHECK(has(top, "more rows: J"));
  scrolled.type("JJJ");
  const Screen moved = screen_of(scrolled.walk, {60, 14}, {});
  CHECK(moved.scrolled == 3);
  for (int i = 0; i < 200; ++i) scrolled.type("J");
  const Screen bottom = screen_of(scrolled.walk, {60, 14}, {});
  CHECK(bottom.scrolled < 40);
  scrolled.walk.limit_scroll(bottom.scrolled);
  CHECK(scrolled.walk.scrolled() == bottom.scrolled);
  scrolled.type("K");
  CHECK(scrolled.walk.scrolled() == bottom.scrolled - 1);
}

TEST_CASE("screen of a walk: in ASCII where the terminal has no more", "[step]") {
  Walked walked("xor-2-2-1");
  walked.answer("/", "dL/ds");
  for (const ScreenSize size : {ScreenSize{80, 24}, {40, 12}}) {
    const std::string text = walked.screen(size, {.unicode = false});
    CHECK(is_ascii(text));
    CHECK(widest_line(text) <= size.columns);
    CHECK(has(text, "dL/ds = dL/dp * dp/ds"));
  }
  walked.type("t");
  CHECK(is_ascii(walked.screen({80, 24}, {.unicode = false})));
  walked.type("?");
  CHECK(is_ascii(walked.screen({80, 24}, {.unicode = false})));
}

TEST_CASE("screen of a walk: the help has every key, and scrolls", "[step]") {
  Walked walked("relu-1-1-1");
  walked.type("?");
  const std::string whole = walked.screen({100, 60});
  for (const std::string word :
       {"PgDn", "Home", "fractions", "graph", "w1 = 0.7", "Predict", "Ctrl-C"})
    CHECK(has(whole, word));
  const std::string top = walked.screen({40, 12});
  walked.press(Kind::down, 3);
  CHECK(walked.screen({40, 12}) != top);
  walked.type("x");
  CHECK(!walked.walk.helping());
}

TEST_CASE("screen of a walk: what is typed stands at the bottom, with the cursor", "[step]") {
  Walked walked("relu-1-1-1");
  walked.type("=w1 = −0.7");
  Screen screen = screen_of(walked.walk, {80, 24}, {});
  CHECK(has(text_of(screen), " change (w1 = 0.7): w1 = −0.7\n"));
  REQUIRE(screen.cursor);
  CHECK(screen.cursor->first == 23);
  CHECK(screen.cursor->second == 29);
  walked.press(Kind::backspace, 3);
  CHECK(has(walked.screen(), "change (w1 = 0.7): w1 = −\n"));
  walked.type(std::string(500, '1'));
  check_fits(walked, {40, 12});
  screen = screen_of(walked.walk, {40, 12}, {});
  REQUIRE(screen.cursor);
  CHECK(screen.cursor->second == 38);
}

TEST_CASE("screen of a walk: a title can't command the terminal", "[step]") {
  Walked walked(Source("t", "# A \x1b[31mred\x1b[0m <script> title\nparam w = 1\nL = w**2\n"));
  check_fits(walked, {80, 24});
}

}  // namespace tracer
