#include "tests/catch.hpp"
#include "tracer/step/screen.hpp"

namespace tracer {
namespace {

std::string text_of_row(const ScreenRow& row) {
  std::string text;
  for (const StyledText& piece : row) text += piece.text;
  return text;
}

}  // namespace

TEST_CASE("screen: escapes become pieces", "[step]") {
  const ScreenRow row =
      pieces_of("\x1b[1mForward\x1b[0m  z = \x1b[36m2.06\x1b[0m \x1b[38;5;12mx\x1b[0m");
  REQUIRE(row.size() == 5);
  CHECK(row[0].stress == Stress::bold);
  CHECK(row[0].text == "Forward");
  CHECK(row[2].stress == Stress::value);
  CHECK(row[2].text == "2.06");
  CHECK(row[4].stress == Stress::plain);
  CHECK(text_of_row(pieces_of("\x1b[")) == "");
}

TEST_CASE("screen: cut to columns, with dots where it goes on", "[step]") {
  const ScreenRow row{{"abc", Stress::bold}, {"defgh"}};
  CHECK(text_of_row(cropped(row, 0, 8)) == "abcdefgh");
  CHECK(text_of_row(cropped(row, 0, 5)) == "abcd…");
  CHECK(text_of_row(cropped(row, 2, 4)) == "…de…");
  CHECK(text_of_row(cropped(row, 2, 40)) == "…defgh");
  CHECK(width_of(filled(row, 12)) == 12);
  CHECK(text_of_row(cropped(row, 0, 1)) == "…");
  // East Asian letters have two columns
  const ScreenRow wide{{"漢字漢"}};
  for (int columns = 1; columns < 8; ++columns)
    for (int first = 0; first < 6; ++first) {
      CAPTURE(first, columns);
      CHECK(width_of(cropped(wide, first, columns)) <= columns);
    }
  CHECK(text_of_row(cropped({{"a\x1b"
                              "b"}},
                            0, 9)) ==
        "a\uFFFD"
        "b");
}

TEST_CASE("screen: signs in ASCII", "[step]") {
  Screen screen{{{{"∂L/∂w ≈ −½·x²"}}, {{"⎡1⎤ 漢"}}}, {}};
  make_ascii(screen, 40);
  CHECK(text_of(screen) == "dL/dw ~ -1/2*x^2\n[1] ?\n");
}

}  // namespace tracer
