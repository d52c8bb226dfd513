// schedule=step(step_size=10, gamma=0.1): which schedules there are, and what each takes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "tracer/language/constants.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/language/training.hpp"

namespace tracer {
namespace {

using namespace ast;

struct Parameter {
  std::string_view name;
  std::string_view other;  // PyTorch's word
  enum class Range { count, factor, rate } range;
};
struct Kind {
  std::string_view name;
  std::string_view other;  // PyTorch's class
  Schedule::Kind kind;
  Rational gamma;
  bool by_position;
  std::vector<Parameter> parameters;
};

const std::vector<Kind>& kinds() {
  using enum Schedule::Kind;
  using Range = Parameter::Range;
  static const Rational tenth(1, 10);
  constexpr Parameter gamma{"gamma", "gamma", Range::factor};
  constexpr Parameter size{"step_size", "step_size", Range::count};
  constexpr Parameter patience{"patience", "patience", Range::count};
  constexpr Parameter period{"half_period", "T_max", Range::count};
  static const std::vector<Kind> list = {
      {"constant", "ConstantLR", constant, tenth, false, {}},
      {"step", "StepLR", step, tenth, true, {size, gamma}},
      {"exponential", "ExponentialLR", exponential, Rational(95, 100), true, {gamma}},
      {"cosine",
       "CosineAnnealingLR",
       cosine,
       tenth,
       true,
       {period, {"min_lr", "eta_min", Range::rate}}},
      {"reduce_on_plateau",
       "ReduceLROnPlateau",
       plateau,
       tenth,
       false,
       {{"factor", "factor", Range::factor}, patience, {"min_lr", "min_lr", Range::rate}}}};
  return list;
}

class ScheduleReader {
 public:
  explicit ScheduleReader(const Names& names) : names_(names) {}

  Schedule run(ExprId id) {
    const auto& is = names_.lesson.expr(id).is;
    Word word{"", names_.span(id)};
    const auto* call = std::get_if<Call>(&is);
    if (call != nullptr) {
      word = call->function;
    } else if (const auto* name = std::get_if<Name>(&is)) {
      word.text = name->text;
    } else if (const auto* text = std::get_if<String>(&is)) {
      word.text = text->text;
    }
    const auto found = std::ranges::find_if(kinds(), [&](const Kind& kind) {
      return kind.name == word.text || kind.other == word.text;
    });
    if (found == kinds().end()) {
      std::vector<std::string_view> names;
      for (const Kind& kind : kinds()) names.push_back(kind.name);
      throw BadStatement{word.span,
                         word.text.empty() ? "a schedule is a word, or a call of one"
                                           : "there is no schedule called " + word.text,
                         suggested(word.text, names)};
    }
    made_.kind = found->kind;
    made_.gamma = found->gamma;
    if (call != nullptr) parameters(*found, *call);
    return made_;
  }

 private:
  void parameters(const Kind& kind, const Call& call) {
    const auto takes = [&] {
      std::vector<std::string_view> words;
      for (const Parameter& parameter : kind.parameters) words.push_back(parameter.name);
      return words.empty() ? std::string("it takes none")
                           : fmt::format("it takes {}", fmt::join(words, ", "));
    };
    if (!call.arguments.empty() &&
        (!kind.by_position || call.arguments.size() > kind.parameters.size())) {
      throw BadStatement{names_.span(call.arguments[kind.by_position ? kind.parameters.size() : 0]),
                         fmt::format("{}: what is this number?", kind.name),
                         takes() + ", each by name"};
    }
    for (std::size_t i = 0; i < call.arguments.size(); ++i)
      parameter(kind.parameters[i], call.arguments[i]);
    for (const Keyword& keyword : call.keywords) {
      const auto found = std::ranges::find_if(kind.parameters, [&](const Parameter& p) {
        return p.name == keyword.name.text || p.other == keyword.name.text;
      });
      if (found == kind.parameters.end()) {
        throw BadStatement{keyword.name.span,
                           fmt::format("{} has no setting {}", kind.name, keyword.name.text),
                           takes()};
      }
      parameter(*found, keyword.value);
    }
  }

  void parameter(const Parameter& parameter, ExprId id) {
    Schedule& schedule = made_;
    if (parameter.range == Parameter::Range::count) {
      const bool is_patience = parameter.name == "patience";
      const int count = whole_number(names_, id, parameter.name, is_patience ? 0 : 1);
      (is_patience                     ? schedule.patience
       : parameter.name == "step_size" ? schedule.step_size
                                       : schedule.half_period) = count;
      return;
    }
    const Rational value = number(names_, id);
    if (parameter.range == Parameter::Range::factor) {
      if (value <= 0 || value > 1) {
        throw BadStatement{names_.span(id),
                           fmt::format("{} is {}", parameter.name, to_string(value)),
                           "the learning rate is multiplied by it: above 0 and at most 1"};
      }
      schedule.gamma = value;
      return;
    }
    if (value < 0) {
      throw BadStatement{names_.span(id), fmt::format("{} must not be negative, it is {}",
                                                      parameter.name, to_string(value))};
    }
    schedule.min_lr = value;
  }

  const Names& names_;
  Schedule made_;
};

}  // namespace

Schedule read_schedule(const Names& names, ExprId id) { return ScheduleReader(names).run(id); }

}  // namespace tracer
