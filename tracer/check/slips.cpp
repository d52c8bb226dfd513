#include "tracer/check/slips.hpp"

#include <algorithm>

#include "tracer/derive/page.hpp"
#include "tracer/derive/show.hpp"

namespace tracer {
namespace {

const Show& own_show() {
  constexpr int digits = 8;  // more than anybody carries by hand
  static const Show show(digits, true);
  return show;
}

}  // namespace

OwnWorking::OwnWorking(LessonPages& lesson, const AnswerSheet& sheet, const WorkedPages& own)
    : lesson_(lesson), sheet_(sheet), own_(own), written_(sheet.by_line()) {}

const StepRecord& OwnWorking::record(int step) const {
  return own_.steps.at(static_cast<std::size_t>(step - 1));
}

const UpdateRecord* OwnWorking::update(const PageLine& line) const {
  if (!has(line.step)) return nullptr;
  const std::vector<UpdateRecord>& updates = record(line.step).updates;
  const auto found = std::ranges::find(updates, line.name, &UpdateRecord::parameter);
  return found == updates.end() ? nullptr : &*found;
}

StepNumbers OwnWorking::numbers(int step) {
  return {lesson_.rules(step), &record(step), own_show(), lesson_.working()};
}

const DerivationStep& OwnWorking::page(int step) {
  if (const auto found = pages_.find(step); found != pages_.end()) return found->second;
  const Program& program = lesson_.program();
  const std::optional<Optimizer>& optimizer = lesson_.run().optimizer();
  const PageContext context{program,
                            lesson_.rules(step),
                            own_show(),
                            lesson_.working(),
                            lesson_.run().by_sample(),
                            true,
                            program.data ? program.data->count : 0,
                            optimizer ? &*optimizer : nullptr,
                            {}};
  return pages_.emplace(step, write_page(context, record(step), nullptr)).first->second;
}

std::optional<Notation> OwnWorking::working(const PageLine& line) {
  if (!has(line.step) || line.kind == PageLine::Kind::given) return std::nullopt;
  const DerivationStep& step = page(line.step);
  const Equation* equation = nullptr;
  for (const ForwardLine& one : step.forward) {
    if (line.kind == PageLine::Kind::value && one.name == line.name) equation = &one.equation;
  }
  for (const GradientLine& one : step.gradients) {
    if (line.kind == PageLine::Kind::gradient && one.wrt == line.name) equation = &one.equation;
  }
  for (const UpdateLine& one : step.updates) {
    if (line.kind != PageLine::Kind::update || one.name != line.name) continue;
    for (const Equation& working : one.working) {
      if (line.part.empty() || working.left.text == line.part) equation = &working;
    }
  }
  if (equation == nullptr || equation->numbers.empty()) return std::nullopt;
  return equation->numbers.back().what;
}

Agreement fit_of(const Exact& given, const WrittenNumber& number, const PagePrecision& precision) {
  const Agreement fit = agreement(given, number, precision);
  // with two digits a coincidence is likelier than a slip that was then rounded carelessly
  constexpr int telling = 3;
  return fit == Agreement::careless && number.significant < telling ? Agreement::no : fit;
}

namespace {

// The worst fit of all entries.
Agreement fit_of(const Array<Exact>& given, const std::vector<AnswerEntry>& written,
                 const PagePrecision& precision) {
  Agreement worst = Agreement::yes;
  for (const AnswerEntry& entry : written) {
    if (entry.row >= given.rows() || entry.column >= given.cols()) return Agreement::no;
    worst = std::max(worst, fit_of(given(entry.row, entry.column), *entry.number, precision));
  }
  return worst;
}

bool same(const Array<Exact>& a, const Array<Exact>& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return false;
  for (Eigen::Index k = 0; k < a.size(); ++k) {
    if (!(a(k) - b(k)).contains_zero()) return false;
  }
  return true;
}

Hypothesis written_transposed(OwnWorking& working, const Answer& answer) {
  Hypothesis made;
  made.slip.kind = "transposed";
  made.slip.says = {notation::words("transposed: rows and columns have changed places")};
  made.slip.hint = "look at which are rows and which are columns";
  made.gives = working.own().computed.at(answer.line);
  return made;
}

std::vector<Hypothesis> tried(OwnWorking& working, const Answer& answer) {
  if (answer.transposed) return {written_transposed(working, answer)};
  std::vector<Hypothesis> all;
  for (const auto kind : {swap_slips, sign_slips, update_slips, formula_slips, line_slips,
                          copy_slips, factor_slips}) {
    for (Hypothesis& one : kind(working, answer)) all.push_back(std::move(one));
  }
  return all;
}

}  // namespace

std::vector<Slip> slips(OwnWorking& working, const Answer& answer,
                        const std::vector<AnswerEntry>& wrong) {
  const PagePrecision& precision = working.sheet().precision;
  std::vector<Slip> found;
  if (!working.has(answer.line.step) || working.own().find(answer.line) == nullptr) return found;
  const std::vector<Hypothesis> all = tried(working, answer);
  for (const Agreement wanted : {Agreement::yes, Agreement::careless}) {
    std::vector<const Array<Exact>*> told;
    for (const Hypothesis& one : all) {
      constexpr std::size_t most = 2;
      if (found.size() == most || fit_of(one.gives, wrong, precision) != wanted) continue;
      // the same number by another way is told once, in the likeliest way
      const auto is_this = [&](const Array<Exact>* value) { return same(*value, one.gives); };
      if (std::ranges::any_of(told, is_this)) continue;
      told.push_back(&one.gives);
      found.push_back(one.slip);
      found.back().careless = wanted == Agreement::careless;
      const bool scalar = wrong.size() == 1 && one.gives.size() == 1;
      if (scalar && found.back().gives.empty())
        found.back().gives = in_its_place(one.gives(0, 0), *wrong[0].number, precision);
      if (one.slip.kind == "swapped") return found;  // two lines bear that out
    }
    if (!found.empty()) return found;
  }
  return found;
}

}  // namespace tracer
