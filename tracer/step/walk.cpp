// See walk.hpp. Which key does what: walk_keys.cpp.
#include "tracer/step/walk.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/grade/plain_signs.hpp"
#include "tracer/language/diagnostic.hpp"
#include "tracer/language/gradient_names.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/step/prediction.hpp"
#include "tracer/text/number_text.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

// What a name that was typed means among the lines: a value's forward line, a gradient's, an update.
struct Sought {
  std::string name;
  std::optional<Phase> phase;
};

std::vector<Sought> meanings_of(std::string_view typed) {
  const std::string plain(trimmed_view(plain_signs(typed)));
  std::vector<Sought> meanings{{plain, {}}};
  for (const GradientName& gradient : gradient_names(plain, is_loss_word))
    meanings.push_back({gradient.of, Phase::backward});
  return meanings;
}

bool is_meant(const Sought& sought, const StepLine& line) {
  if (line.phase == Phase::given) return !sought.phase && sought.name == name_of(Phase::given);
  return line.name == sought.name && (!sought.phase || *sought.phase == line.phase);
}

std::string words_for(const std::exception& error) {
  // of a lesson's mistakes the first, without the lesson's text, which is not there to be seen
  if (const auto* lesson = dynamic_cast<const LessonError*>(&error))
    if (!lesson->errors.empty()) {
      const Diagnostic& first = lesson->errors.front();
      const std::string remedy = first.remedy.substr(0, first.remedy.find('\n'));
      return remedy.empty() ? first.message : first.message + ": " + remedy;
    }
  return error.what();
}

bool givens_differ(const std::vector<Given>& now, const std::vector<Given>& then) {
  if (now.size() != then.size()) return true;
  for (std::size_t i = 0; i < now.size(); ++i)
    if (differ(now[i].value, then[i].value)) return true;
  return false;
}

}  // namespace

Walk::Walk(LessonSteps& steps) : steps_(steps), step_(steps.first()) {
  load(step_, numbers_);
  if (page_->lines.empty()) throw Error("the lesson has no line to be walked through");
}

template <class Action>
bool Walk::attempt(const Action& action) {
  try {
    action();
    return true;
  } catch (const Error& error) {
    say(words_for(error), Stress::bad);
  } catch (const Undecided& undecided) {
    say(fmt::format("{}: this can't be decided at the limit of precision (--bits)",
                    undecided.what()),
        Stress::bad);
  }
  return false;
}

void Walk::load(long long step, ResultForm numbers) {
  std::shared_ptr<const StepPage> page = steps_.page(step, numbers);
  // a step may have had no value before: then there is nothing to compare with
  std::shared_ptr<const StepPage> before;
  try {
    before = steps_.page_before(step, numbers);
  } catch (const Error&) {
  } catch (const Undecided&) {
  }
  page_ = std::move(page);
  before_ = std::move(before);
  step_ = step;
  numbers_ = numbers;
}

void Walk::refresh() {
  load(step_, numbers_);
  line_ = std::min(line_, page_->lines.size() - 1);
}

bool Walk::is_hidden(std::size_t line) const {
  return predicting_ && page_->lines[line].predictable && !known_.contains({step_, line});
}

bool Walk::is_changed(std::size_t line) const {
  if (!before_ || before_->lines.size() != page_->lines.size()) return false;
  if (page_->lines[line].phase == Phase::given)
    return givens_differ(page_->step.weights, before_->step.weights) ||
           givens_differ(page_->step.data, before_->step.data);
  const StepLine& now = page_->lines[line];
  const StepLine& then = before_->lines[line];
  return now.label == then.label && now.value != nullptr && then.value != nullptr &&
         differ(*now.value, *then.value);
}

void Walk::submit() {
  const Prompt asked = *std::exchange(prompt_, std::nullopt);
  const std::string text(trimmed_view(asked.text));
  if (text.empty()) return;
  switch (asked.kind) {
    case Prompt::Kind::go_to:
      return go_to(text);
    case Prompt::Kind::step: {
      const auto number = number_in_text<long long>(text);
      if (!number) return say(fmt::format("'{}' is no number of a step", text), Stress::bad);
      return to_step(*number);
    }
    case Prompt::Kind::change:
      return change(text);
    case Prompt::Kind::predict:
      return predict(text);
  }
}

void Walk::to_line(std::size_t line) {
  line_ = line;
  scroll_ = 0;
}

void Walk::go_on() {
  if (is_hidden(line_)) return tell();
  if (line_ + 1 < page_->lines.size()) return to_line(line_ + 1);
  if (step_ < steps_.last()) return to_step(step_ + 1);
  say("this is the end (Home, or 1 and Enter, goes back)");
}

void Walk::go_back() {
  if (line_ > 0) return to_line(line_ - 1);
  if (step_ > steps_.first()) return to_step(step_ - 1, true);
  say("this is the beginning");
}

