// The marks of a class as a page: a line for each who handed something in, and which lines went
// wrong most often.
//
//   name  marks  right  follow  wrong  careless  answered of all  went wrong
//   ────  ─────  ─────  ──────  ─────  ────────  ───────────────  ───────────
//   ada   34/36     29       5      2         2            36/45  swapped (2)
//   bob   36/36     36       0      0         0            36/45
//   cem                                                     0/45  unreadable
//
//   Went wrong most often
//     Sample 2: b1: 2 of 3 (swapped: 2)
#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "tracer/render/marking_page.hpp"
#include "tracer/render/text_block.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

// The kinds of slips of one sheet, the most frequent first: "sign (2), swapped".
std::string went_wrong(const Marking& marking) {
  std::map<std::string, int> counts;
  for (const MarkedStep& step : marking.steps) {
    for (const MarkedLine& line : step.lines) {
      if (line.mark != Mark::wrong) continue;
      ++counts[line.slips.empty() ? "no known slip" : line.slips.front().kind];
    }
  }
  std::vector<std::pair<std::string, int>> kinds(counts.begin(), counts.end());
  std::ranges::stable_sort(kinds, std::greater<>(), &std::pair<std::string, int>::second);
  std::string text;
  for (const auto& [kind, count] : kinds)
    text += (text.empty() ? "" : ", ") + kind + (count > 1 ? fmt::format(" ({})", count) : "");
  return text;
}

struct WrongLine {
  std::string place;  ///< "Sample 2: ∂L/∂w1"
  int count = 0;
  std::map<std::string, int> kinds;
};

// The lines that went wrong for more than one, most often first.
std::vector<WrongLine> wrong_lines(const std::vector<Marking>& markings) {
  std::map<PageLine, WrongLine> by_line;
  for (const Marking& marking : markings) {
    std::set<PageLine> counted;  // entries of one matrix are one line
    for (const MarkedStep& step : marking.steps) {
      for (const MarkedLine& line : step.lines) {
        if (line.mark != Mark::wrong || !counted.insert(line.line).second) continue;
        WrongLine& wrong = by_line[line.line];
        wrong.place = (step.heading.empty() ? "" : step.heading + ": ") + text_line(line.display);
        ++wrong.count;
        if (!line.slips.empty()) ++wrong.kinds[line.slips.front().kind];
      }
    }
  }
  std::vector<WrongLine> all;
  for (const auto& [line, wrong] : by_line) {
    if (wrong.count > 1) all.push_back(wrong);
  }
  std::ranges::stable_sort(all, std::greater<>(), &WrongLine::count);
  return all;
}

}  // namespace

Document page_of(const std::vector<Marking>& markings) {
  TableBlock table{{{"name"},
                    {"marks", true},
                    {"right", true},
                    {"follow", true},
                    {"wrong", true},
                    {"careless", true},
                    {"answered of all", true},
                    {"went wrong"}},
                   {}};
  for (const Marking& marking : markings) {
    if (!marking.unreadable.empty()) {
      table.rows.push_back(
          {marking.name, "", "", "", "", "", fmt::format("0/{}", marking.asked), "unreadable"});
      continue;
    }
    table.rows.push_back(
        {marking.name, fmt::format("{}/{}", marks_text(marking.marks()), marks_text(marking.of())),
         std::to_string(marking.right()), std::to_string(marking.follow()),
         std::to_string(marking.wrong()), std::to_string(marking.careless()),
         fmt::format("{}/{}", marking.answered, marking.asked), went_wrong(marking)});
  }
  Document page{{std::move(table)}};
  const std::vector<WrongLine> wrong = wrong_lines(markings);
  const auto readable = std::ranges::count_if(
      markings, [](const Marking& marking) { return marking.unreadable.empty(); });
  if (!wrong.empty()) page.push_back({PageHeading{2, "Went wrong most often", {}, Look::plain}});
  constexpr std::size_t most = 10;
  for (std::size_t i = 0; i < std::min(most, wrong.size()); ++i) {
    const auto kind =
        std::ranges::max_element(wrong[i].kinds, {}, [](const auto& one) { return one.second; });
    std::string text = fmt::format("{}: {} of {}", wrong[i].place, wrong[i].count, readable);
    if (kind != wrong[i].kinds.end()) text += fmt::format(" ({}: {})", kind->first, kind->second);
    page.push_back({Paragraph{{text}, Paragraph::never}, false, 2});
  }
  return page;
}

std::string class_csv(const std::vector<Marking>& markings) {
  std::string text =
      "name,marks,of,right,careless,follow,wrong,answered,asked,unread,went_wrong\r\n";
  for (const Marking& marking : markings) {
    if (!marking.unreadable.empty()) {
      text += fmt::format("{},,,,,,,0,{},,unreadable\r\n", csv_field(marking.name), marking.asked);
      continue;
    }
    text += fmt::format("{},{},{},{},{},{},{},{},{},{},{}\r\n", csv_field(marking.name),
                        marks_text(marking.marks()), marks_text(marking.of()), marking.right(),
                        marking.careless(), marking.follow(), marking.wrong(), marking.answered,
                        marking.asked, marking.unread.size(), csv_field(went_wrong(marking)));
  }
  return text;
}

}  // namespace tracer
