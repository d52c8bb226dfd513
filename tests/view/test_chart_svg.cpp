// Line charts in SVG: curves of a training, precision over recall.
#include <cmath>

#include "tests/catch.hpp"
#include "tests/view/svg_text.hpp"
#include "tracer/view/chart_svg.hpp"
#include "tracer/view/ranking_svg.hpp"

using namespace tracer;

namespace {

History history_of(int epochs, bool with_validation) {
  History history;
  for (int k = 1; k <= epochs; ++k) {
    EpochRecord record;
    record.epoch = k;
    record.loss = 1.0 / k;
    record.accuracy = 1 - 0.5 / k;
    if (with_validation) record.validation_loss = 1.5 / k;
    history.push_back(record);
  }
  return history;
}

}  // namespace

TEST_CASE("curves are a chart of loss and one of accuracy, dashed for validation", "[view][svg]") {
  const std::string svg = curves_svg(history_of(5, true));
  CHECK(is_well_formed(svg));
  CHECK(times("<svg ", svg) == 2);
  CHECK(has(svg, "<title>loss</title>"));
  CHECK(has(svg, "<title>accuracy, %</title>"));
  CHECK(times(">training</text>", svg) == 2);
  CHECK(times(">validation</text>", svg) == 1);
  CHECK(has(svg,
            "class=\"l1\" stroke=\"#ff7f0e\" fill=\"none\" stroke-width=\"1.8\" "
            "stroke-dasharray=\"7 4\""));
  CHECK(curves_svg({}).empty());
}

TEST_CASE("the epoch whose weights are kept is marked, unless it is the last", "[view][svg]") {
  const History history = history_of(5, true);
  CHECK(times(">epoch 3: the weights that are kept</text>", curves_svg(history, 3)) == 2);
  CHECK_FALSE(has(curves_svg(history, 5), "are kept"));
  CHECK_FALSE(has(curves_svg(history), "are kept"));
}

TEST_CASE("a value that is not finite leaves a gap, in lines and bands", "[view][svg]") {
  ChartLine line{.name = "a", .x = {1, 2, 3, 4, 5}, .y = {1, 2, NAN, 2, 1}};
  line.low = {0, 1, NAN, 1, 0};
  line.high = {2, 3, NAN, 3, 2};
  const std::string svg = chart_svg({.title = "t & u", .lines = {line}});
  CHECK(is_well_formed(svg));
  CHECK(has(svg, "<title>t &amp; u</title>"));
  const std::size_t at = svg.find("fill=\"none\"", svg.find("fill-opacity"));
  const std::string path =
      svg.substr(svg.find("d=\"", at), svg.find("/>", at) - svg.find("d=\"", at));
  CHECK(times("M", path) == 2);
  CHECK(times("Z", svg.substr(svg.find("fill-opacity"), 300)) == 2);
  line.y.assign(5, INFINITY);
  line.low.clear();
  line.high.clear();
  CHECK(chart_svg({.lines = {line}}).empty());
}

TEST_CASE("of many points a chart keeps the ends and extremes of each pixel", "[view][svg]") {
  ChartLine line;
  constexpr int many = 100'000;
  for (int k = 0; k < many; ++k) {
    line.x.push_back(k);
    line.y.push_back(k == many / 2 ? 100 : k % 2);
  }
  const std::string svg = chart_svg({.lines = {line}});
  CHECK(svg.size() < 40'000);
  // the peak is at the top of the plot, 34 pixels down
  CHECK(has(svg, " 34L"));
}

TEST_CASE("steps keep their height to the next point", "[view][svg]") {
  const std::string svg =
      chart_svg({.lines = {{.x = {0, 1}, .y = {0, 1}, .kind = ChartLine::Kind::steps}}});
  const std::size_t at = svg.find(" d=\"M");
  const std::string path = svg.substr(at, svg.find("/>", at) - at);
  CHECK(path.find('V') < path.find('H'));
  CHECK_FALSE(has(path, "L"));
}

TEST_CASE("a ranking is three charts, with the precision of a guess", "[view][svg]") {
  Array<float> scores(2, 4);
  scores << 0.9F, 0.6F, 0.4F, 0.2F, 0.1F, 0.4F, 0.6F, 0.8F;
  const std::string svg = ranking_svg(ranking_of({0, 1, 0, 1}, scores), {"cat", "<dog>"});
  CHECK(is_well_formed(svg));
  CHECK(times("<svg ", svg) == 3);
  CHECK(has(svg, ">cat, AP 0.833</text>"));
  CHECK(has(svg, ">&lt;dog&gt;, area 0.750</text>"));
  CHECK(times("stroke-dasharray=\"1 4\"", svg) == 4);  // two guesses, two diagonals
  CHECK(ranking_svg({}, {}).empty());
}
