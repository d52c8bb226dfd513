#include "tracer/diagnosis/trial.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/graph/cost.hpp"
#include "tracer/mistake/catalogue.hpp"

namespace tracer {
namespace {

constexpr int few_entries = 2;  // through which some line always goes

}  // namespace

TrialRuns::TrialRuns(const BatchGraph& batch, NodeId seed)
    : batch_(batch), back_(batch.graph, batch.loss, seed, BackwardGraph::Outputs::joined) {}

std::size_t TrialRuns::add_point(const Point& point) {
  auto tape = std::make_unique<Tape<Uncertain>>(back_.graph(), std::span<const NodeId>{});
  for (const auto& [name, values] : point) {
    // whoever reads a number in rounds it; of a gradient (of an earlier step) that was computed, an
    // entry may be off by what its largest is rounded by
    const bool computed = !batch_.leaves.contains(name);
    const double largest = values.size() > 0 ? values.abs().maxCoeff() : 0;
    tape->own_value(batch_.graph.find(name)) = values.unaryExpr([=](double x) {
      return Uncertain(static_cast<long double>(x), computed ? largest : std::fabs(x));
    });
  }
  tape->forward();
  tapes_.push_back(std::move(tape));
  return tapes_.size() - 1;
}

void TrialRuns::back_to(NodeId size) {
  for (const auto& tape : tapes_) tape->shrink(size);
  back_.cut(size);
}

ConstView<Uncertain> TrialRuns::at(NodeId node, std::size_t point) {
  Tape<Uncertain>& tape = *tapes_[point];
  const NodeId before = tape.size();
  if (before < back_.graph().size()) {
    tape.grow();
    tape.compute_grown();
    for (NodeId id = before; id < back_.graph().size(); ++id)
      work_ += cost_of(back_.graph(), id, over_floats);
  }
  return tape.value(node);
}

Trial::Trial(const BatchGraph& batch, NodeId seed, const std::vector<Evidence>& evidence,
             Companions companions, SearchOptions options)
    : batch_(batch),
      runs_(batch, seed),
      catalogue_(batch_, runs_.back(), std::move(companions)),
      factor_names_(numbers_of(batch, options.numbers)),
      options_(std::move(options)) {
  for (const Evidence& known : evidence) runs_.add_point(known.point);
}

Explanation Trial::right() {
  Explanation none;
  none.pass = runs_.back().pass();
  return none;
}

std::optional<Explanation> Trial::attempt(const Explanation& base, const Mistake& mistake,
                                          const Target& target) {
  const bool taken = std::ranges::any_of(base.parts, [&](const Explanation::Part& part) {
    return part.mistake->edit->node == mistake.edit->node &&
           part.mistake->edit->operand == mistake.edit->operand;
  });
  if (taken) return std::nullopt;
  if (mistake.edit->has_factor) return attempt_fitted(base, mistake, target);
  const NodeId before = runs_.mark();
  std::optional<Explanation> result;
  try {
    BackwardGraph::Pass old = base.pass;
    BackwardGraph::Pass pass = runs_.back().edited(base.pass, mistake.edit);
    NodeId gradient = runs_.back().gradient(pass, target.node);
    const bool changes = gradient != runs_.back().gradient(old, target.node);
    if (changes && !is_hopeless(gradient, before, target)) {
      pass = runs_.back().edited(base.pass, mistake.edit);  // what was asked for may be cut
      gradient = runs_.back().gradient(pass, target.node);
      if (matches(gradient, target)) result = with(base, mistake);
    }
  } catch (const ShapeError&) {  // the edit reads what this pass does not have
  }
  runs_.back_to(before);
  if (result && !explains(*result, target)) result.reset();
  return result;
}

std::optional<std::vector<Expected>> Trial::expected_with(const Explanation& base,
                                                          const Mistake& mistake,
                                                          long double factor,
                                                          const Target& target) {
  const NodeId before = runs_.mark();
  std::optional<std::vector<Expected>> all;
  try {
    BackwardGraph::Pass pass = runs_.back().edited(base.pass, mistake.edit, factor);
    const NodeId gradient = runs_.back().gradient(pass, target.node);
    if (gradient >= 0) {
      all.emplace();
      for (std::size_t i = 0; i < target.claims.size(); ++i)
        all->push_back(expected(runs_.at(gradient, i)));
    }
  } catch (const ShapeError&) {
  }
  runs_.back_to(before);
  return all;
}

std::optional<std::vector<long double>> Trial::numbers(const Explanation& base,
                                                       const Mistake& mistake, long double factor,
                                                       const Target& target) {
  const auto made = expected_with(base, mistake, factor, target);
  if (!made) return std::nullopt;
  std::vector<long double> all;
  for (const Expected& one : *made)
    all.insert(all.end(), one.values.data(), one.values.data() + one.values.size());
  return all;
}

// A gradient is affine in the factor: two runs show it, and the claim says where on that line it
// lies. Nothing where it lies on none, or where the factor makes no mistake of it.
std::optional<Trial::Fitted> Trial::fitted(const Explanation& base, const Mistake& mistake,
                                           const Target& target) {
  const auto none = expected_with(base, mistake, 0, target);
  const auto one = expected_with(base, mistake, 1, target);
  if (!none || !one) return std::nullopt;
  long double along = 0;
  long double squares = 0;
  long double away = 0;
  Fitted made;
  long double written = 0;
  for (std::size_t k = 0; k < target.claims.size(); ++k) {
    const Claim& claim = *target.claims[k];
    const Array<double> open = left_open(claim, (*one)[k]);
    for (Eigen::Index i = 0; i < claim.values.size(); ++i) {
      const long double without = (*none)[k].values.data()[i];
      const long double slope = (*one)[k].values.data()[i] - without;
      const long double distance = claim.values.data()[i] - without;
      // nothing is fitted to what is 0 but for rounding
      if (std::fabs(static_cast<double>(slope)) <= 3 * open.data()[i]) continue;
      written += std::fabs(slope) * claim.half_unit.data()[i];
      along += slope * distance;
      squares += slope * slope;
      away += distance * distance;
      ++made.telling;
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
  for (const long double other : mistake.other_at) {
    if (same_factor(made.factor, other) || std::fabs(made.factor - other) < 1e-9L)
      return std::nullopt;
  }
  if (mistake.factor == Mistake::Factor::corner &&
      (made.factor > 1.0001L || made.factor < mistake.least - 1e-4L))
    return std::nullopt;  // beyond the slope of the other side
  return made;
}

// What rounding, and the digits that were written, leave open of the factor. A single entry lies on
// every line, and of two it is soon found on one that is near; so there only 2, 1/m and their like
// will do, or what was found further up.
std::vector<std::pair<long double, std::optional<FactorName>>> Trial::factors_near(
    const Fitted& fitted, const Explanation& base, const Mistake& mistake) const {
  std::vector<std::pair<long double, std::optional<FactorName>>> candidates;
  if (mistake.factor == Mistake::Factor::rate) {
    // the lesson's own rate, and that of the layer above, before any other
    for (const LessonNumber& rate : options_.numbers)
      candidates.emplace_back(to_long_double(Exact(rate.value)), std::nullopt);
    for (const Explanation::Part& part : base.parts) {
      if (part.mistake->factor == Mistake::Factor::rate)
        candidates.emplace_back(part.factor, std::nullopt);
    }
    for (const int digits : {1, 2}) {  // rates are round numbers, and few digits leave them open
      if (fitted.telling <= few_entries) break;
      candidates.emplace_back(std::stold(fmt::format("{:.{}e}", fitted.factor, digits - 1)),
                              std::nullopt);
    }
    std::erase_if(candidates, [&](const auto& candidate) {
      return candidate.first <= 0 ||
             std::fabs(candidate.first - fitted.factor) > 0.05L * std::fabs(fitted.factor);
    });
  } else if (auto name = factor_names_.find(fitted.factor, std::clamp(fitted.open, 1e-3L, 0.05L))) {
    const long double factor = to_long_double(Exact(name->value));
    const bool known = std::ranges::any_of(base.parts, [&](const Explanation::Part& part) {
      return part.mistake->edit->has_factor && same_factor(part.factor, factor);
    });
    // a penalty counts as often as that of the lesson does
    const bool penalty =
        mistake.neutral == 0 &&
        std::ranges::any_of(factor_names_.numbers(), [&](const LessonNumber& number) {
          return number.value < 1 && number.name != "the learning rate" &&
                 (name->value == number.value || name->value == 2 * number.value);
        });
    if (name->odd == 0 || known || penalty || fitted.telling > few_entries)
      candidates.emplace_back(factor, name);
  }
  // a rate that is not round is none that somebody has chosen; and any number on top of another
  // mistake makes a story of nearly everything
  const bool alone = base.parts.empty();
  if (mistake.factor == Mistake::Factor::corner ||
      (alone && fitted.telling > few_entries && mistake.factor == Mistake::Factor::number))
    candidates.emplace_back(fitted.factor, std::nullopt);
  return candidates;
}

std::optional<Explanation> Trial::attempt_fitted(const Explanation& base, const Mistake& mistake,
                                                 const Target& target) {
  const auto fit = fitted(base, mistake, target);
  if (!fit) return std::nullopt;
  for (const auto& [factor, name] : factors_near(*fit, base, mistake)) {
    Explanation more = with(base, mistake, factor, name);
    const bool good = gradient_matches(more.pass, target);
    if (good && explains(more, target)) return more;
  }
  return std::nullopt;
}

// Whether that pass gives the target; what was appended for it is taken back.
bool Trial::gradient_matches(BackwardGraph::Pass pass, const Target& target) {
  const NodeId before = runs_.mark();
  bool good = false;
  try {
    BackwardGraph::Pass first = pass;
    if (!is_hopeless(runs_.back().gradient(first, target.node), before, target))
      good = matches(runs_.back().gradient(pass, target.node), target);
  } catch (const ShapeError&) {  // an edit reads what this pass does not have
  }
  runs_.back_to(before);
  return good;
}

std::optional<Explanation> Trial::attempt_all(const Explanation& base,
                                              const std::vector<const Mistake*>& mistakes,
                                              const Target& target) {
  Explanation more = base;
  for (const Mistake* mistake : mistakes) more = with(more, *mistake);
  if (!gradient_matches(more.pass, target) || !explains(more, target)) return std::nullopt;
  return more;
}

std::optional<Explanation> Trial::attempt_composed(const Explanation& base,
                                                   const Mistake& from_above, const Mistake& rule,
                                                   const Target& target) {
  const NodeId user = rule.edit->node;
  const Shape& shape = batch_.graph[user].shape;
  Edit both = *rule.edit;
  both.formula = substitute(both.formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
    const Quantity& what = leaf.stands_for();
    const bool above =
        what == Quantity::above || what == Quantity(Quantity::adjoint, catalogue_.line_of(user));
    return above ? std::optional(reads::gradient(from_above.above, shape)) : std::nullopt;
  });
  Explanation more = base;
  more.parts.push_back({&from_above, 1, std::nullopt});
  more.parts.push_back({&rule, 1, std::nullopt});
  more.pass = runs_.back().edited(base.pass, std::make_shared<const Edit>(std::move(both)), 1);
  rate(more);
  if (!gradient_matches(more.pass, target) || !explains(more, target)) return std::nullopt;
  return more;
}

bool Trial::would_explain(Explanation explanation, const std::vector<const Target*>& targets) {
  const NodeId before = runs_.mark();
  const bool all = std::ranges::all_of(
      targets, [&](const Target* target) { return explains(explanation, *target); });
  runs_.back_to(before);
  return all;
}

bool Trial::explains(Explanation& explanation, const Target& target) {
  try {
    return matches(runs_.back().gradient(explanation.pass, target.node), target);
  } catch (const ShapeError&) {
    return false;
  }
}

// Of a large product, which is not computed yet, a few entries tell mostly that it is not what is
// claimed. Where that is looked at it is cut from the graph, and has to be asked for anew.
bool Trial::is_hopeless(NodeId gradient, NodeId before, const Target& target) {
  constexpr double large = 1e6;  // multiplications
  constexpr Eigen::Index looked_at = 24;
  const Graph& graph = runs_.back().graph();
  if (gradient < before || graph[gradient].operation->law != Law::matmul ||
      cost_of(graph, gradient, over_floats) < large)
    return false;
  const NodeId a = graph[gradient].operands[0];
  const NodeId b = graph[gradient].operands[1];
  runs_.back_to(gradient);
  Claim one;
  one.values = one.half_unit = Reals::Zero(1, 1);
  for (std::size_t i = 0; i < target.claims.size(); ++i) {
    const Claim& claim = *target.claims[i];
    one.precision = claim.precision;
    runs_.at(a, i);  // both are computed by that
    const ConstView<Uncertain> left = runs_.at(a, i);
    const ConstView<Uncertain> right = runs_.at(b, i);
    for (Eigen::Index n = 0; n < looked_at; ++n) {
      const Eigen::Index row = (7919 * n + 13) % claim.values.rows();
      const Eigen::Index column = (104729 * n + 17) % claim.values.cols();
      Uncertain sum = left(row, 0) * right(0, column);
      for (Eigen::Index k = 1; k < left.cols(); ++k) sum = sum + left(row, k) * right(k, column);
      one.values(0) = claim.values(row, column);
      one.half_unit(0) = claim.half_unit(row, column);
      const Expected made{Reals::Constant(1, 1, sum.value),
                          Array<double>::Constant(1, 1, sum.spread())};
      const Nearness::Kind kind = compare_entry(one, made, 0, 0).kind;
      if (kind == Nearness::Kind::wrong ||
          (fit_ == Fit::to_rounding && kind != Nearness::Kind::right))
        return true;
    }
  }
  return false;
}

bool Trial::matches(NodeId gradient, const Target& target) {
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

Explanation Trial::with(const Explanation& base, const Mistake& mistake, long double factor,
                        std::optional<FactorName> name) const {
  Explanation more = base;
  more.parts.push_back({&mistake, factor, std::move(name)});
  more.pass = runs_.back().edited(base.pass, mistake.edit, factor);
  rate(more);
  return more;
}

std::optional<Expected> Trial::predicted(Explanation& explanation, NodeId node, std::size_t i) {
  const NodeId gradient = runs_.back().gradient(explanation.pass, node);
  if (gradient < 0) return std::nullopt;
  return expected(runs_.at(gradient, i));
}

}  // namespace tracer
