#include "tracer/check/grade/unwritten.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "tracer/check/grade/slips.hpp"
#include "tracer/check/grade/wrong_update.hpp"
#include "tracer/derive/evaluate.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

using Kind = PageLine::Kind;

PageLine gradient_of(int step, std::string name) { return {step, Kind::gradient, name, ""}; }

// What the lines behind an unwritten gradient come to, if that had another value. Written lines in
// between stand as they are written: what is behind them does not depend on it.
class Consequences {
 public:
  Consequences(PageWorking& working, const std::set<PageLine>& written, const PageLine& from)
      : working_(working), written_(written), from_(from) {
    for (const PageLine& line : working.pages().order) {
      const bool computed = line.kind == Kind::gradient || line.kind == Kind::update;
      if (computed && line.part.empty() && line.step == from.step && line != from &&
          std::ranges::any_of(working.lesson().uses(line),
                              [&](const PageLine& used) { return passes_on(used); }))
        behind_.insert(line);
    }
  }

  bool reach(const PageLine& line) const { return behind_.contains(line); }

  void suppose(Array<Exact> value) {
    computed_.clear();
    computed_.emplace(from_, std::move(value));
  }

  /// Of a line that it reaches. Throws Error, Undecided.
  const Array<Exact>& of(const PageLine& line) {
    if (const auto found = computed_.find(line); found != computed_.end()) return found->second;
    Array<Exact> value = line.kind == Kind::update ? updated(line) : pulled_back(line);
    return computed_.emplace(line, std::move(value)).first->second;
  }

 private:
  bool passes_on(const PageLine& line) const {
    return line == from_ || (behind_.contains(line) && !written_.contains(line));
  }

  Array<Exact> updated(const PageLine& line) {
    return WrongUpdate(working_, line).with({{"g", of(gradient_of(line.step, line.name))}});
  }

  Array<Exact> pulled_back(const PageLine& line) {
    const Rules& rules = working_.lesson().rules(line.step);
    const StepNumbers numbers = working_.numbers(line.step);
    const GradientRule& rule = *rules.find(rules.graph().find(line.name));
    return evaluate(
        rules.sum(rule),
        [&](const Symbol& leaf) {
          const std::string partial = "∂";
          if (leaf.key().starts_with(partial)) {
            const PageLine used = gradient_of(line.step, leaf.key().substr(partial.size()));
            if (passes_on(used)) return of(used);
          }
          return numbers.of(leaf);
        },
        working_.lesson().working());
  }

  PageWorking& working_;
  const std::set<PageLine>& written_;
  const PageLine& from_;
  std::set<PageLine> behind_;
  std::map<PageLine, Array<Exact>> computed_;
};

// A value that an unwritten line may have had.
struct Trial {
  PageLine line;
  Array<Exact> value;
  std::vector<Slip> slips;  // what is wrong with it, where that is known
  WrittenNumber number;     // a scalar as he may have written it
  int explained = 0;        // wrong answers
  int careless = 0;         // of them
  std::size_t depth = 0;    // how far back from the loss
};

int sureness(const Trial& trial) {
  return trial.slips.empty() ? 0 : trial.slips.front().weak ? 1 : 2;
}

bool explains_more(const Trial& a, const Trial& b) {
  if (a.explained != b.explained) return a.explained > b.explained;
  if (sureness(a) != sureness(b)) return sureness(a) > sureness(b);
  if (a.careless != b.careless) return a.careless < b.careless;
  if (a.depth != b.depth) return a.depth > b.depth;  // nearer to what is written
  return a.number.text.size() > b.number.text.size();  // written so of another line
}

class Search {
 public:
  Search(LessonPages& lesson, const AnswerSheet& sheet, const OwnPages& pages,
         const WorkedPages& own, const std::optional<Rounding>& rounding,
         const UnwrittenValues& known)
      : lesson_(lesson),
        sheet_(sheet),
        pages_(pages),
        own_(own),
        rounding_(rounding),
        known_(known),
        working_(lesson, sheet, own) {
    for (const Answer& answer : sheet.answers) written_.insert(answer.line);
    for (const auto& [line, value] : known) written_.insert(line);
    const PageMarks marks(lesson, sheet, pages);
    for (const Answer& answer : sheet.answers) marks_.push_back(marks.mark_of(answer));
  }

  std::optional<UnwrittenLine> find() {
    if (std::ranges::count(marks_, Mark::wrong) < 2) return std::nullopt;
    for (depth_ = 0; depth_ < own_.order.size(); ++depth_) {
      const PageLine& line = own_.order[depth_];
      if (line.kind == Kind::gradient && !written_.contains(line) && working_.has(line.step) &&
          !own_.without_value.contains(line))
        try_line(line);
    }
    std::ranges::stable_sort(trials_, explains_more);
    constexpr std::size_t most = 4;
    for (std::size_t i = 0; i < std::min(most, trials_.size()); ++i) {
      if (auto found = confirmed(trials_[i])) return found;
    }
    return std::nullopt;
  }

