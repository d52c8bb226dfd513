#include "tracer/grade/slips.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "tracer/derive/formulas.hpp"
#include "tracer/derive/page.hpp"
#include "tracer/error.hpp"
#include "tracer/mistake/catalogue.hpp"
#include "tracer/mistake/formula_mistakes.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/symbol/simplify.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer {
namespace {

const Show& page_show() {
  constexpr int digits = 8;  // more than anybody carries by hand
  static const Show show(digits, true);
  return show;
}

// Fractions as decimals, with the digits of the page, and enough to work with.
Notation in_decimals(Notation shown, const PagePrecision& page) {
  for (Notation& child : shown.children) child = in_decimals(std::move(child), page);
  const auto bar = shown.text.find('/');
  if (shown.kind != Notation::Kind::number || bar == std::string::npos) return shown;
  const Rational value =
      parse_rational(shown.text.substr(0, bar)) / parse_rational(shown.text.substr(bar + 1));
  constexpr int customary = 4;
  constexpr int least = 5;
  const int significant = std::max(page.usual_significant, least);
  const int decimals = std::max({page.usual_decimals > 0 ? page.usual_decimals : customary,
                                 decimals_of_significant(value, significant), 0});
  const Rational rounded = round(Exact(value), {decimals, false, page.mode}).rational();
  constexpr int all = 60;
  return notation::number(to_decimal(Exact(rounded), all, true).text, rounded != value);
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
  // nobody works an optimizer's lines out in 1742/475
  if (found && update_here->lines.size() > 1) return in_decimals(*found, sheet_.precision);
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

Slip not_told() {
  return {{"no known slip",
           {notation::words("the cause is not told by these digits")},
           "work it out again"}};
}

// The two numbers with as many digits as it takes to tell them apart; nothing where they are the
// same, for then no digits do.
void tell_apart(std::vector<Slip>& found, const std::vector<const Array<Exact>*>& gives) {
  const Exact& a = (*gives[0])(0, 0);
  const Exact& b = (*gives[1])(0, 0);
  if ((a - b).contains_zero()) return;
  constexpr int most = 20;
  for (int digits = 2; digits <= most; ++digits) {
    std::string first = text_number(to_decimal(a, digits, true).text);
    std::string second = text_number(to_decimal(b, digits, true).text);
    if (first == second) continue;
    found[0].finer = std::move(first);
    found[1].finer = std::move(second);
    return;
  }
}

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
std::vector<Slip> that_fit(const std::vector<Hypothesis>& all, Accord wanted,
                           const std::function<bool(const Hypothesis&)>& held,
                           const std::vector<AnswerEntry>& wrong, const PagePrecision& precision) {
  std::vector<Slip> found;
  std::vector<const Array<Exact>*> told;
  const bool zero =
      std::ranges::any_of(wrong, [](const AnswerEntry& entry) { return entry.number->value == 0; });
  for (const Hypothesis& one : all) {
    if (zero && one.slip.kind == "decimal point") continue;  // in 0 there is none that could slip
    if (fit_of(one.gives, wrong, precision) != wanted || !held(one)) continue;
    const auto is_this = [&](const Array<Exact>* value) { return same_numbers(*value, one.gives); };
    if (!one.told_too && std::ranges::any_of(told, is_this)) continue;
    told.push_back(&one.gives);
    found.push_back(one.slip);
    found.back().careless = wanted == Accord::careless;
    found.back().exactly = std::ranges::all_of(wrong, [&](const AnswerEntry& entry) {
      const Exact& gives = one.gives(entry.row, entry.column);
      return one.slip.kind != "digits swapped" && gives.is_rational() &&
             gives.rational() == entry.number->value;
    });
    const bool scalar = wrong.size() == 1 && one.gives.size() == 1;
    if (scalar && found.back().gives.empty())
      found.back().gives = in_its_place(one.gives(0, 0), *wrong[0].number, precision);
    // two lines bear out the one; of the other every digit is there
    if (one.slip.kind == "swapped" || one.slip.kind == "not updated") break;
  }
  if (found.size() == 2 && wrong.size() == 1 && told[0]->size() == 1) tell_apart(found, told);
  return found;
}

// How many digits bear a reason out: those of all the wrong numbers.
int bearing_digits(const std::vector<AnswerEntry>& wrong) {
  int digits = 0;
  for (const AnswerEntry& entry : wrong) digits += entry.number->significant;
  return digits;
}

// How much of a matrix a slip explains: all that is written of it, most of what it would have
// changed, or some of that.
enum class Reach { whole, mostly, part };

bool reaches(const Hypothesis& one, Reach reach, const std::vector<AnswerEntry>& wrong,
             const std::vector<AnswerEntry>& whole, const PagePrecision& precision) {
  if (one.slip.weak) return false;
  const auto contradicted = std::ranges::count_if(whole, [&](const AnswerEntry& entry) {
    return fit_of(one.gives, std::vector{entry}, precision) == Accord::no;
  });
  if (reach == Reach::whole) return contradicted == 0;
  if (reach == Reach::mostly) return contradicted <= static_cast<std::ptrdiff_t>(wrong.size());
  // what happens to one number by itself, or what so many digits bear out
  constexpr int telling = 3;
  return one.slip.kind == mistake_kinds::sign.id || bearing_digits(wrong) >= telling;
}

// How many of these hypotheses a number like that would fit by chance: each stands for the numbers
// that round to it, of all those about as large.
double by_chance(const std::vector<Hypothesis>& all, const AnswerEntry& wrong,
                 const PagePrecision& precision) {
  const double written = std::abs(Exact(wrong.number->value).to_double());
  const auto decimals = compared_decimals(*wrong.number, precision);
  if (!decimals || written == 0) return 0;
  std::set<double> near;
  for (const Hypothesis& one : all) {
    if (one.slip.weak || wrong.row >= one.gives.rows() || wrong.column >= one.gives.cols())
      continue;
    const double gives = std::abs(one.gives(wrong.row, wrong.column).to_double());
    if (gives > written / 3 && gives < written * 3) near.insert(gives);
  }
  return static_cast<double>(near.size()) * std::pow(10.0, -*decimals) / (3 * written);
}

// Two at most. Of more, with few digits, all but one agree by chance, and perhaps all.
std::vector<Slip> told_of(std::vector<Slip> found, const std::vector<Hypothesis>& all,
                          const std::vector<AnswerEntry>& wrong, const PagePrecision& precision) {
  constexpr std::size_t most = 2;
  constexpr int telling = 3;
  if (found.empty()) return found;
  const bool few = bearing_digits(wrong) < telling;
  if (few && found.size() > most) return {not_told()};
  constexpr double likely = 0.1;
  const std::string& first = found.front().kind;
  const bool sure = found.front().exactly || first == mistake_kinds::sign.id ||
                    first == "swapped" || first == "not updated";
  if (few && !sure && wrong.size() == 1 && by_chance(all, wrong[0], precision) > likely)
    return {not_told()};
  if (found.size() <= most) return found;
  found.resize(most);
  return found;
}

}  // namespace

std::vector<Hypothesis> all_slips(PageWorking& working, const Answer& answer) {
  std::vector<Hypothesis> all;
  for (const auto kind : {swap_slips, update_slips, sign_slips, line_slips, loss_slips,
                          formula_slips, through_slips, slope_slips, copy_slips, factor_slips}) {
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
  const auto written = working.written().find(answer.line);  // an unwritten line has none
  const std::vector<AnswerEntry> whole =
      written == working.written().end() ? entries(answer) : written->second;
  for (const Accord wanted : {Accord::yes, Accord::careless}) {
    for (const Reach reach : {Reach::whole, Reach::mostly, Reach::part}) {
      const auto held = [&](const Hypothesis& one) {
        return reaches(one, reach, wrong, whole, precision);
      };
      if (auto found = that_fit(all, wanted, held, wrong, precision); !found.empty())
        return told_of(std::move(found), all, wrong, precision);
      if (whole.size() <= wrong.size()) break;
    }
  }
  const auto unlikely = [&](const Hypothesis& one) {
    constexpr int telling = 4;  // digits of an entry that is wrong alone
    return one.slip.weak &&
           (bearing_digits(wrong) >= telling || fit_of(one.gives, whole, precision) == Accord::yes);
  };
  std::vector<Slip> found = that_fit(all, Accord::yes, unlikely, wrong, precision);
  constexpr int telling = 3;  // digits: with fewer, too much comes to the same
  if (found.empty() || bearing_digits(wrong) >= telling)
    return told_of(std::move(found), all, wrong, precision);
  return bearing_digits(wrong) < 2 ? std::vector<Slip>() : std::vector<Slip>{not_told()};
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
