// Colours and marks: the same for a class in every picture.
#include <set>

#include "tests/catch.hpp"
#include "tracer/view/canvas.hpp"

using namespace tracer;

TEST_CASE("without colour there are no escapes, and -1 is the terminal's own", "[view][style]") {
  const Style plain{}, colour{.colour = true};
  CHECK(ink(208, plain).empty());
  CHECK(ink_off(plain).empty());
  CHECK(coloured("text", 208, plain) == "text");
  CHECK(ink(208, colour) == "\x1b[38;5;208m");
  CHECK(coloured("text", 208, colour) == "\x1b[38;5;208mtext\x1b[0m");
  CHECK(coloured("text", -1, colour) == "text");
  CHECK(coloured("", 208, colour).empty());
}

TEST_CASE("ten classes look different in every way, the eleventh begins again", "[view][style]") {
  const Style unicode{}, ascii{.unicode = false};
  std::set<int> inks, brights, grounds;
  std::set<unsigned> files;
  std::set<char32_t> marks, ascii_marks, ground_marks;
  for (std::size_t which = 0; which < 10; ++which) {
    inks.insert(class_colour(which));
    brights.insert(class_bright(which));
    grounds.insert(class_ground(which));
    files.insert(class_rgb(which));
    marks.insert(class_mark(which, unicode));
    ascii_marks.insert(class_mark(which, ascii));
    ground_marks.insert(ground_mark(which, unicode));
  }
  for (const std::size_t different : {inks.size(), brights.size(), grounds.size(), files.size(),
                                      marks.size(), ascii_marks.size(), ground_marks.size()})
    CHECK(different == 10);
  CHECK(class_colour(10) == class_colour(0));
}

TEST_CASE("marks go on with letters, and are ASCII where the locale is not UTF-8",
          "[view][style]") {
  const Style ascii{.unicode = false};
  std::set<char32_t> marks;
  for (std::size_t which = 0; which < 60; ++which) {
    CHECK(class_mark(which, ascii) < 0x80);
    CHECK(ground_mark(which, ascii) < 0x80);
    marks.insert(class_mark(which, {}));
  }
  CHECK(marks.size() == 60);
  CHECK(class_mark(0, {}) == U'●');
  CHECK(class_mark(10, {}) == U'a');
}

TEST_CASE("shades go from nothing to all, and no picture is drawn in fewer than 20 columns",
          "[view][style]") {
  CHECK(shades({}).front() == U' ');
  CHECK(shades({}).back() == U'█');
  CHECK(shades({.unicode = false}).back() == U'@');
  CHECK(usable_width({.width = 7}) == 20);
  CHECK(usable_width({.width = 100}) == 100);
}
