#include "tracer/render/marking_page.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "tracer/grade/plain_signs.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/render/text_block.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/plain.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer {
namespace {

// "b1", "b1 and w2", "b1, w1 and w2"
std::string listed(const std::vector<std::string>& parts) {
  std::string text;
  for (std::size_t i = 0; i < parts.size(); ++i)
    text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
  return text;
}

// "in [0,1] (0.3894) and [1,1] (0.8070)": the entries of a matrix that have its mark
std::string entries_text(const MarkedLine& line, bool hint) {
  constexpr std::size_t most = 4;
  std::vector<std::string> parts;
  std::size_t all = 0;
  for (const MarkedEntry& entry : line.entries) {
    if (entry.mark != line.mark || ++all > most) continue;
    parts.push_back(fmt::format("[{},{}]", entry.row, entry.column));
    if (!hint) parts.back() += " (" + entry.wanted + ")";
  }
  if (all > 1 && all == line.answer.value.numbers.size()) {
    std::vector<std::string> wanted;
    for (const MarkedEntry& entry : line.entries) wanted.push_back(entry.wanted);
    const bool told = !hint && all <= most;
    return " in every entry" + (told ? fmt::format(" ({})", fmt::join(wanted, ", ")) : "");
  }
  if (all > most) parts.push_back(fmt::format("{} more", all - most));
  return " in " + listed(parts);
}

// What a line's formula comes to with the writer's own numbers.
std::string worked(const MarkedLine& line) {
  if (line.wanted.empty()) return "";
  if (!line.working) return "it comes to " + line.wanted;
  return text_line(*line.working) + " = " + line.wanted;
}

std::string carelessness(const MarkedLine& line, bool hint) {
  const std::string off = fmt::format("off by one in the last digit (rounding, not method{})",
                                      line.cut_off ? ": it was cut off" : "");
  return hint || line.wanted.empty() ? off : worked(line) + "; " + off;
}

std::string slip_text(const MarkedLine& line, const Slip& slip) {
  std::string text = text_of(slip.says);
  if (!slip.careless) return text;
  const std::string wrote = text_number(line.answer.text);
  if (slip.gives.empty()) return text + ", carelessly rounded";
  if (!slip.gives_said) text += ": that gives " + slip.gives;
  return text + fmt::format(", and {} is that, carelessly rounded", wrote);
}

std::string slips_text(const MarkedLine& line) {
  std::string text;
  for (const Slip& slip : line.slips) text += (text.empty() ? "" : "; or ") + slip_text(line, slip);
  if (line.slips.size() == 2 && !line.slips[0].finer.empty())
    text += fmt::format(" (more digits tell: {} or {})", line.slips[0].finer, line.slips[1].finer);
  return text;
}

std::string hints_text(const MarkedLine& line) {
  std::vector<std::string> hints;
  for (const Slip& slip : line.slips) {
    if (std::ranges::find(hints, slip.hint) == hints.end()) hints.push_back(slip.hint);
  }
  return hints.empty() ? "work it out again" : fmt::format("{}", fmt::join(hints, ", or "));
}

std::string wrong_text(const MarkedLine& line, bool hint) {
  std::vector<std::string> parts;
  if (!line.entries.empty() && !line.answer.transposed) {
    parts.push_back("wrong" + entries_text(line, hint));
    if (hint || !line.slips.empty()) parts.push_back(hint ? hints_text(line) : slips_text(line));
    return fmt::format("{}", fmt::join(parts, ": "));
  }
  if (hint) return "wrong: " + hints_text(line);
  if (!line.answer.transposed) parts.push_back(worked(line));
  parts.push_back(slips_text(line));
  std::erase(parts, "");
  return parts.empty() ? "wrong" : fmt::format("wrong: {}", fmt::join(parts, "; "));
}

std::string sources(const MarkedLine& line) {
  std::vector<std::string> names;
  for (const Notation& name : line.follows_from) {
    std::string text = text_line(name);  // of several steps, once
    if (std::ranges::find(names, text) == names.end()) names.push_back(std::move(text));
  }
  constexpr std::size_t most = 4;
  if (names.size() > most) {
    const std::size_t more = names.size() - most + 1;
    names.resize(most - 1);
    names.push_back(fmt::format("{} more", more));
  }
  return "your " + (names.empty() ? "rounded values" : listed(names));
}

std::string follows_text(const MarkedLine& line) { return "follows from " + sources(line); }

int colour_of(Mark mark) {
  constexpr int green = 34;
  constexpr int orange = 172;
  constexpr int red = 160;
  return mark == Mark::right ? green : mark == Mark::wrong ? red : orange;
}

std::string answer_text(const Answer& answer) {
  const std::size_t most = answer.value.scalar() ? 60 : 300;
  if (answer.text.size() <= most) return answer.name + " = " + answer.text;
  return fmt::format("{} = {} ({} characters)", answer.name, shortened(answer.text, most / 3),
                     answer.text.size());
}

class MarkingPage {
 public:
  MarkingPage(const Marking& marking, bool hint) : marking_(marking), hint_(hint) {}

