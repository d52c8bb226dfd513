// Sheets of cells, and of braille dots.
#include "tests/catch.hpp"
#include "tests/view/look.hpp"
#include "tracer/view/canvas.hpp"

using namespace tracer;

namespace {

const Style coloured_style{.colour = true};

}  // namespace

TEST_CASE("a sheet becomes lines without blanks at their ends", "[view][canvas]") {
  Canvas sheet(6, 3);
  sheet.write(1, 0, "ab");
  sheet.at(5, 2).c = U'×';
  CHECK(sheet.text({}) == " ab\n\n     ×\n");
  CHECK(Canvas(0, 0).text({}).empty());
  CHECK(Canvas(-1, 2).text({}) == "\n\n");
}

TEST_CASE("what would fall off the sheet is left out, a wide letter as a whole", "[view][canvas]") {
  Canvas sheet(4, 1);
  sheet.write(-1, 0, "xyz");
  sheet.write(0, 1, "below");
  sheet.write(3, 0, "猫");
  CHECK(sheet.text({}) == "yz\n");
  sheet.write(2, 0, "猫!");
  CHECK(sheet.text({}) == "yz猫\n");
  CHECK(widest_line(sheet.text({})) == 4);
}

TEST_CASE("colour is set where it changes, and every line ends in the terminal's own",
          "[view][canvas]") {
  Canvas sheet(4, 2);
  sheet.write(0, 0, "a", 33);
  sheet.write(2, 0, "b", 33);
  sheet.write(0, 1, "c");
  CHECK(sheet.text(coloured_style) == "\x1b[38;5;33ma b\x1b[0m\nc\n");
  CHECK(sheet.text({}) == "a b\nc\n");
  Canvas paper(2, 1);
  paper.at(1, 0).paper = 22;  // coloured ground is seen, though nothing is written on it
  CHECK(paper.text(coloured_style) == " \x1b[48;5;22m \x1b[0m\n");
  CHECK(paper.text({}) == "\n");
}

TEST_CASE("braille: the dots of a character, two across and four down", "[view][canvas]") {
  Braille sheet(2, 1);
  CHECK(sheet.character(0, 0) == U' ');
  for (int y = 0; y < 4; ++y) {
    for (int x = 0; x < 2; ++x) sheet.dot(x, y);
  }
  CHECK(sheet.character(0, 0) == U'⣿');
  sheet.dot(2, 0);
  CHECK(sheet.character(1, 0) == U'⠁');
  sheet.dot(3, 3);
  CHECK(sheet.character(1, 0) == U'⢁');
  sheet.dot(4, 0);  // off the sheet
  sheet.dot(0, -1);
  CHECK(sheet.character(1, 0) == U'⢁');
}

TEST_CASE("braille: lines are solid or dashed, and dashes go on from line to line",
          "[view][canvas]") {
  const auto row_of = [](const Braille& sheet) {
    std::u32string row;
    for (int column = 0; column < sheet.dots_across() / 2; ++column)
      row += sheet.character(column, 0);
    return row;
  };
  Braille solid(3, 1);
  int phase = 0;
  solid.line(5, 0, 0, 0, {}, phase);
  CHECK(row_of(solid) == U"⠉⠉⠉");
  CHECK(phase == 6);
  Braille dashed(4, 1);
  phase = 0;
  dashed.line(0, 0, 3, 0, {2, 4}, phase);
  dashed.line(4, 0, 7, 0, {2, 4}, phase);
  CHECK(row_of(dashed) == U"⠉ ⠉ ");
  Braille slope(1, 1);
  phase = 0;
  slope.line(0, 0, 1, 3, {}, phase);
  CHECK(slope.character(0, 0) == U'⢣');
}
