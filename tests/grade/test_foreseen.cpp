// What a page lays down of slips is what the marker says of whoever makes them.
#include <algorithm>

#include "tests/catch.hpp"
#include "tests/grade/marked.hpp"
#include "tracer/grade/foreseen.hpp"

namespace tracer {
namespace {

using test::written;

constexpr Eigen::Index most_entries = 16;
constexpr std::size_t most_slips = 12;

std::vector<std::string> told_of(const MarkedLine& line) {
  std::vector<std::string> told;
  for (const Slip& slip : line.slips) told.push_back(text_of(slip.says));
  return told;
}

}  // namespace

TEST_CASE("Foreseen slips: written on a sheet, the marker names the same", "[grade][foreseen]") {
  const std::string name = GENERATE("relu-1-1-1", "softmax-layer", "xor-2-2-1");
  CAPTURE(name);
  const Program program = test::shipped_lesson(name);
  LessonPages pages(program, Working{128, 4096});
  const int step = name == "softmax-layer" ? 1 : 2;
  const ForeseenSlips foreseen = foreseen_slips(pages, step, step, most_entries, most_slips);
  int compared = 0;
  for (const auto& [line, slips] : foreseen) {
    const Array<Exact>& right = pages.pages().computed.at(line);
    CAPTURE(pages.label(line));
    CHECK(line.step == step);
    CHECK(slips.size() <= most_slips);
    bool weak = false;
    for (const ForeseenSlip& slip : slips) {
      CAPTURE(text_of(slip.says));
      CHECK(slip.gives.rows() == right.rows());
      CHECK(slip.gives.cols() == right.cols());
      bool same = true;
      for (Eigen::Index k = 0; k < right.size(); ++k)
        same = same && (right(k) - slip.gives(k)).contains_zero();
      CHECK(!same);
      CHECK((slip.weak || !weak));  // the surer ones first
      weak = slip.weak;
      if (slip.weak) continue;
      constexpr int decimals = 9;
      const std::string heading = pages.heading(step).empty() ? "" : pages.heading(step) + "\n";
      const std::string sheet =
          heading + pages.label(line) + " = " + written(slip.gives, decimals) + "\n";
      CAPTURE(sheet);
      const MarkedLine marked =
          test::line_of(test::marked(program, sheet), step, pages.label(line));
      const std::vector<std::string> told = told_of(marked);
      CAPTURE(verdict(marked, false));
      // "not divided by m" and "not divided by the m = 2 samples" are one story
      const std::string begin = text_of(slip.says).substr(0, 14);
      CHECK(std::ranges::any_of(
          told, [&](const std::string& story) { return story.starts_with(begin); }));
      ++compared;
    }
  }
  CHECK(compared > 20);
}

TEST_CASE("Foreseen slips: those that are known by name are there", "[grade][foreseen]") {
  const Program program = test::shipped_lesson("relu-1-1-1");
  LessonPages pages(program, Working{128, 4096});
  const ForeseenSlips foreseen = foreseen_slips(pages, 1, 2, most_entries, most_slips);
  const auto gives = [&](PageLine::Kind kind, const std::string& name, const std::string& says) {
    for (const ForeseenSlip& slip : foreseen.at({2, kind, name, ""}))
      if (text_of(slip.says) == says) return written(slip.gives, 4);
    return std::string("none");
  };
  // w1 = b1 = 0.02 away from 1 and 0, x = 2: worked out by hand
  CHECK(gives(PageLine::Kind::value, "z1", "the term b1 was left out") == "2.0400");
  CHECK(gives(PageLine::Kind::gradient, "w1", "the sign is turned") == "3.8328");
  CHECK(gives(PageLine::Kind::update, "b1", "the learning rate was forgotten") == "1.9364");
  CHECK(gives(PageLine::Kind::update, "b1", "this is b1 before the update") == "0.0200");
  CHECK(foreseen_slips(pages, 1, 1, 0, most_slips).empty());
}

}  // namespace tracer
