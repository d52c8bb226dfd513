#include "tracer/diagnosis/explanation.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <span>

#include <fmt/format.h>

namespace tracer {
namespace {

// What a mistake costs besides being one: how surprising it is, and how much it was fitted.
constexpr double for_surprise = 0.5;
constexpr double for_named_factor = 0.1;
constexpr double for_odd_factor = 0.2;  // for each degree of FactorName::odd
constexpr double for_any_factor = 0.6;
constexpr double for_each_repeat = 0.1;
constexpr double for_far_fetched = 0.3;  // for each digit that it takes
constexpr double for_unexplained = 4;

// Digits of evidence that choosing takes: of some 500 formulas at all places, of some 50 factors;
// and what a story has to have beyond all that, or one in a few would be found by chance.
constexpr double for_the_choice = 2.7;
constexpr double for_the_factor = 1.7;
constexpr double beyond_chance = 1;

}  // namespace

bool same_factor(long double a, long double b) {
  return std::fabs(a - b) <= 1e-4L * std::max(std::fabs(a), std::fabs(b));
}

bool is_repeated(const Explanation& explanation, std::size_t i) {
  const Explanation::Part& part = explanation.parts[i];
  const auto earlier = std::span(explanation.parts).first(i);
  return std::ranges::any_of(earlier, [&](const Explanation::Part& other) {
    return other.mistake->family == part.mistake->family && same_factor(other.factor, part.factor);
  });
}

namespace {

// A rate of at most two digits, as people choose them.
bool is_round(long double rate) {
  return same_factor(rate, std::stold(fmt::format("{:.2g}", static_cast<double>(rate))));
}

}  // namespace

double digits_taken(const Explanation& explanation, double of_an_entry) {
  double taken = 0;
  for (std::size_t i = 0; i < explanation.parts.size(); ++i) {
    const Explanation::Part& part = explanation.parts[i];
    if (is_repeated(explanation, i)) {
      taken += 0.5;
      continue;
    }
    taken += for_the_choice + part.mistake->far_fetched;
    if (!part.mistake->edit->has_factor) continue;
    if (part.factor_name)
      taken += for_the_factor + part.factor_name->odd;
    else
      taken += part.mistake->factor == Mistake::Factor::rate && is_round(part.factor)
                   ? for_the_factor
                   : of_an_entry;
  }
  return taken + beyond_chance;
}

void rate(Explanation& explanation) {
  explanation.cost = for_unexplained * static_cast<double>(explanation.unexplained.size());
  explanation.kinds = 0;
  for (std::size_t i = 0; i < explanation.parts.size(); ++i) {
    const Explanation::Part& part = explanation.parts[i];
    if (is_repeated(explanation, i)) {
      explanation.cost += for_each_repeat;
      continue;
    }
    ++explanation.kinds;
    explanation.cost += 1 + for_surprise * surprise(part.mistake->kind) +
                        for_far_fetched * part.mistake->far_fetched;
    if (part.mistake->edit->has_factor && part.mistake->factor == Mistake::Factor::number)
      explanation.cost += part.factor_name
                              ? for_named_factor + for_odd_factor * part.factor_name->odd
                              : for_any_factor;
  }
}

void keep_best(std::vector<Explanation>& explanations, std::size_t most_kept) {
  std::ranges::stable_sort(explanations, {}, &Explanation::cost);
  // the same mistakes found in another order
  std::set<std::set<const Mistake*>> seen;
  std::erase_if(explanations, [&](const Explanation& explanation) {
    std::set<const Mistake*> mistakes;
    for (const Explanation::Part& part : explanation.parts) mistakes.insert(part.mistake);
    return !seen.insert(std::move(mistakes)).second;
  });
  const double most = explanations.front().cost + 2;
  std::erase_if(explanations, [&](const Explanation& other) { return other.cost > most; });
  if (explanations.size() > most_kept)
    explanations.erase(explanations.begin() + static_cast<std::ptrdiff_t>(most_kept),
                       explanations.end());
}

}  // namespace tracer
