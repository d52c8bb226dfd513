// The confusion matrix in the terminal.
#include "tests/catch.hpp"
#include "tests/view/look.hpp"
#include "tracer/view/report.hpp"

using namespace tracer;

namespace {

Metrics three() {
  return count_classes({0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2},
                       {0, 0, 0, 1, 2, 1, 1, 1, 1, 1, 0, 2, 2, 2, 0, 0}, {"cat", "dog", "horse"});
}

Metrics many(int classes, const std::string& name, int each) {
  std::vector<int> truth;
  std::vector<int> predicted;
  std::vector<std::string> names;
  for (int i = 0; i < classes; ++i) {
    names.push_back(name + std::to_string(i));
    for (int j = 0; j < each; ++j) {
      truth.push_back(i);
      predicted.push_back(j % 10 == 0 ? (i + 1) % classes : i);
    }
  }
  return count_classes(truth, predicted, names);
}

}  // namespace

TEST_CASE("the matrix has a row for each true class and counts in its cells", "[view]") {
  CHECK(confusion_matrix(three(), {.width = 60}) ==
        "true  predicted\n"
        "         cat    dog  horse\n"
        "cat        3▓     1░     1░\n"
        "dog        1░     5▓     1░\n"
        "horse      2▒     ·      2▒\n"
        "% of the row: ░ 1–25 ▒ –50 ▓ –75 █ –100\n");
  CHECK(confusion_matrix(three(), {.width = 60, .unicode = false}) ==
        "true  predicted\n"
        "         cat    dog  horse\n"
        "cat        3*     1:     1:\n"
        "dog        1:     5#     1:\n"
        "horse      2+     .      2+\n"
        "% of the row: . : - = + * # % @ 1-100\n");
}

TEST_CASE("shares of the rows stand in the cells where they are asked for", "[view]") {
  CHECK(confusion_matrix(three(), {.width = 60}, Cells::rows) ==
        "true  predicted\n"
        "         cat    dog  horse\n"
        "cat       60▓    20░    20░\n"
        "dog       14░    71▓    14░\n"
        "horse     50▒     ·     50▒\n"
        "% of the row: ░ 1–25 ▒ –50 ▓ –75 █ –100\n");
}

TEST_CASE("with colour the paper of a cell is its share, blue where right and red where wrong",
          "[view]") {
  const std::string text = confusion_matrix(three(), {.colour = true, .width = 60});
  CHECK(without_escapes(text) ==
        "true  predicted\n"
        "         cat    dog  horse\n"
        "cat        3      1      1 \n"
        "dog        1      5      1 \n"
        "horse      2      ·      2 \n");
  // 2 of 4 is half way up either scale: 3 of 0 ... 6, and √½ of 0 ... 4 is 2.8
  const std::string horse = lines_of(text).back();
  CHECK(horse.find("\x1b[48;5;160m     \x1b[38;5;231m2 ") != std::string::npos);
  CHECK(horse.find("\x1b[48;5;25m") != std::string::npos);
}

TEST_CASE("columns are numbered where names are too long for them", "[view]") {
  Metrics m = three();
  m.classes[0] = "a cat with a long name";
  CHECK(confusion_matrix(m, {.width = 40}) ==
        "true       predicted\n"
        "            0  1  2\n"
        "0 a cat w…  3▓ 1░ 1░\n"
        "1 dog       1░ 5▓ 1░\n"
        "2 horse     2▒ ·  2▒\n"
        "% of the row: ░ 1–25 ▒ –50 ▓ –75 █ –100\n");
}

TEST_CASE("a matrix too wide for counts shows shares, then shades, then the worst pairs",
          "[view]") {
  const Metrics ten = many(10, "", 200000);
  CHECK(confusion_matrix(ten, {.colour = true, .width = 100}).find("180000") != std::string::npos);
  const std::string shares = confusion_matrix(ten, {.colour = true, .width = 60});
  CHECK(shares.find("180000") == std::string::npos);
  CHECK(shares.find("90") != std::string::npos);
  CHECK(shares.find("% of the row") != std::string::npos);
  const std::string shades = confusion_matrix(ten, {.width = 30});
  CHECK(shades.find("9 ") != std::string::npos);
  CHECK(shades.find("90") == std::string::npos);
  CHECK(shades.find("██") != std::string::npos);
  const std::string list = confusion_matrix(many(100, "class ", 10), {.width = 80});
  CHECK(list.substr(0, list.find('\n')) ==
        "a matrix of 100 classes needs more than 80 columns; most often mistaken:");
  CHECK(list.find("class 0   class 1          1       10.00 %") != std::string::npos);
}

TEST_CASE("no matrix is wider than the terminal, in any number of classes", "[view]") {
  for (const int classes : {1, 2, 10, 30, 100})
    for (const std::string name : {"", "猫", "a long name of a class, number "})
      for (int width = 40; width <= 200; width += 16)
        for (const bool colour : {false, true})
          for (const bool unicode : {false, true}) {
            CAPTURE(classes, name, width, colour, unicode);
            const std::string text =
                confusion_matrix(many(classes, name, 20), {colour, width, unicode});
            CHECK(widest_line(text) <= width);
            CHECK((colour || !has_escapes(text)));
            CHECK((unicode || is_ascii(text)));
          }
}

TEST_CASE("the list has the largest confusions first, or says that there are none", "[view]") {
  CHECK(confusion_list(three(), 1, {}) ==
        "true   predicted  samples  of the class\n"
        "─────  ─────────  ───────  ────────────\n"
        "horse  cat              2       50.00 %\n");
  CHECK(confusion_list(count_classes({0, 1}, {0, 1}, {"a", "b"}), 5, {}) ==
        "no sample was mistaken\n");
  CHECK(confusion_matrix(Metrics{}, {}).empty());
}