 private:
  void try_line(const PageLine& line) {
    constexpr Eigen::Index largest = 5000;
    if (own_.computed.at(line).size() > largest) return;
    Consequences behind(working_, written_, line);
    std::vector<std::size_t> wrong;
    for (std::size_t i = 0; i < marks_.size(); ++i) {
      const Answer& answer = sheet_.answers[i];
      if (marks_[i] == Mark::wrong && !answer.transposed && behind.reach(answer.line))
        wrong.push_back(i);
    }
    if (wrong.size() < 2) return;
    if (own_.computed.at(line).size() == 1) {
      for (const std::size_t i : wrong) try_solution(behind, line, sheet_.answers[i]);
    } else {
      for (const std::size_t i : wrong) try_written(behind, line, sheet_.answers[i]);
      try_slips(behind, line);
    }
  }

  // Whether it is a trial that explains enough.
  bool try_value(Consequences& behind, Trial& trial) {
    trial.depth = depth_;
    try {
      return explains(behind, trial);
    } catch (const Error&) {
      return false;  // somewhere it leads to no value
    } catch (const Undecided&) {
      return false;
    }
  }

  // What is wrong with a value that he must have had.
  void name(Trial& trial, WrittenValue value) {
    Answer his;
    his.line = trial.line;
    his.value = std::move(value);
    trial.slips = slips(working_, his, entries(his));
    trials_.push_back(std::move(trial));
  }

  // A scalar's gradient is linear in what came from above, so that one line tells it.
  void try_solution(Consequences& behind, const PageLine& line, const Answer& answer) {
    for (const AnswerEntry& entry : entries(answer)) {
      const std::optional<WrittenNumber> number = solved(behind, answer.line, entry);
      if (!number) continue;
      Trial trial;
      trial.line = line;
      trial.value = Array<Exact>::Constant(1, 1, Exact(number->value, lesson_.working()));
      trial.number = *number;
      if (try_value(behind, trial)) name(trial, {{*number}});
    }
  }

  // How a line's entry depends on a scalar from above: start + slope · value.
  struct Linear {
    Exact start;
    Exact slope;
  };
  static std::optional<Linear> linear(Consequences& behind, const PageLine& line,
                                      const AnswerEntry& entry) {
    const auto at = [&](int value) {
      behind.suppose(Array<Exact>::Constant(1, 1, Exact(value)));
      return behind.of(line)(entry.row, entry.column);
    };
    try {
      const Exact start = at(0);
      return Linear{start, at(1) - start};
    } catch (const Error&) {
      return std::nullopt;
    } catch (const Undecided&) {
      return std::nullopt;
    }
  }

  // The value from above that gives what is written, as finely as that tells it.
  std::optional<WrittenNumber> solved(Consequences& behind, const PageLine& line,
                                      const AnswerEntry& entry) const {
    const std::optional<Linear> from = linear(behind, line, entry);
    if (!from || from->slope.contains_zero()) return std::nullopt;
    const auto is = [](const Exact& x, int n) { return x.is_rational() && x.rational() == n; };
    const WrittenNumber& written = *entry.number;
    if (is(from->start, 0) && is(from->slope, 1)) return written;
    const Exact value = (Exact(written.value, lesson_.working()) - from->start) / from->slope;
    WrittenNumber number;
    number.significant = written.significant;
    const std::optional<int> decimals = compared_decimals(written, sheet_.precision);
    if (!decimals && value.is_rational()) {
      number.fraction = true;
      number.value = value.rational();
      return number;
    }
    constexpr int many = 8;  // of a fraction, which is exact
    const double steepness = std::abs(from->slope.to_double());
    number.decimals = std::clamp(
        decimals.value_or(many) + static_cast<int>(std::floor(std::log10(steepness))), 0, 100);
    constexpr int further = 5;
    try {
      number.value = round(value, {number.decimals + further}).rational();
    } catch (const Undecided&) {
      return std::nullopt;
    }
    return number;
  }

  // What is written of a line that is the same: ∂L/∂b of one sample.
  void try_written(Consequences& behind, const PageLine& line, const Answer& answer) {
    const WrittenValue& written = answer.value;
    const Array<Exact>& own = own_.computed.at(line);
    if (answer.entry || written.rows != own.rows() || written.columns != own.cols()) return;
    Trial trial;
    trial.line = line;
    trial.value.resize(own.rows(), own.cols());
    for (const AnswerEntry& entry : entries(answer))
      trial.value(entry.row, entry.column) = Exact(entry.number->value, lesson_.working());
    if (try_value(behind, trial)) name(trial, written);
  }

