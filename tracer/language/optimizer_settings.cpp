// sgd(lr=0.01, momentum=0.9) of a train line: which optimizer, with which numbers. What a rule
// takes is known by optimize/; here what is wrong gets its place in the lesson.
#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "tracer/language/constants.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/language/training.hpp"
#include "tracer/optimize/lbfgs.hpp"
#include "tracer/optimize/optimizer.hpp"
#include "tracer/symbol/symbol.hpp"

namespace tracer {
namespace {

using namespace ast;

std::vector<std::string> optimizers() {
  std::vector<std::string> names;
  for (const OptimizerHelp& rule : Optimizer::all()) names.emplace_back(rule.name);
  names.emplace_back("lbfgs");
  return names;
}

class OptimizerReader {
 public:
  OptimizerReader(const Names& names, const Train& train) : names_(names), train_(train) {}

  OptimizerCall run() {
    const std::string& name = train_.optimizer.text;
    const std::vector<std::string> known = optimizers();
    if (std::ranges::find(known, name) == known.end()) {
      throw BadStatement{train_.optimizer.span, "there is no optimizer called " + name,
                         suggested(name, known)};
    }
    OptimizerCall call;
    call.name = name;
    call.span = train_.optimizer.span;
    if (train_.arguments.size() > 1) {
      throw BadStatement{names_.span(train_.arguments[1]),
                         "only the learning rate may stand without a name",
                         fmt::format("write {}(lr=0.01, ...)", name)};
    }
    for (const ExprId argument : train_.arguments) call.numbers["lr"] = number(names_, argument);
    for (const Keyword& keyword : train_.keywords) setting(call, keyword);
    call.searches() ? check_lbfgs(call) : check(call);
    return call;
  }

 private:
  void setting(OptimizerCall& call, const Keyword& keyword) const {
    const std::string name = setting_name(call, keyword);
    if (call.numbers.contains(name))
      throw BadStatement{keyword.name.span, name + " is given twice"};
    if (const auto* truth = names_.as<Truth>(keyword.value)) {
      call.flags[name] = truth->value;
    } else if (const auto* both = items_of(names_, keyword.value);
               both && name == "betas" && both->size() == 2) {
      call.numbers["beta1"] = number(names_, (*both)[0]);  // PyTorch's spelling
      call.numbers["beta2"] = number(names_, (*both)[1]);
    } else {
      call.numbers[name] = number(names_, keyword.value);
    }
  }

  static std::string setting_name(const OptimizerCall& call, const Keyword& keyword) {
    const std::string& name = keyword.name.text;
    if (name == "learning_rate") return "lr";
    for (const LbfgsNumber& known : lbfgs_numbers) {
      if (call.searches() && std::ranges::find(known.also, name) != known.also.end())
        return std::string(known.name);
    }
    return name;
  }

  // optimize/ knows what a rule takes; what it says gets its place here
  void check(const OptimizerCall& call) const {
    try {
      Optimizer::make({call.name, call.numbers, call.flags});
    } catch (const SettingError& error) {
      Span at = call.span;
      if (!train_.arguments.empty() && error.setting == "lr") at = names_.span(train_.arguments[0]);
      for (const Keyword& keyword : train_.keywords) {
        if (setting_name(call, keyword) == error.setting)
          at = error.is_known ? names_.span(keyword.value) : keyword.name.span;
      }
      throw BadStatement{at, error.what(),
                         !error.is_known ? near_setting(call.name, error.setting)
                                         : ascent_remedy(call, error.setting)};
    }
  }

  // sgd(lr=-0.1) would climb
  std::string ascent_remedy(const OptimizerCall& call, const std::string& setting) const {
    const auto rate = call.numbers.find("lr");
    if (setting != "lr" || rate == call.numbers.end() || rate->second >= 0) return "";
    const std::string& loss = train_.loss.text;
    return fmt::format(
        "for ascent make the negative small: write minus_{0} = -{0}, and train "
        "minus_{0} with {1}(lr={2})",
        loss, call.name, write_number(-rate->second, true).text);
  }

  static std::string near_setting(const std::string& optimizer, const std::string& name) {
    std::vector<std::string_view> known;
    for (const OptimizerHelp& rule : Optimizer::all()) {
      if (rule.name != optimizer) continue;
      for (const Setting& setting : rule.settings) known.push_back(setting.name);
    }
    if (name == "rate" || name == "alpha" || name == "eta") return "did you mean lr?";
    const bool has_momentum = std::ranges::find(known, "momentum") != known.end();
    if (has_momentum && (name == "beta" || name == "beta1" || name == "mu" || name == "gamma"))
      return "did you mean momentum?";
    return suggested(name, known, "");
  }

  void check_lbfgs(OptimizerCall& call) const {
    const auto place = [&](std::string_view name) {
      for (const Keyword& keyword : train_.keywords) {
        if (setting_name(call, keyword) == name) return keyword;
      }
      return Keyword{train_.optimizer, train_.arguments.empty() ? 0 : train_.arguments[0]};
    };
    std::vector<std::string_view> known;
    for (const LbfgsNumber& setting : lbfgs_numbers) known.push_back(setting.name);
    const auto unknown = [&](const std::string& name) {
      return std::ranges::find(known, name) == known.end();
    };
    for (const auto& [name, value] : call.flags)
      throw BadStatement{place(name).name.span, fmt::format("lbfgs: {} must be a number", name)};
    for (const auto& [name, value] : call.numbers) {
      if (!unknown(name)) continue;
      throw BadStatement{place(name).name.span, fmt::format("lbfgs has no setting '{}'", name),
                         fmt::format("it takes {}", fmt::join(known, ", "))};
    }
    for (const LbfgsNumber& setting : lbfgs_numbers) {
      const std::string name(setting.name);
      const auto [at, added] = call.numbers.emplace(name, parse_rational(setting.standard));
      if (added) continue;
      const Keyword given = place(name);
      if (setting.whole) {
        whole_number(names_, given.value, name, 1);
      } else if (at->second <= 0) {
        throw BadStatement{given.name.span, fmt::format("lbfgs: {} must be above 0, got {}", name,
                                                        to_string(at->second))};
      }
    }
  }

  const Names& names_;
  const Train& train_;
};

}  // namespace

OptimizerCall read_optimizer(const Names& names, const Train& train) {
  return OptimizerReader(names, train).run();
}

}  // namespace tracer
