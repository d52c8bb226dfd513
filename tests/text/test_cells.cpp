// Columns, short numbers, tables.
#include <limits>

#include "tests/catch.hpp"
#include "tests/view/look.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/table.hpp"

using namespace tracer;

TEST_CASE("columns: accents take none, Chinese takes two, escapes take none", "[text]") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("é") == 1);
  CHECK(display_width("e\u0301") == 1);
  CHECK(display_width("猫") == 2);
  CHECK(display_width("\x1b[38;5;33m猫\x1b[0m!") == 3);
}

TEST_CASE("a name that is too long is cut at its end, one with control characters made harmless",
          "[text]") {
  const Style style;
  CHECK(fit("Ankle boot", 10, style) == "Ankle boot");
  CHECK(fit("Ankle boot", 6, style) == "Ankle…");
  CHECK(fit("Ankle boot", 6, {.unicode = false}) == "Ankle~");
  CHECK(fit("猫猫猫", 4, style) == "猫…");
  CHECK(fit("Ankle boot", 0, style).empty());
  CHECK(clean("a\x1b[2Jb\nc", style) == "a�[2Jb�c");
  CHECK(clean("naïve", {.unicode = false}) == "na?ve");
  CHECK(fit_left("ab", 4, style) == "ab  ");
  CHECK(fit_right("猫", 4, style) == "  猫");
}

TEST_CASE("numbers take six columns", "[text]") {
  CHECK(short_number(0.2314) == "0.2314");
  CHECK(short_number(0) == "0.0000");
  CHECK(short_number(9.99996) == "10.000");
  CHECK(short_number(12.3456) == "12.346");
  CHECK(short_number(123.456) == "123.46");
  CHECK(short_number(99999) == "99999");
  CHECK(short_number(123456) == "1.2e5");
  CHECK(short_number(2.14e-5) == "2.1e-5");
  CHECK(short_number(0.00096) == "0.0010");
  CHECK(short_number(-0.25) == "-0.2500");
  CHECK(short_number(std::numeric_limits<double>::quiet_NaN()) == "nan");
  CHECK(short_number(-std::numeric_limits<double>::infinity()) == "-inf");
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1000) == "1,000");
  CHECK(grouped(-1234567) == "-1,234,567");
  CHECK(clock_time(3.2) == "0:04");
  CHECK(clock_time(750) == "12:30");
  CHECK(clock_time(3723) == "1:02:03");
  CHECK(clock_time(std::numeric_limits<double>::infinity()) == "-:--");
}

TEST_CASE("only what is perfect shows as 100 %", "[text]") {
  CHECK(percent(1) == "100.0 %");
  CHECK(percent(0.99999) == "99.99 %");
  CHECK(percent(0.9341) == "93.41 %");
  CHECK(percent(0) == "0.00 %");
}

TEST_CASE("a table aligns text at the left and numbers at the right", "[text]") {
  const std::vector<TableColumn> columns{{"name"}, {"samples", true}, {"what it is"}};
  const std::vector<std::vector<TableCell>> rows{
      {"circles", "400", "two rings, one inside the other"}, {"猫", "70000"}};
  CHECK(table(columns, rows, {}) ==
        "name     samples  what it is\n"
        "───────  ───────  ───────────────────────────────\n"
        "circles      400  two rings, one inside the other\n"
        "猫         70000\n");
  CHECK(table(columns, rows, {.width = 40, .unicode = false}) ==
        "name     samples  what it is\n"
        "-------  -------  ----------------------\n"
        "circles      400  two rings, one inside~\n"
        "?          70000\n");
  CHECK(table({}, {}, {}) == "\n\n");
  CHECK(table({{"only"}}, {}, {}) == "only\n────\n");
  const std::vector<TableColumn> many(30, TableColumn{"a heading", true});
  CHECK(widest_line(table(many, {}, {.width = 60})) <= 60);
}

TEST_CASE("blocks stand beside one another as far as the width goes", "[text]") {
  CHECK(beside({"ab\nc\n", "d\n"}, 2, {}) == "ab  d\nc\n");
  CHECK(beside({"aaaaaaaaaaaa\n", "bbbbbbbbbbbb\n"}, 2, {.width = 20}) ==
        "aaaaaaaaaaaa\n\nbbbbbbbbbbbb\n");
  CHECK(beside({}, 2, {}).empty());
}
