// Trials of the search: one more mistake, or two, are put into the backward graph, and what comes
// out of it is held against what is claimed.
#include <algorithm>
#include <cmath>
#include <set>

#include <fmt/format.h>

#include "tracer/diagnosis/search.hpp"
#include "tracer/error.hpp"

namespace tracer {

Search::Trial Search::attempt(const Explanation& base, const Mistake& mistake,
                              const Target& target) {
  const bool taken = std::ranges::any_of(base.parts, [&](const Explanation::Part& part) {
    return part.mistake->edit->node == mistake.edit->node &&
           part.mistake->edit->operand == mistake.edit->operand;
  });
  if (taken) return std::nullopt;
  if (mistake.edit->has_factor) return attempt_fitted(base, mistake, target);
  const NodeId before = runs_.mark();
  Trial result;
  try {
    BackwardGraph::Pass old = base.pass;
    BackwardGraph::Pass pass = runs_.back().edited(base.pass, mistake.edit);
    const NodeId gradient = runs_.back().gradient(pass, target.node);
    if (gradient != runs_.back().gradient(old, target.node) && matches(gradient, target))
      result = with(base, mistake, 1, std::nullopt);
  } catch (const ShapeError&) {  // the edit reads what this pass does not have
  }
  runs_.back_to(before);
  if (result && !explains(*result, target)) result.reset();
  return result;
}

// The entries of the target's gradient under one more mistake with that factor; all evidence.
std::optional<std::vector<long double>> Search::numbers(const Explanation& base,
                                                        const Mistake& mistake, long double factor,
                                                        const Target& target) {
  const NodeId before = runs_.mark();
  std::optional<std::vector<long double>> all;
  try {
    BackwardGraph::Pass pass = runs_.back().edited(base.pass, mistake.edit, factor);
    const NodeId gradient = runs_.back().gradient(pass, target.node);
    if (gradient >= 0) {
      all.emplace();
      for (std::size_t i = 0; i < target.claims.size(); ++i) {
        for (const Uncertain& x : runs_.at(gradient, i).reshaped()) all->push_back(x.value);
      }
    }
  } catch (const ShapeError&) {
  }
  runs_.back_to(before);
  return all;
}

// A gradient is affine in the factor: two runs show it, and the claim says where on that line it
// lies. Nothing where it lies on none, or where the factor makes no mistake of it.
std::optional<Search::Fitted> Search::fitted(const Explanation& base, const Mistake& mistake,
                                             const Target& target) {
  const auto none = numbers(base, mistake, 0, target);
  const auto one = numbers(base, mistake, 1, target);
  if (!none || !one) return std::nullopt;
  long double along = 0;
  long double squares = 0;
  long double away = 0;
  Fitted made;
  long double written = 0;
  std::size_t k = 0;
  for (const Claim* claim : target.claims) {
    for (Eigen::Index i = 0; i < claim->values.size(); ++i) {
      const long double claimed = claim->values.reshaped()[i];
      const long double slope = (*one)[k] - (*none)[k];
      written += std::fabs(slope) * claim->half_unit.reshaped()[i];
      along += slope * (claimed - (*none)[k]);
      squares += slope * slope;
      away += (claimed - (*none)[k]) * (claimed - (*none)[k]);
      made.telling += slope != 0 ? 1 : 0;
      ++k;
    }
  }
  if (!(squares > 0) || !std::isfinite(along) || !std::isfinite(squares)) return std::nullopt;
  made.factor = along / squares;
  made.open = written / std::fabs(along);
  if (!std::isfinite(static_cast<double>(made.factor))) return std::nullopt;
  // most fits are hopeless, and can be told from what is left over without another run
  if (away - along * made.factor > 1e-3L * away && made.telling > 1) return std::nullopt;
  if (std::fabs(made.factor - mistake.neutral) < (mistake.neutral == 0 ? 1e-12L : 1e-6L))
    return std::nullopt;
  // these have names of their own
  if (mistake.id == "scale" && (same_factor(made.factor, -1) || std::fabs(made.factor) < 1e-9L))
    return std::nullopt;
  if (is_choice(mistake) && (made.factor > 1.0001L || made.factor < mistake.least - 1e-4L))
    return std::nullopt;  // beyond the slope of the other side
  return made;
}

// What rounding, and the digits that were written, leave open of the factor. A single entry lies on
// every line, so there only a factor that is something will do.
std::vector<std::pair<long double, std::optional<FactorName>>> Search::factors_near(
    const Fitted& fitted, const Explanation& base, const Mistake& mistake) const {
  std::vector<std::pair<long double, std::optional<FactorName>>> candidates;
  if (is_step(mistake)) {
    // the lesson's own rate, and that of the layer above, before any other
    for (const LessonNumber& rate : options_.numbers)
      candidates.emplace_back(to_long_double(Exact(rate.value)), std::nullopt);
    for (const Explanation::Part& part : base.parts) {
      if (is_step(*part.mistake)) candidates.emplace_back(part.factor, std::nullopt);
    }
    for (const int digits : {1, 2})  // rates are round numbers, and few digits leave them open
      candidates.emplace_back(std::stold(fmt::format("{:.{}e}", fitted.factor, digits - 1)),
                              std::nullopt);
    std::erase_if(candidates, [&](const auto& candidate) {
      return std::fabs(candidate.first - fitted.factor) > 0.05L * std::fabs(fitted.factor);
    });
  } else if (auto name = factor_names_.find(fitted.factor, std::clamp(fitted.open, 1e-3L, 0.05L))) {
    candidates.emplace_back(to_long_double(Exact(name->value)), name);
  }
  if (fitted.telling > 1 || is_choice(mistake))
    candidates.emplace_back(fitted.factor, std::nullopt);
  return candidates;
}

Search::Trial Search::attempt_fitted(const Explanation& base, const Mistake& mistake,
                                     const Target& target) {
  const auto fit = fitted(base, mistake, target);
  if (!fit) return std::nullopt;
  for (const auto& [factor, name] : factors_near(*fit, base, mistake)) {
    Explanation more = with(base, mistake, factor, name);
    const NodeId before = runs_.mark();
    bool good = false;
    try {
      BackwardGraph::Pass pass = more.pass;
      good = matches(runs_.back().gradient(pass, target.node), target);
    } catch (const ShapeError&) {
    }
    runs_.back_to(before);
    if (good && explains(more, target)) return more;
  }
  return std::nullopt;
}

// Two mistakes in one layer. Of those at one place that come to the same numbers for this claim,
// one stands for all. A factor can be fitted in one of the two; where both have one, the first is
// tried with the numbers of the lesson.
std::vector<Explanation> Search::pairs(const Explanation& base, const Target& target) {
  const std::vector<const Mistake*> all = mistakes_at(target.places);
  const std::vector<Explanation> firsts = distinct(base, all, target);
  std::vector<Explanation> found;
  const auto try_second = [&](const Explanation& first, const Mistake& second) {
    if (runs_.work() > options_.work) return;
    if (Trial more = attempt(first, second, target)) found.push_back(std::move(*more));
  };
  for (std::size_t i = 0; i < firsts.size(); ++i) {
    for (std::size_t j = i + 1; j < firsts.size(); ++j)
      try_second(firsts[i], *firsts[j].parts.back().mistake);
    for (const Mistake* mistake : all) {
      if (mistake->edit->has_factor) try_second(firsts[i], *mistake);
    }
  }
  for (const Mistake* scaled : all) {
    if (scaled->id != "scale") continue;
    for (const Rational& factor : usual_factors()) {
      const auto name = factor_names_.find(to_long_double(Exact(factor)), 1e-12L);
      const Explanation first = with(base, *scaled, to_long_double(Exact(factor)), name);
      for (const Mistake* mistake : all) {
        if (mistake->edit->has_factor) try_second(first, *mistake);
      }
    }
  }
  return found;
}

std::vector<Rational> Search::usual_factors() const {
  std::vector<Rational> factors{2, Rational(1, 2)};
  for (const LessonNumber& number : factor_names_.numbers()) {
    if (number.value <= 1) continue;
    factors.push_back(number.value);
    factors.push_back(1 / number.value);
  }
  return factors;
}

// The base with one more mistake, for each that changes the target's gradient in its own way.
std::vector<Explanation> Search::distinct(const Explanation& base,
                                          const std::vector<const Mistake*>& all,
                                          const Target& target) {
  std::vector<Explanation> made;
  std::map<std::pair<NodeId, int>, std::set<std::vector<long double>>> seen;
  for (const Mistake* mistake : all) {
    if (mistake->edit->has_factor || mistake->id == "zero_gradient") continue;
    if (runs_.work() > options_.work) break;
    auto values = numbers(base, *mistake, 1, target);
    const std::pair<NodeId, int> where{mistake->edit->node, mistake->edit->operand};
    if (values && seen[where].insert(std::move(*values)).second)
      made.push_back(with(base, *mistake, 1, std::nullopt));
  }
  return made;
}

bool Search::explains(Explanation& explanation, const Target& target) {
  try {
    return matches(runs_.back().gradient(explanation.pass, target.node), target);
  } catch (const ShapeError&) {
    return false;
  }
}

bool Search::matches(NodeId gradient, const Target& target) {
  for (std::size_t i = 0; i < target.claims.size(); ++i) {
    const Claim& claim = *target.claims[i];
    if (gradient < 0) {  // nothing comes back: 0
      if ((claim.values != 0).any()) return false;
      continue;
    }
    const Nearness near = compare(claim, expected(runs_.at(gradient, i)));
    if (fit_ == Fit::nearly ? !near.matches() : near.kind != Nearness::Kind::right) return false;
  }
  return true;
}

Explanation Search::with(const Explanation& base, const Mistake& mistake, long double factor,
                         std::optional<FactorName> name) const {
  Explanation more = base;
  more.parts.push_back({&mistake, factor, std::move(name)});
  more.pass = runs_.back().edited(base.pass, mistake.edit, factor);
  rate(more);
  return more;
}

std::optional<Expected> Search::predicted(Explanation& explanation, const std::string& name,
                                          std::size_t i) {
  const NodeId gradient = runs_.back().gradient(explanation.pass, batch_.graph.find(name));
  if (gradient < 0) return std::nullopt;
  return expected(runs_.at(gradient, i));
}

}  // namespace tracer
