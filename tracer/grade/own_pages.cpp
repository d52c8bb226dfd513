#include "tracer/grade/own_pages.hpp"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "tracer/derive/formulas.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

using ByLine = std::map<PageLine, std::vector<AnswerEntry>>;

// Whether that changed it. A number whose interval lies about a tie can't be rounded and is carried
// on as it is; the entries beside it are rounded all the same. So is what an optimizer keeps and
// that rounds to 0: adam divides by it.
bool round_if_decided(const PageLine& line, Exact& computed, const Rounding& rounding) {
  try {
    Exact rounded = round(computed, rounding);
    const bool divides = line.kind == PageLine::Kind::update && !line.part.empty();
    if (divides && rounded.rational() == 0) return false;
    const bool changed = !computed.is_rational() || computed.rational() != rounded.rational();
    computed = std::move(rounded);
    return changed;
  } catch (const Undecided&) {
    return false;
  }
}

// Rounds every entry of every line that is worked out.
OnLine rounds_all(const Rounding& rounding) {
  return [rounding](const PageLine& line, View<Exact> value) {
    if (line.kind == PageLine::Kind::given) return false;
    bool changed = false;
    for (Eigen::Index k = 0; k < value.size(); ++k)
      changed = round_if_decided(line, value(k), rounding) || changed;
    return changed;
  };
}

// Rounds the entries that are written, to the decimals that they are written with.
OnLine rounds_where_written(const ByLine& written, const PagePrecision& precision) {
  return [&written, precision](const PageLine& line, View<Exact> value) {
    const auto found = written.find(line);
    if (found == written.end() || line.kind == PageLine::Kind::given) return false;
    bool changed = false;
    for (const AnswerEntry& entry : found->second) {
      const std::optional<int> decimals = compared_decimals(*entry.number, precision);
      if (!decimals || *decimals < 0 || *decimals > 1000) continue;
      changed = round_if_decided(line, value(entry.row, entry.column),
                                 {*decimals, false, precision.mode}) ||
                changed;
    }
    return changed;
  };
}

// Puts what is written in place of what was computed, where `wanted` says so.
using Wanted = std::function<bool(const PageLine&, const Exact& computed, const WrittenNumber&)>;
OnLine puts_written(const ByLine& written, const std::set<PageLine>& passed_over, Wanted wanted) {
  return [&written, &passed_over, wanted = std::move(wanted)](const PageLine& line,
                                                              View<Exact> value) {
    const auto found = written.find(line);
    if (found == written.end() || passed_over.contains(line)) return false;
    bool changed = false;
    for (const AnswerEntry& entry : found->second) {
      Exact& computed = value(entry.row, entry.column);
      if (!wanted(line, computed, *entry.number)) continue;
      computed = Exact(entry.number->value, computed.working());
      changed = true;
    }
    return changed;
  };
}

OnLine puts_unwritten(const UnwrittenValues& unwritten) {
  return [&unwritten](const PageLine& line, View<Exact> value) {
    const auto found = unwritten.find(line);
    if (found != unwritten.end()) value = found->second;
    return found != unwritten.end();
  };
}

// The value of one, and of the other what it leaves alone.
OnLine both(OnLine first, OnLine second) {
  return [first = std::move(first), second = std::move(second)](const PageLine& line,
                                                                View<Exact> value) {
    const bool rounded = first && first(line, value);
    return second(line, value) || rounded;
  };
}

class OwnRunner {
 public:
  OwnRunner(LessonPages& exact, const AnswerSheet& sheet, const std::optional<Rounding>& rounding,
            const UnwrittenValues& unwritten)
      : exact_(exact), sheet_(sheet), unwritten_(unwritten), written_(sheet.by_line()) {
    if (rounding) every_line_ = rounds_all(*rounding);
  }

  OwnPages run() {
    OwnPages pages;
    const OnLine right = [this](const PageLine& line, View<Exact> value) {
      return puts_right(line, value);
    };
    pages.rounded = rounded(right);
    const Wanted unless_rounded_away = [this](const PageLine& line, const Exact& computed,
                                              const WrittenNumber& number) {
      return line.part.empty() || number.value != 0 || !agrees(computed, number);
    };
    pages.own = until_it_runs([&] { return both(every_line_, puts_own(unless_rounded_away)); },
                              &pages.remarks);
    collect_chains(pages.own);
    const Wanted where_off = [this](const PageLine&, const Exact& computed,
                                    const WrittenNumber& number) {
      return !agrees(computed, number);
    };
    pages.own_finer = until_it_runs([&] { return puts_own(where_off); }, nullptr);
    return pages;
  }

 private:
  OnLine puts_own(Wanted wanted) const {
    return both(puts_unwritten(unwritten_),
                puts_written(written_, passed_over_, std::move(wanted)));
  }

  bool agrees(const Exact& computed, const WrittenNumber& number) const {
    return agreement(computed, number, sheet_.precision) == Accord::yes;
  }

  // Where rounding leads to what no number of digits decides, the right values are not rounded.
  WorkedPages rounded(const OnLine& right) const {
    try {
      return carry(every_line_ ? every_line_ : rounds_where_written(written_, sheet_.precision),
                   right);
    } catch (const Undecided&) {
      if (!digits_are_enough()) throw;
      return carry({}, right);
    }
  }

  // More digits are tried first, by whoever runs this: what so many don't decide is a tie that what
  // they wrote has led to, and not the lesson.
  bool digits_are_enough() const {
    constexpr int enough = 1024;
    return exact_.working().bits >= enough;
  }

  // One step more than is written, for they may have taken a number from the sample that comes next.
  WorkedPages carry(const OnLine& hook, const OnLine& fill) const {
    using enum RunOptions::Contributions;
    return work_out(exact_.program(), exact_.working(), sheet_.last_step() + 1, hook, fill,
                    every_line_ ? lines : added_up);
  }

