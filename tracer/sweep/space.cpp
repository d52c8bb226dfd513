#include "tracer/sweep/space.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/number/random.hpp"
#include "tracer/text/number_text.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

constexpr std::size_t most_candidates = 100'000;

// At the commas outside of brackets and quotes.
std::vector<std::string> at_commas(std::string_view option, std::string_view text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  int open = 0;
  bool quoted = false;
  for (std::size_t at = 0; at <= text.size(); ++at) {
    const char c = at < text.size() ? text[at] : ',';
    if (c == '"') quoted = !quoted;
    if (quoted) continue;
    if (c == '(' || c == '[') ++open;
    if (c == ')' || c == ']') --open;
    if (c != ',' || open != 0) continue;
    const std::string_view part = trimmed_view(text.substr(begin, at - begin));
    if (part.empty()) {
      throw Error(fmt::format("--set {}: a value is missing; write {}=0.1,0.01", option,
                              option.substr(0, option.find('='))));
    }
    parts.emplace_back(part);
    begin = at + 1;
  }
  if (open != 0 || quoted)
    throw Error(fmt::format("--set {}: a {} is not closed", option, quoted ? "quote" : "bracket"));
  return parts;
}

double number_in(std::string_view option, const std::string& text) {
  const auto value = number_in_text<double>(text);
  if (!value || !std::isfinite(*value))
    throw Error(fmt::format("--set {}: {} is no number", option, text));
  return *value;
}

// "10..50 step 10"
bool add_steps(std::string_view option, std::string_view part, std::vector<std::string>& values) {
  const std::size_t dots = part.find("..");
  if (dots == std::string_view::npos || part.find('"') != std::string_view::npos) return false;
  const std::size_t word = part.find(" step ");
  const auto number = [&](std::string_view text) {
    return number_in(option, std::string(trimmed_view(text)));
  };
  const double first = number(part.substr(0, dots));
  const double last = number(part.substr(
      dots + 2, word == std::string_view::npos ? std::string_view::npos : word - dots - 2));
  const double step = word == std::string_view::npos ? 1 : number(part.substr(word + 6));
  const double count = step == 0 ? 0 : std::floor((last - first) / step + 1e-9) + 1;
  if (!(count >= 1) || count > static_cast<double>(most_candidates)) {
    throw Error(
        fmt::format("--set {}: from {} to {} in steps of {} there are no values, or too many",
                    option, first, last, step));
  }
  for (int k = 0; k < count; ++k) values.push_back(fmt::format("{:.12g}", first + k * step));
  return true;
}

// "log(1e-4, 1e-1, 7)"
bool add_powers(std::string_view option, const std::string& part,
                std::vector<std::string>& values) {
  if (!part.starts_with("log(") || !part.ends_with(')')) return false;
  const std::vector<std::string> numbers =
      at_commas(option, std::string_view(part).substr(4, part.size() - 5));
  if (numbers.size() != 3) return false;
  const double first = number_in(option, numbers[0]);
  const double last = number_in(option, numbers[1]);
  const double count = number_in(option, numbers[2]);
  if (!(first > 0 && last > 0 && count >= 2 && count <= 1000) || count != std::floor(count)) {
    throw Error(
        fmt::format("--set {}: write log(FROM, TO, COUNT) with two numbers above 0 and how "
                    "many there are to be, as in log(1e-4, 1e-1, 7)",
                    option));
  }
  for (int k = 0; k < count; ++k)
    values.push_back(fmt::format("{:.4g}", first * std::pow(last / first, k / (count - 1))));
  return true;
}

}  // namespace

SweepOption parse_sweep_option(std::string_view text) {
  const std::size_t equals = text.find('=');
  SweepOption option{std::string(trimmed_view(text.substr(0, equals))), {}};
  if (equals == std::string_view::npos || option.name.empty())
    throw Error(fmt::format("--set {}: expected a name and its values, as in lr=0.2,0.02", text));
  for (const std::string& part : at_commas(text, text.substr(equals + 1))) {
    if (!add_steps(text, part, option.values) && !add_powers(text, part, option.values))
      option.values.push_back(part);
  }
  return option;
}

namespace {

std::vector<Candidate> zipped(const std::vector<SweepOption>& options) {
  for (const SweepOption& option : options) {
    if (option.values.size() == options.front().values.size()) continue;
    throw Error(fmt::format("--zip takes the values side by side, but {} has {} and {} has {}",
                            options.front().name, options.front().values.size(), option.name,
                            option.values.size()));
  }
  std::vector<Candidate> all(options.front().values.size());
  for (std::size_t k = 0; k < all.size(); ++k) {
    for (const SweepOption& option : options) all[k].push_back(option.values[k]);
  }
  return all;
}

void require_different(const SweepOption& option) {
  std::set<std::string_view> seen;
  for (const std::string& value : option.values) {
    if (!seen.insert(value).second)
      throw Error(fmt::format("--set {}: {} stands there twice", option.name, value));
  }
}

std::vector<Candidate> grid(const std::vector<SweepOption>& options) {
  std::vector<Candidate> all{{}};
  for (const SweepOption& option : options) {
    require_different(option);
    if (all.size() * option.values.size() > most_candidates) {
      throw Error(
          fmt::format("these options have more than {} combinations; --random 100 takes a "
                      "hundred of them, fewer values are better",
                      most_candidates));
    }
    std::vector<Candidate> longer;
    for (const Candidate& shorter : all) {
      for (const std::string& value : option.values) {
        longer.push_back(shorter);
        longer.back().push_back(value);
      }
    }
    all = std::move(longer);
  }
  return all;
}

}  // namespace

std::vector<Candidate> candidates_of(const std::vector<SweepOption>& options,
                                     const Combination& combination) {
  if (options.empty()) return {{}};
  return chosen_of(combination.zip ? zipped(options) : grid(options), combination);
}

std::vector<Candidate> chosen_of(std::vector<Candidate> all, const Combination& combination) {
  if (!combination.at_random || std::cmp_greater_equal(*combination.at_random, all.size()))
    return all;
  std::vector<int> chosen =
      RandomStream(combination.seed, "sweep").permutation(static_cast<int>(all.size()));
  chosen.resize(static_cast<std::size_t>(*combination.at_random));
  std::ranges::sort(chosen);
  std::vector<Candidate> some;
  for (const int k : chosen) some.push_back(std::move(all[static_cast<std::size_t>(k)]));
  return some;
}

std::string name_of(const std::vector<SweepOption>& options, const Candidate& candidate) {
  if (options.empty()) return "as it is";
  std::vector<std::string> parts;
  for (std::size_t k = 0; k < options.size(); ++k) {
    if (candidate[k] != not_said)
      parts.push_back(fmt::format("{}={}", options[k].name, candidate[k]));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace tracer
