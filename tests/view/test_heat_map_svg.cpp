// Tables of shades in SVG.
#include "tests/catch.hpp"
#include "tests/view/svg_text.hpp"
#include "tracer/view/heat_map_svg.hpp"

using namespace tracer;

namespace {

Metrics cats_and_dogs() {
  return count_classes({0, 0, 0, 0, 1, 1}, {0, 0, 0, 1, 1, 0}, {"cat & kitten", "dog"});
}

}  // namespace

TEST_CASE("a confusion matrix has counts with shares, or shares with counts", "[view][svg]") {
  const std::string counts = confusion_svg(cats_and_dogs(), Cells::counts, "test samples");
  CHECK(is_well_formed(counts));
  CHECK(has(counts, "<title>test samples</title>"));
  CHECK(has(counts, ">3</text>\n<text"));
  CHECK(has(counts, ">75 %</text>"));
  CHECK(times("cat &amp; kitten</text>", counts) == 2);
  // of what was said to be a dog one in two is one
  const std::string columns = confusion_svg(cats_and_dogs(), Cells::columns);
  CHECK(times(">50 %</text>", columns) == 2);
  CHECK(times(">50 %</text>", counts) == 2);
  CHECK(times(">75 %</text>", columns) == 1);
  CHECK(has(counts, "class=\"wrong\""));
  CHECK(confusion_svg({}, Cells::counts).empty());
}

TEST_CASE("rows and columns are normalised apart", "[view][svg]") {
  const Metrics metrics = count_classes({0, 0, 0, 1}, {0, 1, 1, 1}, {"a", "b"});
  CHECK(metrics.confusion_shares() == std::vector<std::vector<double>>{{1.0 / 3, 2.0 / 3}, {0, 1}});
  CHECK(metrics.confusion_shares(Metrics::SharesOf::columns) ==
        std::vector<std::vector<double>>{{1, 2.0 / 3}, {0, 1.0 / 3}});
}

TEST_CASE("a matrix of many classes is shades alone, and small", "[view][svg]") {
  std::vector<int> truth;
  std::vector<int> said;
  std::vector<std::string> names;
  for (int k = 0; k < 200; ++k) {
    names.push_back("class " + std::to_string(k));
    for (int j = 0; j < 5; ++j) {
      truth.push_back(k);
      said.push_back(j == 0 ? (k * 7) % 200 : k);
    }
  }
  const std::string svg = confusion_svg(count_classes(truth, said, names), Cells::counts);
  CHECK(is_well_formed(svg));
  CHECK(svg.size() < 60'000);
  CHECK_FALSE(has(svg, ">4</text>"));
}

TEST_CASE("only what is nothing or all shows as 0 or 100 %", "[view]") {
  CHECK(whole_percent(0) == "0");
  CHECK(whole_percent(1.0 / 200) == "<1");
  CHECK(whole_percent(0.0051) == "1");
  CHECK(whole_percent(199.0 / 200) == "99");
  CHECK(whole_percent(1) == "100");
}
