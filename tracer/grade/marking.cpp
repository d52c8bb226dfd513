#include "tracer/grade/marking.hpp"

#include <algorithm>
#include <functional>
#include <set>

#include "tracer/grade/slips.hpp"
#include "tracer/grade/unwritten.hpp"

namespace tracer {

namespace {

template <class Number>
Number sum_over_lines(const Marking& marking, const auto& of_line) {
  Number sum = 0;
  for (const MarkedStep& step : marking.steps) {
    for (const MarkedLine& line : step.lines) sum += of_line(line);
  }
  return sum;
}

}  // namespace

int Marking::count(Mark mark) const {
  return sum_over_lines<int>(
      *this, [&](const MarkedLine& line) { return line.mark == mark && !line.is_given() ? 1 : 0; });
}

Rational Marking::marks() const {
  return sum_over_lines<Rational>(*this, std::mem_fn(&MarkedLine::marks));
}

Rational Marking::of() const {
  return sum_over_lines<Rational>(*this, std::mem_fn(&MarkedLine::of));
}

namespace {

const PageLine& of_marked(const MarkedLine* line) { return line->line; }

class Marker {
 public:
  /// All must outlive this.
  Marker(LessonPages& lesson, const AnswerSheet& sheet, const OwnPages& pages, const Scheme& scheme)
      : lesson_(lesson),
        sheet_(sheet),
        scheme_(scheme),
        pages_(pages),
        own_(lesson, sheet, pages.own),
        marks_(own_, pages),
        right_(lesson, sheet, lesson.pages()) {}

  /// An answer that bears a mistake in a line that is not written.
  MarkedLine bearing(const Answer& answer, const Slip& slip) {
    MarkedLine line = marked(answer);
    show_working(line);
    line.slips = {slip};
    return line;
  }

  /// `bearers`: by their place on the sheet; `unwritten`: the lines that they bear the mistakes of.
  Marking mark(const std::map<std::size_t, MarkedLine>& bearers, const UnwrittenValues& unwritten) {
    for (const auto& [line, value] : unwritten) unwritten_.insert(line);
    Marking made;
    made.source = sheet_.source;
    made.unread = sheet_.unread;
    made.remarks = sheet_.remarks;
    made.remarks.insert(made.remarks.end(), pages_.remarks.begin(), pages_.remarks.end());
    for (std::size_t i = 0; i < sheet_.answers.size(); ++i) {
      const auto bearer = bearers.find(i);
      MarkedLine line = bearer == bearers.end() ? marked(sheet_.answers[i]) : bearer->second;
      worst_[line.line] = std::max(worst_[line.line], line.mark);
      step_of(made, line.line.step).lines.push_back(std::move(line));
    }
    std::ranges::stable_sort(made.steps, {}, &MarkedStep::step);
    find_habits(made);
    std::vector<MarkedLine*> lines;
    for (MarkedStep& step : made.steps) {
      for (MarkedLine& line : step.lines) lines.push_back(&line);
    }
    // the entries of a matrix together, wherever they are written (PageWorking::hypotheses)
    std::ranges::stable_sort(lines, {}, of_marked);
    for (MarkedLine* line : lines) explain(*line);
    count_asked(made);
    for (const SlopeAnswer& slope : sheet_.slopes) add_slope(made, slope);
    return made;
  }

 private:
  MarkedStep& step_of(Marking& made, int step) const {
    const auto found = std::ranges::find(made.steps, step, &MarkedStep::step);
    if (found != made.steps.end()) return *found;
    made.steps.push_back({step, lesson_.heading(step), {}});
    return made.steps.back();
  }

  // Where it stands on the sheet, among the lines of its step.
  void add_slope(Marking& made, const SlopeAnswer& slope) {
    const int step = slope.answer.line.step;
    MarkedLine line = marked_slope(slope);
    made.of_all += line.of;
    ++made.asked;
    ++made.answered;
    std::erase(made.nothing_for, lesson_.heading(step));
    std::vector<MarkedLine>& lines = step_of(made, step).lines;
    const auto behind = std::ranges::find_if(
        lines, [&](const MarkedLine& other) { return other.answer.at > slope.answer.at; });
    lines.insert(behind, std::move(line));
    std::ranges::stable_sort(made.steps, {}, &MarkedStep::step);
  }

