// See lesson_steps.hpp.
#include "tracer/step/lesson_steps.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/grade/foreseen.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/render/marking_page.hpp"
#include "tracer/step/prediction.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

constexpr int digits_of_rounded = 4;
constexpr std::size_t most_pages = 256;  // that are kept

// To look at step 1000 the 999 before it have to be run. Far in, some of those behind it are derived
// too, so that going on costs little; not at once, for such steps lack the remarks of the one before.
long long last_of_block(long long first) {
  constexpr long long share = 64, most = 64;
  return first + std::min(first / share, most);
}

}  // namespace

LessonSteps::LessonSteps(Load load, LeafSettings settings, DeriveOptions options)
    : load_(std::move(load)), given_(std::move(settings)), options_(std::move(options)) {
  first_ = std::max(options_.first_step, 1LL);
  asked_last_ = options_.last_step;
  last_ = first_;
  versions_.push_back(version(given_, {}));
}

LessonSteps::Version LessonSteps::version(LeafSettings settings,
                                          std::map<std::string, std::string> said) const {
  Version made{settings, std::move(said), load_(settings)};
  // they would have all steps run, and a walk does not judge them
  made.program.expectations.clear();
  return made;
}

std::shared_ptr<const StepPage> LessonSteps::page(long long step, ResultForm numbers) {
  return page_of(versions_.back(), step, numbers);
}

std::shared_ptr<const StepPage> LessonSteps::page_before(long long step, ResultForm numbers) {
  if (versions_.size() < 2) return nullptr;
  return page_of(versions_[versions_.size() - 2], step, numbers);
}

std::shared_ptr<const StepPage> LessonSteps::page_of(Version& of, long long step,
                                                     ResultForm numbers) {
  // fractions are made of the same page
  const ResultForm kind = numbers == ResultForm::rounded ? numbers : ResultForm::decimal;
  if (const auto kept = of.pages.find({step, kind}); kept != of.pages.end()) return kept->second;
  DeriveOptions wanted = options_;
  if (kind == ResultForm::rounded) wanted.digits = std::min(wanted.digits, digits_of_rounded);
  if (!of.program.symbolic || options_.first_step > 0) {  // in symbols all steps are one
    wanted.first_step = step;
    wanted.last_step = last_of_block(step);
    if (asked_last_ > 0) wanted.last_step = std::min(wanted.last_step, asked_last_);
  }
  if (tell_) tell_(step);
  DeriveResult result = derive(of.program, wanted);
  Derivation& derivation = result.derivation;
  if (of.pages.size() > most_pages) of.pages.clear();
  for (std::size_t i = 0; i < derivation.steps.size(); ++i)
    of.pages[{step + static_cast<long long>(i), kind}] =
        std::make_shared<const StepPage>(std::move(derivation.steps[i]), derivation);
  const long long shown = step + static_cast<long long>(derivation.steps.size()) - 1;
  last_ = shown + std::max(derivation.remaining, 0LL);
  if (asked_last_ > 0) last_ = std::min(last_, asked_last_);
  return of.pages.at({step, kind});
}

std::string LessonSteps::slip_in(const StepPage& page, const StepLine& line,
                                 std::string_view typed) const {
  const Program& program = now().program;
  if (options_.rounding || !is_for_hands(program, page.step)) return "";
  using Kind = PageLine::Kind;
  const Kind kind = line.phase == Phase::forward    ? Kind::value
                    : line.phase == Phase::backward ? Kind::gradient
                                                    : Kind::update;
  try {
    LessonPages pages(program, Working{128, 4096});
    std::string said;
    for (const Slip& slip :
         slips_of_value(pages, {page.step.step, kind, line.name, ""}, read_prediction(typed)))
      said += (said.empty() ? "" : "; or ") + text_of(slip.says);
    return said;
  } catch (const Undecided&) {
    return "";  // it is wrong, whatever the reason
  }
}

void LessonSteps::require_value(const std::string& name) const {
  std::vector<std::string> names;
  const Program& program = now().program;
  for (const auto& [leaf, value] : program.values) names.push_back(leaf);
  for (const auto& [constant, value] : program.constants) names.push_back(constant);
  std::vector<std::string> others = names;  // of these it is known why they can't be changed
  if (program.data) std::ranges::copy(program.data->names, std::back_inserter(others));
  if (std::ranges::find(others, name) == others.end())
    throw Error(fmt::format("the lesson has no value {}; {}", name, suggested(name, names)));
}

void LessonSteps::change(std::string_view setting, long long step) {
  const auto equals = setting.find('=');
  const std::string name(trimmed_view(setting.substr(0, equals)));
  if (equals == std::string_view::npos || name.empty())
    throw Error("write a name and its new value: w1 = 0.7 (w1 = alone gives the old one back)");
  require_value(name);
  LeafSettings settings = now().settings;
  std::map<std::string, std::string> said = now().said;
  const std::string value(trimmed_view(setting.substr(equals + 1)));
  if (value.empty()) {
    if (said.erase(name) == 0) throw Error(fmt::format("{} is not changed", name));
    if (const auto before = given_.find(name); before != given_.end())
      settings[name] = before->second;
    else
      settings.erase(name);
  } else {
    settings[name] = parse_setting(fmt::format("{}={}", name, value)).second;
    said[name] = value;
  }
  Version made = version(std::move(settings), std::move(said));
  const long long last = last_;
  try {
    page_of(made, step, ResultForm::decimal);
  } catch (...) {
    last_ = last;
    throw;
  }
  versions_.push_back(std::move(made));
}

bool LessonSteps::undo() {
  if (versions_.size() < 2) return false;
  versions_.pop_back();
  return true;
}

std::vector<std::string> LessonSteps::changes() const {
  std::vector<std::string> made;
  for (const auto& [name, value] : now().said) made.push_back(fmt::format("{} = {}", name, value));
  return made;
}

}  // namespace tracer
