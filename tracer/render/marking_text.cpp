#include "tracer/render/marking_text.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/grade/plain_signs.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/render/text_block.hpp"
#include "tracer/render/text_layout.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/style.hpp"
#include "tracer/text/width.hpp"

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
  MarkingPage(const Marking& marking, const MarkingStyle& style)
      : marking_(marking), style_(style) {
    constexpr int widest = 40;
    for (const MarkedStep& step : marking.steps) {
      for (const MarkedLine& line : step.lines) {
        const int width = display_width(answer_text(line.answer));
        if (width <= widest) column_ = std::max(column_, width);
      }
    }
    style_of_view_.colour = style.colour;
  }

  std::string write() {
    if (!marking_.unreadable.empty())
      return clean("Nothing of this could be marked: " + marking_.unreadable, style_of_view_) +
             "\n";
    for (const MarkedStep& step : marking_.steps) {
      if (!step.heading.empty()) add(Palette{style_.colour}.heading(step.heading));
      for (const MarkedLine& line : step.lines) add_line(line);
    }
    if (!marking_.unread.empty()) add("\nNot marked, because it can't be read");
    constexpr std::size_t most = 40;
    for (std::size_t i = 0; i < std::min(most, marking_.unread.size()); ++i) {
      const UnreadLine& line = marking_.unread[i];
      add(fmt::format("  line {}: {}   {}", line.line, fit(line.text, 60, style_of_view_),
                      clean(line.why, style_of_view_)));
    }
    if (marking_.unread.size() > most)
      add(fmt::format("  and {} more lines", marking_.unread.size() - most));
    add("");
    for (const std::string& remark : marking_.remarks) add(remark);
    add(Palette{style_.colour}.heading(summary(marking_)));
    if (const int careless = marking_.careless(); careless > 0)
      add(fmt::format("{} of them carelessly rounded (off by one in the last digit)", careless));
    add(answered());
    return std::move(text_);
  }

 private:
  void add(const std::string& line) { text_ += line + "\n"; }

  void add_line(const MarkedLine& line) {
    const std::string answer = clean(answer_text(line.answer), style_of_view_);
    const std::string says = verdict(line, style_.hint);
    const int indent = column_ + 4;
    Lines set{says};
    if (style_.width > indent + 20) set = wrap_words(says, style_.width - indent);
    for (std::size_t i = 0; i < set.size(); ++i) {
      const std::string painted = coloured(set[i], colour_of(line.mark), style_of_view_);
      add((i == 0 ? "  " + pad_right(answer, column_) + "  " : blanks(indent)) + painted);
    }
  }

  std::string answered() const {
    std::string text = fmt::format("{} of {} lines answered", marking_.answered, marking_.asked);
    if (marking_.answered < marking_.asked) text += "; what is left out is not counted as wrong";
    if (!marking_.nothing_for.empty()) text += "\nnothing for " + listed(marking_.nothing_for);
    return text;
  }

  const Marking& marking_;
  const MarkingStyle& style_;
  Style style_of_view_;
  int column_ = 0;
  std::string text_;
};

}  // namespace

std::string to_text(const Marking& marking, const MarkingStyle& style) {
  return MarkingPage(marking, style).write();
}

std::string verdict(const MarkedLine& line, bool hint) {
  const std::string where =
      line.entries.empty() || line.mark == Mark::right ? "" : entries_text(line, hint);
  switch (line.mark) {
    case Mark::right:
      return line.is_given() ? "as given" : "right";
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
  switch (mark) {
    case Mark::right:
      return "right";
    case Mark::careless:
      return "careless";
    case Mark::follows:
      return "follows";
    case Mark::follows_careless:
      return "follows, careless";
    case Mark::no_value:
      return "no value";
    case Mark::wrong:
      return "wrong";
  }
  return "";
}

std::string summary(const Marking& marking) {
  return fmt::format("{} right, {} follow, {} wrong: {}/{}", marking.right(), marking.follow(),
                     marking.wrong(), marks_text(marking.marks()), marks_text(marking.of()));
}

std::string marks_text(const Rational& marks) {
  constexpr int digits = 6;
  return to_decimal(Exact(marks), digits, true).text;
}

}  // namespace tracer