  Document write() {
    if (!marking_.unreadable.empty()) {
      line(clean("Nothing of this could be marked: " + marking_.unreadable, {}));
      return std::move(page_);
    }
    const int column = answer_column();
    for (const MarkedStep& step : marking_.steps) {
      if (!step.heading.empty()) page_.push_back({PageHeading{2, step.heading}, false});
      Annotations annotated{{}, column};
      for (const MarkedLine& one : step.lines)
        annotated.lines.push_back(
            {clean(answer_text(one.answer), {}), verdict(one, hint_), colour_of(one.mark)});
      page_.push_back({std::move(annotated), false, 2});
    }
    unread();
    apart_ = true;
    for (const std::string& remark : marking_.remarks) line(remark);
    line(summary(marking_), Look::bold);
    if (const int careless = marking_.careless(); careless > 0)
      line(fmt::format("{} of them carelessly rounded (off by one in the last digit)", careless));
    line(answered());
    if (!marking_.nothing_for.empty()) line("nothing for " + listed(marking_.nothing_for));
    return std::move(page_);
  }

 private:
  void line(const std::string& text, Look look = Look::plain, int indent = 0) {
    page_.push_back({Paragraph{.text = {text}, .wrap = Paragraph::never, .look = look},
                     std::exchange(apart_, false), indent});
  }

  /// The columns that most answers fit in.
  int answer_column() const {
    constexpr int widest = 40;
    int column = 0;
    for (const MarkedStep& step : marking_.steps) {
      for (const MarkedLine& one : step.lines) {
        const int width = display_width(answer_text(one.answer));
        if (width <= widest) column = std::max(column, width);
      }
    }
    return column;
  }

  void unread() {
    if (marking_.unread.empty()) return;
    apart_ = true;
    line("Not marked, because it can't be read");
    constexpr std::size_t most = 40;
    for (std::size_t i = 0; i < std::min(most, marking_.unread.size()); ++i) {
      const UnreadLine& one = marking_.unread[i];
      line(fmt::format("line {}: {}   {}", one.line, fit(one.text, 60, {}), clean(one.why, {})),
           Look::plain, 2);
    }
    if (marking_.unread.size() > most)
      line(fmt::format("and {} more lines", marking_.unread.size() - most), Look::plain, 2);
  }

  std::string answered() const {
    std::string text = fmt::format("{} of {} lines answered", marking_.answered, marking_.asked);
    if (marking_.answered < marking_.asked)
      text += fmt::format("; what is left out is not counted as wrong ({}/{} where it is)",
                          marks_text(marking_.marks()), marks_text(marking_.of_all));
    return text;
  }

  const Marking& marking_;
  bool hint_;
  bool apart_ = false;  // what comes next
  Document page_;
};

}  // namespace

Document page_of(const Marking& marking, bool hint) { return MarkingPage(marking, hint).write(); }

std::string verdict(const MarkedLine& line, bool hint) {
  const std::string where =
      line.entries.empty() || line.mark == Mark::right ? "" : entries_text(line, hint);
  switch (line.mark) {
    case Mark::right:
      if (line.is_given()) return "as given";
      if (line.machine.empty()) return "right";
      return fmt::format("right (to the digits of {})", line.machine);
    case Mark::careless:
      return "right, rounded carelessly" + where + ": " + carelessness(line, hint);
    case Mark::follows:
      return follows_text(line);
    case Mark::follows_careless:
      return follows_text(line) + ", rounded carelessly" + where + ": " + carelessness(line, hint);
    case Mark::no_value:
      return fmt::format("not counted: with {} it has no value ({})", sources(line),
                         line.why_no_value);
    case Mark::wrong:
      return wrong_text(line, hint);
  }
  return "";
}

std::string text_of(const Phrase& phrase) {
  std::string text;
  for (const Notation& piece : phrase) {
    const std::string next = text_line(piece);
    text += (text.empty() || next.starts_with(':') || next.starts_with(';') ? "" : " ") + next;
  }
  return text;
}

std::string text_of(Mark mark) {
  constexpr std::array words{"right",    "careless", "follows", "follows, careless",
                             "no value", "wrong"};
  return words[static_cast<std::size_t>(mark)];
}

std::string summary(const Marking& marking) {
  return fmt::format("{} right, {} follow, {} wrong: {}/{}", marking.right(), marking.follow(),
                     marking.wrong(), marks_text(marking.marks()), marks_text(marking.of()));
}

std::string marks_text(const Rational& marks) {
  constexpr int digits = 6;
  return to_decimal(Exact(marks), digits, true).text;
}

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