  MarkedLine marked_slope(const SlopeAnswer& slope) {
    const Answer& answer = slope.answer;
    const auto at = static_cast<std::size_t>(answer.line.step - 1);
    MarkedLine made;
    made.line = answer.line;
    made.answer = answer;
    made.display = notation::words(answer.name);
    const auto on = [&](const WorkedPages& pages) -> std::optional<Array<Exact>> {
      if (at >= pages.steps.size()) return std::nullopt;
      const auto value = value_or_none(
          [&] { return local_slope(lesson_, answer.line, slope.top, pages.steps[at]); });
      return value.value_or(std::nullopt);
    };
    const auto right = on(lesson_.pages());
    const auto own = on(pages_.own);
    const std::vector<AnswerEntry> all = entries(answer);
    const auto fit = [&](const std::optional<Array<Exact>>& value) {
      Accord worst = value ? Accord::yes : Accord::no;
      for (const AnswerEntry& entry : all) {
        if (!value) break;
        worst = std::max(
            worst, agreement((*value)(entry.row, entry.column), *entry.number, sheet_.precision));
      }
      return worst;
    };
    const Accord exactly = std::min(fit(right), fit(on(pages_.rounded)));
    const Accord by_own = std::min(fit(own), fit(on(pages_.own_finer)));
    made.mark = exactly == Accord::yes        ? Mark::right
                : by_own == Accord::yes       ? Mark::follows
                : exactly == Accord::careless ? Mark::careless
                : by_own == Accord::careless  ? Mark::follows_careless
                                              : Mark::wrong;
    const std::optional<Array<Exact>>& wanted = own ? own : right;
    for (const AnswerEntry& entry : all) {
      if (!wanted) break;
      const std::string text =
          beside((*wanted)(entry.row, entry.column), *entry.number, sheet_.precision);
      if (all.size() == 1)
        made.wanted = text;
      else if (agreement((*wanted)(entry.row, entry.column), *entry.number, sheet_.precision) ==
               Accord::no)
        made.entries.push_back({entry.row, entry.column, made.mark, text});
    }
    made.of = scheme_.marks(answer.line);
    made.marks = made.of * share(made.mark);
    if (made.mark == Mark::follows || made.mark == Mark::follows_careless) {
      std::set<PageLine> seen;
      causes({answer.line.step, PageLine::Kind::value, slope.top, ""}, seen, made.follows_from);
    }
    return made;
  }

  MarkedLine marked(const Answer& answer) {
    MarkedLine made;
    made.line = answer.line;
    made.answer = answer;
    made.display = lesson_.display(answer.line);
    const std::vector<AnswerEntry> all = entries(answer);
    for (const AnswerEntry& entry : all) {
      const Mark mark = answer.transposed ? Mark::wrong : marks_.mark_of(answer.line, entry);
      made.mark = std::max(made.mark, mark);
      const Exact& computed = marks_.wanted(answer.line, entry, mark);
      const std::string text = mark == Mark::right
                                   ? in_its_place(computed, *entry.number, sheet_.precision)
                                   : beside(computed, *entry.number, sheet_.precision);
      if (mark == Mark::right && marks_.is_by_noise(answer.line, entry))
        made.machine = entry.number->machine;
      if (all.size() > 1 && mark != Mark::right)
        made.entries.push_back({entry.row, entry.column, mark, text});
      if (all.size() == 1) {
        made.wanted = text;
        made.cut_off = is_cut_off(computed, *entry.number, sheet_.precision);
      }
    }
    made.of =
        made.is_given() || made.mark == Mark::no_value ? Rational(0) : scheme_.marks(answer.line);
    made.marks = made.of * share(made.mark);
    return made;
  }

  Rational share(Mark mark) const {
    if (mark == Mark::no_value || mark == Mark::wrong) return 0;
    Rational share = 1;
    if (mark == Mark::careless || mark == Mark::follows_careless) share *= scheme_.careless();
    if (mark == Mark::follows || mark == Mark::follows_careless) share *= scheme_.follows();
    return share;
  }

  void explain(MarkedLine& line) {
    if (line.mark != Mark::right && line.mark != Mark::careless && line.mark != Mark::wrong) {
      std::set<PageLine> seen;
      causes(line.line, seen, line.follows_from);
    }
    if (line.mark == Mark::no_value) {
      line.why_no_value = pages_.own.without_value.at(line.line);
      line.wanted.clear();
      return;
    }
    if (line.mark == Mark::right || line.mark == Mark::follows) return;
    if (line.mark == Mark::wrong && !line.slips.empty()) return;  // bearing()
    show_working(line);
    if (line.mark != Mark::wrong) return;
    const std::vector<AnswerEntry> wrong = wrong_entries(line);
    if (const auto habit = habits_.find(line.line); habit != habits_.end()) {
      line.slips = {habit->second};
      return;
    }
    line.slips = slips(own_, line.answer, wrong);
    if (!line.slips.empty()) return;
    line.slips = slips(right_, line.answer, wrong);
    if (line.slips.empty() || !is_scalar(line)) return;
    // a known slip on the right values: then those are what they went on with
    line.working = right_.working(line.line);
    line.wanted =
        beside(*entry_of(lesson_.pages(), line.line, wrong[0]), *wrong[0].number, sheet_.precision);
  }

  bool is_scalar(const MarkedLine& line) const {
    return lesson_.pages().find(line.line)->size() == 1;
  }

  // The formula with their own numbers, where those tell what should stand there.
  void show_working(MarkedLine& line) {
    if (is_scalar(line) && marks_.told_by_own(line.line, entries(line.answer).front(), line.mark))
      line.working = own_.working(line.line);
  }

