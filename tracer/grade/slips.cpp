#include "tracer/grade/slips.hpp"

#include <algorithm>
#include <set>

#include "tracer/derive/formulas.hpp"
#include "tracer/derive/page.hpp"
#include "tracer/error.hpp"
#include "tracer/mistake/formula_mistakes.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

const Show& page_show() {
  constexpr int digits = 8;  // more than anybody carries by hand
  static const Show show(digits, true);
  return show;
}

}  // namespace

PageWorking::PageWorking(LessonPages& lesson, const AnswerSheet& sheet, const WorkedPages& pages)
    : lesson_(lesson),
      sheet_(sheet),
      pages_(pages),
      written_(sheet.by_line()),
      last_step_(sheet.last_step()) {}

bool PageWorking::has(int step) const {
  const int run = static_cast<int>(pages_.steps.size());
  return step >= 1 && step <= std::min(run, last_step_);
}

const StepRecord& PageWorking::record(int step) const {
  return pages_.steps.at(static_cast<std::size_t>(step - 1));
}

const UpdateRecord* PageWorking::update(const PageLine& line) const {
  if (!has(line.step)) return nullptr;
  const std::vector<UpdateRecord>& updates = record(line.step).updates;
  const auto found = std::ranges::find(updates, line.name, &UpdateRecord::parameter);
  return found == updates.end() ? nullptr : &*found;
}

StepNumbers PageWorking::numbers(int step) {
  return {lesson_.rules(step), &record(step), page_show(), lesson_.working()};
}

std::optional<Notation> PageWorking::working(const PageLine& line) {
  if (!has(line.step) || line.kind == PageLine::Kind::given) return std::nullopt;
  try {
    return numbers_of(line);
  } catch (const Error&) {
    // a part of the formula has no value on these numbers (1/0)
    return plain_working(line);
  }
}

// The line as its page has it, the last form with numbers.
std::optional<Notation> PageWorking::numbers_of(const PageLine& line) {
  const StepRecord& step = record(line.step);
  const Program& program = lesson_.program();
  const std::optional<Optimizer>& optimizer = lesson_.run().optimizer();
  const PageContext context{program,
                            lesson_.rules(line.step),
                            page_show(),
                            lesson_.working(),
                            lesson_.run().by_sample(),
                            true,
                            program.data ? program.data->count : 0,
                            optimizer ? &*optimizer : nullptr,
                            {}};
  const auto last = [](const Equation& equation) {
    return equation.numbers.empty() ? std::nullopt : std::optional(equation.numbers.back().what);
  };
  const NodeId id = context.rules.graph().find(line.name);
  if (line.kind == PageLine::Kind::value) return last(value_line(context, step, id));
  if (line.kind == PageLine::Kind::gradient) {
    return context.rules.find(id) == nullptr ? std::nullopt
                                             : last(gradient_line(context, step, id));
  }
  const UpdateRecord* update_here = update(line);
  if (update_here == nullptr) return std::nullopt;
  std::optional<Notation> found;
  for (const Equation& working : update_line(context, step, *update_here).working) {
    if (line.part.empty() || working.left.text == line.part) found = last(working);
  }
  return found;
}

std::optional<Symbol> PageWorking::formula(const PageLine& line) {
  const Rules& rules = lesson_.rules(line.step);
  const NodeId id = rules.graph().find(line.name);
  if (line.kind == PageLine::Kind::value) return line_formula(rules.graph(), id);
  const GradientRule* rule = line.kind == PageLine::Kind::gradient ? rules.find(id) : nullptr;
  return rule == nullptr ? std::nullopt : std::optional(rules.sum(*rule));
}

// Without a page: the formula of the line as it stands in the lesson, or the sum over its paths.
std::optional<Notation> PageWorking::plain_working(const PageLine& line) {
  const std::optional<Symbol> known = formula(line);
  if (!known) return std::nullopt;
  if (line.kind == PageLine::Kind::value) return numbers(line.step).written(*known);
  try {
    return numbers(line.step).written(simplify(*known));
  } catch (const Error&) {
    return std::nullopt;
  }
}

bool PageWorking::comes_of(const PageLine& line, const PageLine& from) {
  std::set<PageLine> seen;
  std::vector<PageLine> open{line};
  while (!open.empty()) {
    const PageLine at = open.back();
    open.pop_back();
    for (const PageLine& used : lesson_.uses(at)) {
      if (used == from) return true;
      if (seen.insert(used).second) open.push_back(used);
    }
  }
  return false;
}

bool PageWorking::comes_before(const PageLine& source, const PageLine& line) {
  using Kind = PageLine::Kind;
  if (source.kind == Kind::given) return true;
  if (source == line || source.step > line.step) return false;
  if (source.step < line.step) return true;
  if (line.kind == Kind::value) {
    // forward, a page is worked out from top to bottom
    if (source.kind != Kind::value) return false;
    const Graph& graph = record(line.step).batch->graph;
    return graph.find(source.name) < graph.find(line.name);
  }
  return !comes_of(source, line);
}

const std::vector<Hypothesis>& PageWorking::hypotheses(const Answer& answer, MakeHypotheses make) {
  const Array<Exact>* value = pages_.find(answer.line);
  const bool of_whole = value != nullptr && value->size() > 1;
  if (of_whole && hypotheses_of_ == answer.line && made_by_ == make) return hypotheses_;
  hypotheses_ = make(*this, answer);
  hypotheses_of_ = of_whole ? std::optional(answer.line) : std::nullopt;
  made_by_ = make;
  return hypotheses_;
}