  // Of a matrix, what every known slip would make of it.
  void try_slips(Consequences& behind, const PageLine& line) {
    Answer none;
    none.line = line;
    for (Hypothesis& one : all_slips(working_, none)) {
      Trial trial;
      trial.line = line;
      trial.value = std::move(one.gives);
      trial.slips = {std::move(one.slip)};
      if (same_shape(trial.value, own_.computed.at(line)) && try_value(behind, trial))
        trials_.push_back(std::move(trial));
    }
  }

  // Counts what it explains. Throws Error, Undecided; false where that is less than two answers, or
  // where one that is right would not be.
  bool explains(Consequences& behind, Trial& trial) {
    behind.suppose(trial.value);
    for (std::size_t i = 0; i < marks_.size(); ++i) {
      const Answer& answer = sheet_.answers[i];
      if (!behind.reach(answer.line) || answer.transposed || marks_[i] == Mark::no_value) continue;
      Accord worst = Accord::yes;
      const Array<Exact>& value = behind.of(answer.line);
      for (const AnswerEntry& entry : entries(answer))
        worst = std::max(
            worst, agreement(value(entry.row, entry.column), *entry.number, sheet_.precision));
      if (marks_[i] != Mark::wrong && worst == Accord::no) return false;
      if (marks_[i] != Mark::wrong || worst == Accord::no) continue;
      ++trial.explained;
      if (worst == Accord::careless) ++trial.careless;
    }
    return trial.explained >= 2;
  }

  // Carried on through the whole calculation.
  std::optional<UnwrittenLine> confirmed(const Trial& trial) {
    UnwrittenValues values = known_;
    values.insert_or_assign(trial.line, trial.value);
    UnwrittenLine found{trial.line, trial.value, 0, slip_of(trial),
                        own_pages(lesson_, sheet_, rounding_, values)};
    if (found.pages.remarks.size() > pages_.remarks.size()) return std::nullopt;
    const PageMarks marks(lesson_, sheet_, found.pages);
    int explained = 0;
    for (std::size_t i = sheet_.answers.size(); i-- > 0;) {
      const Mark mark = marks.mark_of(sheet_.answers[i]);
      if (marks_[i] != Mark::wrong && mark == Mark::wrong) --explained;
      if (marks_[i] != Mark::wrong || mark == Mark::wrong) continue;
      ++explained;
      if (sheet_.answers[i].line.step == trial.line.step) found.bearer = i;
    }
    return explained >= 2 ? std::optional(std::move(found)) : std::nullopt;
  }

  Slip slip_of(const Trial& trial) const {
    using notation::words;
    Slip made = trial.slips.empty() ? slip("line before it", {}, "") : trial.slips.front();
    made.careless = false;
    Phrase says{words("your"), lesson_.display(trial.line), words("(not written)")};
    if (trial.value.size() == 1)
      says.push_back(
          words("was " + in_its_place(trial.value(0, 0), trial.number, sheet_.precision)));
    for (std::size_t i = 0; i < trial.slips.size(); ++i) {
      says.push_back(words(i == 0 ? ":" : "; or"));
      const Phrase& why = trial.slips[i].says;
      says.insert(says.end(), why.begin(), why.end());
    }
    made.says = std::move(says);
    const std::string where =
        fmt::format("look at {}, which is not written", lesson_.label(trial.line));
    made.hint = made.hint.empty() ? where : where + ": " + made.hint;
    return made;
  }

  LessonPages& lesson_;
  const AnswerSheet& sheet_;
  const OwnPages& pages_;
  const WorkedPages& own_;  // of them: his values as he wrote them, or as he may have carried them
  const std::optional<Rounding>& rounding_;
  const UnwrittenValues& known_;
  PageWorking working_;
  std::set<PageLine> written_;
  std::vector<Mark> marks_;  // of the answers
  std::size_t depth_ = 0;
  std::vector<Trial> trials_;
};

}  // namespace

std::optional<UnwrittenLine> find_unwritten(LessonPages& lesson, const AnswerSheet& sheet,
                                            const OwnPages& pages,
                                            const std::optional<Rounding>& rounding,
                                            const UnwrittenValues& known) {
  for (const WorkedPages* own : {&pages.own, &pages.own_finer}) {
    if (auto found = Search(lesson, sheet, pages, *own, rounding, known).find()) return found;
  }
  return std::nullopt;
}

}  // namespace tracer
