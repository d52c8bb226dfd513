// See optimizer.hpp: settings and what is wrong with them, and the working over symbols. Next:
// steps.cpp, over numbers.
#include "tracer/optimize/optimizer.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "tracer/error.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/optimize/all.hpp"
#include "tracer/optimize/page.hpp"

namespace tracer {
namespace {

template <class Rule>
OptimizerHelp help_of() {
  return {Rule::name, Rule::title, Rule::description, Rule::source, Rule::settings, flags_of<Rule>};
}

/// "0.01", "1e-8", "1/3"
std::string text_of(const Rational& number) {
  const Decimal decimal = to_decimal(Exact(number), 12, true);
  std::string text = decimal.exact ? decimal.text : to_string(number);
  if (const auto e = text.find('e'); e != std::string::npos) {
    const std::string exponent =
        std::to_string(std::stoi(text.substr(e + 1)));  // 1e-08: the 0 and a + go
    text = text.substr(0, e + 1) + exponent;
  }
  return text;
}

/// "a, b and c"
std::string enumerate(const std::vector<std::string_view>& words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " and " : ", ";
    text += words[i];
  }
  return text;
}

/// The place of a setting or flag in its list; the list's size where there is none.
std::size_t place_in(const auto& list, std::string_view name) {
  return static_cast<std::size_t>(
      std::ranges::find(list, name, [](const auto& x) { return x.name; }) - list.begin());
}

[[noreturn]] void unknown_setting(const OptimizerHelp& help, const std::string& name) {
  std::vector<std::string_view> known;
  for (const Setting& setting : help.settings) known.push_back(setting.name);
  for (const Flag& flag : help.flags) known.push_back(flag.name);
  throw SettingError(
      name, fmt::format("{} has no setting '{}': it takes {}", help.name, name, enumerate(known)),
      false);
}

[[noreturn]] void fail(const OptimizerHelp& help, const Complaint& complaint) {
  throw SettingError(complaint.setting,
                     fmt::format("{}: {} {}", help.name, complaint.setting, complaint.says), true);
}

std::vector<Rational> numbers_from(const OptimizerHelp& help,
                                   const std::map<std::string, Rational>& given) {
  std::vector<Rational> numbers;
  for (const Setting& setting : help.settings) numbers.push_back(parse_rational(setting.standard));
  for (const auto& [name, number] : given) {
    const std::size_t place = place_in(help.settings, name);
    if (place < help.settings.size()) {
      numbers[place] = number;
    } else if (place_in(help.flags, name) < help.flags.size()) {
      fail(help, {name, fmt::format("is either on or off, got {0}: write {1}=true or {1}=false",
                                    text_of(number), name)});
    } else {
      unknown_setting(help, name);
    }
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const Setting& setting = help.settings[i];
    if (is_within(setting.range, numbers[i])) continue;
    fail(help, {setting.name,
                fmt::format("must be {}, got {}", text_of(setting.range), text_of(numbers[i]))});
  }
  return numbers;
}

std::vector<bool> flags_from(const OptimizerHelp& help, const std::map<std::string, bool>& given) {
  std::vector<bool> flags;
  for (const Flag& flag : help.flags) flags.push_back(flag.standard);
  for (const auto& [name, value] : given) {
    const std::size_t place = place_in(help.flags, name);
    if (place < help.flags.size()) {
      flags[place] = value;
    } else if (place_in(help.settings, name) < help.settings.size()) {
      fail(help, {name, fmt::format("must be a number, got {}", value)});
    } else {
      unknown_setting(help, name);
    }
  }
  return flags;
}

/// The page that a rule has filled.
template <class Rule>
auto record(const Symbol& w, const Symbol& gradient, int step, const std::vector<Rational>& numbers,
            const std::vector<bool>& flags, Optimizer::Constants constants) {
  constexpr std::size_t n = Rule::settings.size();
  const bool named = constants == Optimizer::Constants::names;
  const auto leaf = [](std::string_view name, std::string_view symbol) {
    return Symbol::leaf({Quantity::setting, std::string(name)}, notation::name(std::string(symbol)),
                        scalar_shape);
  };
  const auto number = [&](std::size_t i) -> Symbol {
    if (!named || numbers[i] == 0)
      return numbers[i];  // 0 stays a 0, for that is how a rule knows what is off
    return leaf(Rule::settings[i].name, Rule::settings[i].symbol);
  };
  auto page = [&]<std::size_t... I>(std::index_sequence<I...>) {
    return SymbolPage<n, flags_of<Rule>.size()>{
        w, gradient, named ? leaf("t", "t") : Symbol(step), step == 1, {number(I)...}, {}, {}, {}};
  }
  (std::make_index_sequence<n>{});
  std::ranges::copy(flags, page.flags.begin());
  Rule::run(page);
  return page;
}

}  // namespace

