// See line_working.hpp.
#include "tracer/step/line_working.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "tracer/render/blank_sheet.hpp"
#include "tracer/render/derivation_page.hpp"
#include "tracer/render/formats.hpp"
#include "tracer/render/text_block.hpp"
#include "tracer/render/text_working.hpp"
#include "tracer/text/cells.hpp"

namespace tracer {
namespace {

void hide(Equation& equation) {
  equation.value = {{equation.value.back().exact, box_for(equation.value.back().what)}};
  equation.remarks.clear();
}

// Why a result has no fraction.
std::string no_fraction(const Value& value) {
  for (const auto& row : value.numbers.rowwise())
    for (const Exact& number : row) {
      if (number.is_rational()) continue;
      return number.outgrown()
                 ? "no fraction: it has grown too long for one"
                 : "no fraction: it comes of numbers that have none; every digit here is proved";
    }
  return "the fraction is too long to be shown";
}

// The result as a fraction, after the decimals where these are all of it.
void show_exact(Equation& equation, const Value& value) {
  if (value.empty() || equation.value.empty()) return;
  const Notation& shown = equation.value.back().what;
  if (shown.kind == Notation::Kind::elided) return;
  const std::optional<Notation> fractions = as_fractions(value);
  if (!fractions) {
    equation.remarks.push_back(no_fraction(value));
    return;
  }
  if (text_line(*fractions) == text_line(shown)) return;
  // 1/3 takes the place of 0.3333333333; beside 0.25, which is all of it, stands 1/4
  std::erase_if(equation.value, [&](const Link& link) {
    return !link.exact || text_line(link.what) == text_line(*fractions);
  });
  equation.value.push_back({true, *fractions});
}

void show_in(const WorkingLook& look, Equation& equation, const Value& value) {
  if (look.hidden)
    hide(equation);
  else if (look.numbers == ResultForm::exact)
    show_exact(equation, value);
}

// Rule, numbers and result of a line as three, under each other; what has matrices in it is set that
// way anyhow.
std::vector<Equation> under_each_other(Equation equation) {
  if (is_tall(equation)) return {std::move(equation)};
  std::vector<Equation> rows;
  const auto add = [&](std::vector<Link> Equation::*part, std::vector<Link> links) {
    if (links.empty()) return;
    Equation row;
    if (rows.empty()) {
      row.left = equation.left;
      row.arrow = equation.arrow;
    }
    row.*part = std::move(links);
    rows.push_back(std::move(row));
  };
  add(&Equation::rule, equation.rule);
  add(&Equation::numbers, equation.numbers);
  for (const Link& link : equation.value) add(&Equation::value, {link});  // 1/3, and 0.3333333333
  if (rows.empty()) return {std::move(equation)};
  rows.back().remarks = std::move(equation.remarks);
  return rows;
}

// The same of a line of a pass, its first row with all else that it has.
template <class Line>
std::vector<Line> rows_of(Line line) {
  std::vector<Equation> rows = under_each_other(std::move(line.equation));
  line.equation = std::move(rows.front());
  std::vector<Line> made{std::move(line)};
  for (std::size_t i = 1; i < rows.size(); ++i) made.emplace_back().equation = std::move(rows[i]);
  return made;
}

BackwardPass one_gradient(const BackwardPass& pass, const StepLine& line, const WorkingLook& look) {
  BackwardPass made;
  made.from = pass.from;
  made.way_back = pass.way_back;
  GradientLine shown = pass.gradients[line.at];
  show_in(look, shown.equation, shown.value);
  made.gradients = rows_of(std::move(shown));
  if (line.at + 1 == pass.gradients.size() && !look.hidden) {
    made.chains = pass.chains;
    made.chains_label = pass.chains_label;
  }
  return made;
}

DerivationStep one_line(const StepPage& page, const StepLine& line, const WorkingLook& look) {
  const DerivationStep& step = page.step;
  DerivationStep made;
  if (look.heading || line.phase == Phase::given) made.heading = step.heading;
  switch (line.phase) {
    case Phase::given:
      made.layout = step.layout;
      made.data = step.data;
      made.weights_label = step.weights_label;
      made.weights = step.weights;
      made.notes = step.notes;
      break;
    case Phase::forward:
      made.path = step.path;
      {
        ForwardLine shown = step.forward[line.at];
        show_in(look, shown.equation, shown.value);
        made.forward = rows_of(std::move(shown));
      }
      break;
    case Phase::backward:
      static_cast<BackwardPass&>(made) = one_gradient(pass_of(step, line.pass), line, look);
      break;
    case Phase::update:
      made.update_rule = step.update_rule;
      made.updates = {step.updates[line.at]};
      {
        std::vector<Equation>& working = made.updates.front().working;
        show_in(look, working.back(), made.updates.front().after);
        std::vector<Equation> rows = under_each_other(std::move(working.back()));
        working.pop_back();
        std::ranges::move(rows, std::back_inserter(working));
      }
      if (line.at + 1 == step.updates.size() && !look.hidden) {
        made.samples = step.samples;
        made.effect = step.effect;
        made.drift = step.drift;
      }
      break;
  }
  return made;
}

}  // namespace

std::vector<std::string> working_of(const StepPage& page, const StepLine& line,
                                    const WorkingLook& look, const Style& style) {
  Derivation alone;
  alone.parameters = page.parameters;
  alone.steps.push_back(one_line(page, line, look));
  return lines_of(write(page_of(alone), "text", style));
}

}  // namespace tracer