  bool puts_right(const PageLine& line, View<Exact> value) const {
    const Array<Exact>* right = exact_.pages().find(line);
    if (right != nullptr) value = *right;
    return right != nullptr;
  }

  // At a line that has no value stands what is written; a parameter that is not is taken to be
  // right, or nothing could be said of any later sample.
  OnLine fills() const {
    return [this](const PageLine& line, View<Exact> value) {
      puts_right(line, value);
      const auto found = written_.find(line);
      if (found == written_.end() || passed_over_.contains(line))
        return line.kind == PageLine::Kind::update;
      for (const AnswerEntry& entry : found->second)
        value(entry.row, entry.column) = Exact(entry.number->value, exact_.working());
      return true;
    };
  }

  // Where the chain rule meets 1/0 (a probability of 0), what the page writes may still have a
  // value: ∂L/∂z = a − y, for sigmoid and cross-entropy taken together.
  void collect_chains(WorkedPages& pages) const {
    for (auto gap = pages.without_value.begin(); gap != pages.without_value.end();) {
      const PageLine line = (gap++)->first;
      if (line.kind != PageLine::Kind::gradient || !written_.contains(line)) continue;
      if (auto value = collected(pages, line)) {
        pages.computed.insert_or_assign(line, std::move(*value));
        pages.without_value.erase(line);
      }
    }
  }

  std::optional<Array<Exact>> collected(const WorkedPages& pages, const PageLine& line) const {
    const auto at = static_cast<std::size_t>(line.step - 1);
    if (at >= pages.steps.size()) return std::nullopt;
    const Rules& rules = exact_.rules(line.step);
    const GradientRule* rule = rules.find(rules.graph().find(line.name));
    const Show show(1, true);  // nothing is shown
    const StepNumbers right(rules, &exact_.record(line.step), show, exact_.working());
    const auto fusion = rule == nullptr ? std::nullopt : two_steps_as_one(rules, right, *rule);
    if (!fusion) return std::nullopt;
    try {
      const Array<Exact>& shape = *exact_.pages().find(line);
      Array<Exact> value =
          StepNumbers(rules, &pages.steps[at], show, exact_.working()).evaluate(fusion->formula);
      const bool fits = value.rows() == shape.rows() && value.cols() == shape.cols();
      return fits ? std::optional(std::move(value)) : std::nullopt;
    } catch (const Error&) {
      return std::nullopt;  // it has none that way either
    }
  }

  // Numbers beyond anything that a lesson comes to. They are carried on like others, as far as
  // there is a way: of sigmoid(−10⁴⁰⁰) nobody can say that it is above 0.
  bool pass_over_wild() {
    const Rational largest = power_of_ten(12);
    const std::size_t before = passed_over_.size();
    for (const auto& [line, entries] : written_) {
      const bool wild = std::ranges::any_of(entries, [&](const AnswerEntry& entry) {
        return entry.number->value > largest || entry.number->value < -largest;
      });
      if (wild) passed_over_.insert(line);
    }
    return passed_over_.size() > before;
  }

  bool pass_over_undecided() {
    if (!digits_are_enough()) return false;
    const std::size_t before = passed_over_.size();
    pass_over([](const PageLine&) { return true; });
    return passed_over_.size() > before;
  }

  // What is written may have no way on: then what is wrong in that step is not carried on, and the
  // run is done again.
  WorkedPages until_it_runs(const std::function<OnLine()>& hook,
                            std::vector<std::string>* remarks) {
    passed_over_.clear();
    while (true) {
      WorkedPages pages;
      try {
        pages = carry(hook(), fills());
      } catch (const Undecided&) {
        if (!pass_over_wild() && !pass_over_undecided()) throw;
        if (remarks != nullptr)
          remarks->push_back(
              "what is wrong can't all be carried on (a number is too large for that, or two are "
              "too near); the lines after it are marked as if it were right");
        continue;
      }
      if (!pages.stopped || pages.stopped->step > sheet_.last_step()) return pages;
      const int step = pages.stopped->step;
      const std::size_t before = passed_over_.size();
      pass_over([&](const PageLine& line) { return line.step == step; });
      if (passed_over_.size() == before)
        pass_over([&](const PageLine& line) { return line.step < step; });
      if (passed_over_.size() == before) return pages;  // not the fault of what was written
      if (remarks != nullptr) remarks->push_back(remark(step, pages.why_stopped));
    }
  }

  void pass_over(const std::function<bool(const PageLine&)>& where) {
    for (const auto& [line, entries] : written_) {
      const Array<Exact>& right = *exact_.pages().find(line);
      const bool off = std::ranges::any_of(entries, [&](const AnswerEntry& entry) {
        return agreement(right(entry.row, entry.column), *entry.number, sheet_.precision) !=
               Accord::yes;
      });
      if (where(line) && off) passed_over_.insert(line);
    }
  }

  std::string remark(int step, const std::string& why) const {
    const std::string heading = exact_.heading(step);
    return fmt::format(
        "{}what is wrong there can't be carried on ({}); the lines after it are "
        "marked as if it were right",
        heading.empty() ? "" : heading + ": ", why);
  }

  LessonPages& exact_;
  const AnswerSheet& sheet_;
  const UnwrittenValues& unwritten_;
  ByLine written_;
  OnLine every_line_;
  std::set<PageLine> passed_over_;
};

}  // namespace

OwnPages own_pages(LessonPages& exact, const AnswerSheet& sheet,
                   const std::optional<Rounding>& rounding, const UnwrittenValues& unwritten) {
  return OwnRunner(exact, sheet, rounding, unwritten).run();
}

}  // namespace tracer