  // What went wrong in all updates alike is one reason, and likelier than a different one for each:
  // of the whole sheet, or else of a step.
  void find_habits(const Marking& made) {
    std::vector<const MarkedLine*> all;
    for (const MarkedStep& step : made.steps) {
      std::vector<const MarkedLine*> of_step;
      for (const MarkedLine& line : step.lines) {
        const bool update = line.line.kind == PageLine::Kind::update && line.line.part.empty();
        if (update && line.mark == Mark::wrong && line.slips.empty()) of_step.push_back(&line);
      }
      std::ranges::stable_sort(of_step, {}, of_marked);
      share_habit(of_step);
      all.insert(all.end(), of_step.begin(), of_step.end());
    }
    share_habit(all);
  }

  void share_habit(const std::vector<const MarkedLine*>& lines) {
    if (lines.size() < 2) return;
    std::vector<std::vector<Slip>> of_line;
    for (const MarkedLine* line : lines)
      of_line.push_back(habits(own_, line->answer, wrong_entries(*line)));
    for (const Slip& first : of_line.front()) {
      std::vector<Slip> shared;
      for (const std::vector<Slip>& one : of_line) {
        const auto same = std::ranges::find(one, first.habit, &Slip::habit);
        if (same != one.end()) shared.push_back(*same);
      }
      if (shared.size() < lines.size()) continue;
      for (std::size_t i = 0; i < lines.size(); ++i)
        habits_.insert_or_assign(lines[i]->line, shared[i]);
      return;
    }
  }

  static std::vector<AnswerEntry> wrong_entries(const MarkedLine& line) {
    std::vector<AnswerEntry> all = entries(line.answer);
    std::erase_if(all, [&](const AnswerEntry& entry) {
      return !line.entries.empty() &&
             std::ranges::none_of(line.entries, [&](const MarkedEntry& one) {
               return one.row == entry.row && one.column == entry.column && one.mark == Mark::wrong;
             });
    });
    return all;
  }

  // Back through what they did not write, to what they wrote and is off.
  void causes(const PageLine& line, std::set<PageLine>& seen, std::vector<Notation>& found) {
    for (const PageLine& used : lesson_.uses(line)) {
      if (!seen.insert(used).second) continue;
      const auto mark = worst_.find(used);
      if (unwritten_.contains(used))
        found.push_back(lesson_.display(used));
      else if (mark == worst_.end())
        causes(used, seen, found);
      else if (mark->second != Mark::right)
        found.push_back(lesson_.display(used));
    }
  }

  // A form has the lines of the first steps; steps beyond them count where there are answers for them.
  void count_asked(Marking& made) {
    std::set<int> steps;
    for (int step = 1; step <= lesson_.steps_asked(); ++step) steps.insert(step);
    for (const Answer& answer : sheet_.answers) steps.insert(answer.line.step);
    for (const int step : steps) {
      const std::vector<PageLine> of_page = lesson_.lines(step);
      std::set<PageLine> asked(of_page.begin(), of_page.end());
      // a matrix too large to be asked for counts where it is written all the same
      for (const auto& [line, mark] : worst_) {
        if (line.step == step && line.kind != PageLine::Kind::given) asked.insert(line);
      }
      const auto answered = static_cast<int>(std::ranges::count_if(
          asked, [&](const PageLine& line) { return worst_.contains(line); }));
      for (const PageLine& line : asked) made.of_all += scheme_.marks(line);
      made.asked += static_cast<int>(asked.size());
      made.answered += answered;
      const std::string heading = lesson_.heading(step);  // a lesson of one step has none
      if (answered == 0 && !heading.empty()) made.nothing_for.push_back(heading);
    }
  }

  LessonPages& lesson_;
  const AnswerSheet& sheet_;
  const Scheme& scheme_;
  const OwnPages& pages_;
  PageWorking own_;
  PageMarks marks_;
  PageWorking right_;
  std::map<PageLine, Mark> worst_;
  std::set<PageLine> unwritten_;     // that are wrong
  std::map<PageLine, Slip> habits_;  // of updates
};

}  // namespace

Marking unreadable_marking(LessonPages& lesson, const std::string& source, const std::string& why) {
  Marking made;
  made.source = source;
  made.unreadable = why;
  for (int step = 1; step <= lesson.steps_asked(); ++step)
    made.asked += static_cast<int>(lesson.lines(step).size());
  return made;
}

Marking mark(LessonPages& lesson, const AnswerSheet& sheet, const std::optional<Rounding>& rounding,
             const Scheme& scheme) {
  OwnPages pages = own_pages(lesson, sheet, rounding);
  std::map<std::size_t, MarkedLine> bearers;
  UnwrittenValues unwritten;
  while (auto found = find_unwritten(lesson, sheet, pages, rounding, unwritten)) {
    const Answer& bearer = sheet.answers[found->bearer];
    bearers.emplace(found->bearer,
                    Marker(lesson, sheet, pages, scheme).bearing(bearer, found->slip));
    unwritten.emplace(found->line, std::move(found->value));
    pages = std::move(found->pages);
  }
  return Marker(lesson, sheet, pages, scheme).mark(bearers, unwritten);
}

}  // namespace tracer
