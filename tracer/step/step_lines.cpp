// See step_lines.hpp.
#include "tracer/step/step_lines.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tracer/render/graph_page.hpp"
#include "tracer/render/text_block.hpp"
#include "tracer/text/plain.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer {
namespace {

// A result that stands at the end of its line and can be typed; where the rule is the number itself,
// nothing is left to be found out.
bool can_be_predicted(const Equation& equation, const Value& value) {
  constexpr Eigen::Index most_entries = 24;
  return !value.empty() && value.numbers.size() <= most_entries && !equation.value.empty();
}

class LinesOfStep {
 public:
  explicit LinesOfStep(const DerivationStep& step) : step_(step) {}

  std::vector<StepLine> lines() {
    if (!step_.data.empty() || !step_.weights.empty() || !step_.heading.empty())
      lines_.push_back({Phase::given, "", "given"});
    for (std::size_t i = 0; i < step_.forward.size(); ++i) {
      const ForwardLine& line = step_.forward[i];
      add(Phase::forward, line.name, line.equation, line.value, 0, i);
    }
    for (std::size_t pass = 0; pass <= step_.further.size(); ++pass) {
      const std::vector<GradientLine>& gradients = pass_of(step_, pass).gradients;
      for (std::size_t i = 0; i < gradients.size(); ++i)
        add(Phase::backward, gradients[i].wrt, gradients[i].equation, gradients[i].value, pass, i);
    }
    for (std::size_t i = 0; i < step_.updates.size(); ++i) {
      const UpdateLine& line = step_.updates[i];
      if (!line.working.empty())
        add(Phase::update, line.name, line.working.back(), line.after, 0, i);
    }
    return std::move(lines_);
  }

 private:
  void add(Phase phase, const std::string& name, const Equation& equation, const Value& value,
           std::size_t pass, std::size_t at) {
    lines_.push_back({phase, name, text_line(equation.left), &value,
                      can_be_predicted(equation, value), pass, at});
  }

  const DerivationStep& step_;
  std::vector<StepLine> lines_;
};

}  // namespace

const BackwardPass& pass_of(const DerivationStep& step, std::size_t pass) {
  return pass == 0 ? step : step.further[pass - 1];
}

std::optional<Notation> as_fractions(const Value& value) {
  constexpr std::size_t most_characters = 60;
  std::vector<Notation> entries;
  for (const auto& row : value.numbers.rowwise())
    for (const Exact& number : row) {
      std::string text = exact_text(number);
      if (text.empty() || text.size() > most_characters) return std::nullopt;
      entries.push_back(notation::number(std::move(text)));
    }
  if (value.scalar()) return std::move(entries.front());
  return notation::matrix(static_cast<int>(value.numbers.rows()),
                          static_cast<int>(value.numbers.cols()), std::move(entries));
}

std::string_view name_of(Phase phase) {
  switch (phase) {
    case Phase::given:
      return "given";
    case Phase::forward:
      return "forward";
    case Phase::backward:
      return "backward";
    case Phase::update:
      break;
  }
  return "update";
}

std::string_view name_of(ResultForm numbers) {
  return numbers == ResultForm::decimal ? "decimals"
         : numbers == ResultForm::exact ? "fractions"
                                        : "rounded";
}

StepPage::StepPage(DerivationStep made, const Derivation& of)
    : step(std::move(made)),
      parameters(of.parameters),
      is_rounded(!of.working.empty()),
      lines(LinesOfStep(step).lines()) {}

std::string StepPage::name() const {
  const std::string name = step.heading.substr(0, step.heading.find(':'));
  return name.empty() ? fmt::format("step {}", step.step) : begun_small(name);
}

namespace {

std::vector<std::string> names_used(const StepPage& page, const StepLine& line) {
  std::vector<std::string> names;
  const DerivationStep& step = page.step;
  switch (line.phase) {
    case Phase::given:
      break;
    case Phase::forward:
      return step.forward[line.at].uses;
    case Phase::backward: {
      const GradientLine& gradient = pass_of(step, line.pass).gradients[line.at];
      for (const Equation& path : gradient.paths)
        if (!path.rule.empty()) collect_values_named(path.rule.back().what, names);
      if (!gradient.equation.rule.empty())
        collect_values_named(gradient.equation.rule.back().what, names);
      break;
    }
    case Phase::update:
      names.push_back(line.name);
      for (const StepLine& other : page.lines)
        if (other.phase == Phase::backward && other.name == line.name) names.push_back(other.label);
  }
  return names;
}

}  // namespace

std::vector<Ingredient> ingredients_of(const StepPage& page, const StepLine& line) {
  std::vector<Ingredient> made;
  for (const std::string& name : names_used(page, line)) {
    for (std::size_t i = 0; i < page.lines.size(); ++i)
      // what an update gives is no part of anything in its own step
      if (page.lines[i].phase != Phase::update && page.lines[i].label == name &&
          &page.lines[i] != &line && page.lines[i].value != nullptr)
        made.push_back({name, page.lines[i].value, i});
    for (const auto* givens : {&page.step.data, &page.step.weights})
      for (const Given& given : *givens)
        if (given.name == name) made.push_back({name, &given.value, std::nullopt});
  }
  return made;
}

std::string result_text(const Value& value, ResultForm numbers) {
  if (value.empty()) return "";
  if (!value.scalar()) return short_text(value);
  if (numbers == ResultForm::exact)
    if (const auto fraction = as_fractions(value)) return "= " + text_line(*fraction);
  const Decimal& shown = value.decimals.front();
  return (shown.exact ? "= " : "≈ ") + text_number(shown.text);
}

bool differ(const Value& a, const Value& b) {
  if (a.numbers.rows() != b.numbers.rows() || a.numbers.cols() != b.numbers.cols()) return true;
  for (std::size_t k = 0; k < a.decimals.size(); ++k) {
    const auto at = static_cast<Eigen::Index>(k);
    const Exact& left = a.numbers(at / a.numbers.cols(), at % a.numbers.cols());
    const Exact& right = b.numbers(at / b.numbers.cols(), at % b.numbers.cols());
    if (left.is_rational() && right.is_rational() ? left.rational() != right.rational()
                                                  : a.decimals[k].text != b.decimals[k].text)
      return true;
  }
  return false;
}

}  // namespace tracer