std::vector<OptimizerHelp> Optimizer::all() {
  std::vector<OptimizerHelp> rules;
  optimize::for_each_rule([&]<class Rule>() { rules.push_back(help_of<Rule>()); });
  return rules;
}

Optimizer Optimizer::make(const OptimizerSettings& settings) {
  const std::vector<OptimizerHelp> rules = all();
  Optimizer made;
  made.name_ = settings.name;
  made.rule_ = place_in(rules, settings.name);
  if (made.rule_ == rules.size()) {
    std::vector<std::string_view> known;
    known.reserve(rules.size());
    for (const OptimizerHelp& rule : rules) known.push_back(rule.name);
    throw Error(fmt::format("there is no optimizer '{}': choose one of {}", settings.name,
                            enumerate(known)));
  }
  const OptimizerHelp& help = rules[made.rule_];
  made.numbers_ = numbers_from(help, settings.numbers);
  made.flags_ = flags_from(help, settings.flags);
  optimize::with_rule(made.rule_, [&]<class Rule>() {
    if constexpr (requires { &Rule::complaint; }) {
      if (const auto complaint = Rule::complaint(made.numbers_, made.flags_))
        fail(help, *complaint);
    }
  });
  return made;
}

OptimizerHelp Optimizer::help() const {
  OptimizerHelp help;
  optimize::with_rule(rule_, [&]<class Rule>() { help = help_of<Rule>(); });
  return help;
}

const Rational& Optimizer::number(std::string_view setting) const {
  return numbers_.at(place_in(help().settings, setting));
}

bool Optimizer::flag(std::string_view which) const {
  return flags_.at(place_in(help().flags, which));
}

std::vector<Optimizer::Line> Optimizer::lines(const Symbol& w, const Symbol& gradient, int step,
                                              const std::optional<Rational>& lr,
                                              Constants constants) const {
  std::vector<Rational> numbers = numbers_;
  if (lr) numbers[0] = *lr;
  std::vector<Line> lines;
  optimize::with_rule(rule_, [&]<class Rule>() {
    lines = record<Rule>(w, gradient, step, numbers, flags_, constants).lines;
  });
  return lines;
}

std::vector<std::string> Optimizer::states() const {
  std::vector<std::string> states;
  for (const Line& line :
       lines(Symbol::leaf("w", scalar_shape), Symbol::leaf("g", scalar_shape), 1)) {
    if (line.kept && !line.name.empty()) states.push_back(line.name);
  }
  return states;
}

Rational Optimizer::initial(std::string_view state) const {
  Rational at_first = 0;
  optimize::with_rule(rule_, [&]<class Rule>() {
    const auto page = record<Rule>(Symbol::leaf("w", scalar_shape), Symbol::leaf("g", scalar_shape),
                                   1, numbers_, flags_, Constants::numbers);
    const auto found = page.initial.find(std::string(state));
    if (found != page.initial.end()) at_first = found->second.number();
  });
  return at_first;
}

std::string Optimizer::summary(const std::optional<Rational>& lr) const {
  const OptimizerHelp help = this->help();
  const Rational& rate = lr ? *lr : numbers_[0];
  const bool plain =
      lines(Symbol::leaf("w", scalar_shape), Symbol::leaf("g", scalar_shape), 1).size() == 1;
  if (plain) return fmt::format("new = old − {} · gradient", text_of(rate));

  std::string text = fmt::format("{}: {} {}", help.title, help.settings[0].label, text_of(rate));
  for (std::size_t i = 1; i < numbers_.size(); ++i) {
    if (numbers_[i] != 0)
      text += fmt::format(", {} {}", help.settings[i].label, text_of(numbers_[i]));
  }
  for (std::size_t i = 0; i < flags_.size(); ++i) {
    if (flags_[i] && help.flags[i].standard != flags_[i])
      text += fmt::format(", {}", help.flags[i].name);
  }
  return text;
}

}  // namespace tracer
