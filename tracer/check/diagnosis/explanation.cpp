#include "tracer/check/diagnosis/explanation.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace tracer {
namespace {

// What a mistake costs besides being one: how surprising it is, and how much it was fitted.
constexpr double for_surprise = 0.5;
constexpr double for_named_factor = 0.15;
constexpr double for_any_factor = 0.6;
constexpr double for_each_repeat = 0.1;
constexpr double for_unexplained = 4;

}  // namespace

bool same_factor(long double a, long double b) {
  return std::fabs(a - b) <= 1e-4L * std::max(std::fabs(a), std::fabs(b));
}

bool is_step(const Mistake& mistake) { return mistake.id == "updated_weights"; }

bool is_choice(const Mistake& mistake) { return mistake.id == "corner_slope"; }

void rate(Explanation& explanation) {
  explanation.cost = for_unexplained * static_cast<double>(explanation.unexplained.size());
  explanation.kinds = 0;
  for (std::size_t i = 0; i < explanation.parts.size(); ++i) {
    const Explanation::Part& part = explanation.parts[i];
    const bool repeated = std::any_of(explanation.parts.begin(),
                                      explanation.parts.begin() + static_cast<std::ptrdiff_t>(i),
                                      [&](const Explanation::Part& earlier) {
                                        return earlier.mistake->family == part.mistake->family &&
                                               same_factor(earlier.factor, part.factor);
                                      });
    if (repeated) {
      explanation.cost += for_each_repeat;
      continue;
    }
    ++explanation.kinds;
    explanation.cost += 1 + for_surprise * surprise(part.mistake->id);
    if (part.mistake->edit->has_factor && !is_step(*part.mistake) && !is_choice(*part.mistake))
      explanation.cost += part.factor_name ? for_named_factor : for_any_factor;
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