void Walk::to_phase(int by) {
  const std::vector<StepLine>& lines = page_->lines;
  const auto begins = [&](std::size_t i) {
    return i == 0 || lines[i].phase != lines[i - 1].phase || lines[i].pass != lines[i - 1].pass;
  };
  if (by > 0) {
    for (std::size_t i = line_ + 1; i < lines.size(); ++i)
      if (begins(i)) return to_line(i);
    if (step_ < steps_.last()) return to_step(step_ + 1);
    return to_line(lines.size() - 1);
  }
  if (line_ == 0) return go_back();
  std::size_t i = line_ - 1;
  while (!begins(i)) --i;
  to_line(i);
}

void Walk::to_step(long long step, bool at_end) {
  if (step < steps_.first() || step > steps_.last()) {
    const std::string there =
        steps_.first() == steps_.last()
            ? fmt::format("{} is all there is", steps_.first())
            : fmt::format("there are {} to {}", steps_.first(), steps_.last());
    return say(fmt::format("there is no step {}; {}", step, there), Stress::bad);
  }
  if (!attempt([&] { load(step, numbers_); })) return;
  to_line(at_end ? page_->lines.size() - 1 : 0);
}

void Walk::go_to(std::string_view name) {
  const std::vector<StepLine>& lines = page_->lines;
  for (const Sought& sought : meanings_of(name))
    // the next one, so that the same name again goes from the value to its gradient, and its update
    for (std::size_t i = 1; i <= lines.size(); ++i)
      if (const std::size_t at = (line_ + i) % lines.size(); is_meant(sought, lines[at]))
        return to_line(at);
  std::vector<std::string> names;
  for (const StepLine& line : lines) names.push_back(line.name);
  say(fmt::format("there is no line of {} in this step; {}", name,
                  suggested(name, names, "the list has their names")),
      Stress::bad);
}

void Walk::change(const std::string& setting) {
  if (!attempt([&] { steps_.change(setting, step_); })) {
    message_.text += "; nothing is changed";
    return;
  }
  if (!attempt([&] { refresh(); })) {
    steps_.undo();
    return;
  }
  take_back(fmt::format("{}: ", setting));
}

void Walk::undo() {
  if (!steps_.undo()) return say("nothing is changed");
  // the page was there before
  if (attempt([&] { refresh(); })) take_back("as it was before: ");
}

// Other numbers are to be predicted again.
void Walk::take_back(const std::string& what) {
  known_.clear();
  tried_.clear();
  if (before_ == nullptr) return say(what + "the lesson's own values");
  int changed = 0, all = 0;
  for (std::size_t i = 0; i < page_->lines.size(); ++i) {
    if (page_->lines[i].value == nullptr) continue;
    ++all;
    changed += is_changed(i) ? 1 : 0;
  }
  say(fmt::format("{}{} of the {} results here {} (•)   u takes it back", what, changed, all,
                  changed == 1 ? "has changed" : "have changed"));
}

void Walk::switch_numbers() {
  // of rounded working the fractions would be those of what was rounded
  const bool has_fractions = !page_->is_rounded;
  const ResultForm next = numbers_ == ResultForm::rounded                    ? ResultForm::decimal
                          : numbers_ == ResultForm::decimal && has_fractions ? ResultForm::exact
                                                                             : ResultForm::rounded;
  if (!attempt([&] { load(step_, next); })) return;
  say(next == ResultForm::decimal ? "results as decimals"
      : next == ResultForm::exact ? "results as fractions, where they have one"
                                  : "numbers in four digits");
}

void Walk::switch_prediction() {
  if (page_->step.forward.empty() || std::ranges::none_of(page_->lines, &StepLine::predictable))
    return say("there are no numbers to be predicted: the lesson is in symbols");
  predicting_ = !predicting_;
  known_.clear();
  tried_.clear();
  right_ = asked_ = 0;
  if (!predicting_) return say("results are shown");
  say("results are hidden until you type them; s shows one");
}

void Walk::tell() {
  known_.insert({step_, line_});
  if (!tried_.contains({step_, line_})) ++asked_;
  say(fmt::format("{} {}", active().label, result_text(*active().value, numbers_)));
}

void Walk::predict(const std::string& typed) {
  if (!is_hidden(line_)) return;
  Prediction judged;
  if (!attempt([&] { judged = judge_prediction(*active().value, typed); })) return;
  const Place place{step_, line_};
  const bool first_try = tried_.insert(place).second;
  if (first_try) ++asked_;
  if (!judged.accepted()) {
    const std::string slip = steps_.slip_in(*page_, active(), typed);
    if (!slip.empty()) judged.says = slip;
  }
  if (!judged.accepted())
    return say(fmt::format("{}: {} (s shows it)", typed, judged.says), Stress::bad);
  if (first_try) ++right_;
  known_.insert(place);
  const std::string right =
      fmt::format("{} {}", active().label, result_text(*active().value, numbers_));
  say(judged.says.empty() ? "right: " + right
                          : fmt::format("right, but {}: {}", judged.says, right),
      Stress::good);
}

}  // namespace tracer