bool same_shape(const Array<Exact>& a, const Array<Exact>& b) {
  return a.rows() == b.rows() && a.cols() == b.cols();
}

bool same_numbers(const Array<Exact>& a, const Array<Exact>& b) {
  if (!same_shape(a, b)) return false;
  for (Eigen::Index k = 0; k < a.size(); ++k) {
    if (!(a(k) - b(k)).contains_zero()) return false;
  }
  return true;
}

Accord fit_of(const Exact& given, const WrittenNumber& number, const PagePrecision& precision) {
  const Accord fit = agreement(given, number, precision);
  // with two digits a coincidence is likelier than a slip that was then rounded carelessly
  constexpr int telling = 3;
  return fit == Accord::careless && number.significant < telling ? Accord::no : fit;
}

namespace {

// The worst fit of all entries.
Accord fit_of(const Array<Exact>& given, const std::vector<AnswerEntry>& written,
              const PagePrecision& precision) {
  Accord worst = Accord::yes;
  for (const AnswerEntry& entry : written) {
    if (entry.row >= given.rows() || entry.column >= given.cols()) return Accord::no;
    worst = std::max(worst, fit_of(given(entry.row, entry.column), *entry.number, precision));
  }
  return worst;
}

// Those that fit just so well. The same number by another way is told in the likeliest way only,
// but for the old weight that is 1 (the factor may have been left out as well).
std::vector<Slip> that_fit(const std::vector<Hypothesis>& all, Accord wanted, bool weak,
                           const std::vector<AnswerEntry>& wrong, const PagePrecision& precision) {
  std::vector<Slip> found;
  std::vector<const Array<Exact>*> told;
  const bool zero =
      std::ranges::any_of(wrong, [](const AnswerEntry& entry) { return entry.number->value == 0; });
  for (const Hypothesis& one : all) {
    constexpr std::size_t most = 2;
    if (found.size() == most || one.slip.weak != weak) continue;
    if (zero && one.slip.kind == "decimal point") continue;  // in 0 there is none that could slip
    if (fit_of(one.gives, wrong, precision) != wanted) continue;
    const auto is_this = [&](const Array<Exact>* value) { return same_numbers(*value, one.gives); };
    if (!one.told_too && std::ranges::any_of(told, is_this)) continue;
    told.push_back(&one.gives);
    found.push_back(one.slip);
    found.back().careless = wanted == Accord::careless;
    const bool scalar = wrong.size() == 1 && one.gives.size() == 1;
    if (scalar && found.back().gives.empty())
      found.back().gives = in_its_place(one.gives(0, 0), *wrong[0].number, precision);
    // two lines bear out the one; of the other every digit is there
    if (one.slip.kind == "swapped" || one.slip.kind == "not updated") break;
  }
  return found;
}

}  // namespace

std::vector<Hypothesis> all_slips(PageWorking& working, const Answer& answer) {
  std::vector<Hypothesis> all;
  for (const auto kind : {swap_slips, update_slips, sign_slips, line_slips, loss_slips,
                          formula_slips, slope_slips, copy_slips, factor_slips}) {
    try {
      for (Hypothesis& one : kind(working, answer)) all.push_back(std::move(one));
    } catch (const Error&) {
      continue;  // a slip that has no value here (a division by 0) explains no number
    }
  }
  return all;
}

std::vector<Slip> slips(PageWorking& working, const Answer& answer,
                        const std::vector<AnswerEntry>& wrong) {
  if (!working.has(answer.line.step) || working.pages().find(answer.line) == nullptr) return {};
  const PagePrecision& precision = working.sheet().precision;
  std::vector<Hypothesis> transposed;
  if (answer.transposed)
    transposed.push_back({{transposed_as_a_whole()}, working.pages().computed.at(answer.line)});
  const std::vector<Hypothesis>& all =
      answer.transposed ? transposed : working.hypotheses(answer, all_slips);
  for (const Accord wanted : {Accord::yes, Accord::careless}) {
    if (auto found = that_fit(all, wanted, false, wrong, precision); !found.empty()) return found;
  }
  constexpr int telling = 2;  // digits: with fewer, too much comes to the same
  const bool tells = std::ranges::all_of(
      wrong, [](const AnswerEntry& entry) { return entry.number->significant >= telling; });
  return tells ? that_fit(all, Accord::yes, true, wrong, precision) : std::vector<Slip>();
}

std::vector<Slip> habits(PageWorking& working, const Answer& answer,
                         const std::vector<AnswerEntry>& wrong) {
  if (!working.has(answer.line.step) || working.pages().find(answer.line) == nullptr) return {};
  const PagePrecision& precision = working.sheet().precision;
  std::vector<Slip> found;
  for (const Hypothesis& one : working.hypotheses(answer, update_slips)) {
    const Accord fit = one.slip.habit.empty() ? Accord::no : fit_of(one.gives, wrong, precision);
    if (fit == Accord::no) continue;
    found.push_back(one.slip);
    found.back().careless = fit == Accord::careless;
    if (wrong.size() == 1 && one.gives.size() == 1)
      found.back().gives = in_its_place(one.gives(0, 0), *wrong[0].number, precision);
  }
  return found;
}

}  // namespace tracer
