#include "tracer/diagnosis/judged_claims.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

namespace tracer {
namespace {

// The k for which k·truth is nearest, where that is near enough to be meant.
void find_factor(JudgedClaim& verdict, const FactorNames& names) {
  const Reals& truth = verdict.truth.values;
  const long double squares = (truth * truth).sum();
  if (!(squares > 0)) return;
  const long double k = (verdict.claim.values * truth).sum() / squares;
  if (!std::isfinite(k) || k == 0) return;
  const auto fits = [&](long double factor) {
    return compare(verdict.claim, times(factor, verdict.truth)).matches();
  };
  if (auto name = names.find(k, 1e-3L)) {
    const long double named = to_long_double(Exact(name->value));
    if (named != 1 && fits(named)) {
      verdict.factor = named;
      verdict.factor_name = std::move(name);
      return;
    }
  }
  // one number is always some number times another
  if (verdict.claim.values.size() > 1 && fits(k)) verdict.factor = k;
}

// The numbers by which the rows (the columns) of a claim are larger than they should be, where each
// has one of its own; empty where they have not.
std::vector<long double> ratios_of_lines(const JudgedClaim& verdict, bool rows) {
  const Eigen::Index lines = rows ? verdict.claim.values.rows() : verdict.claim.values.cols();
  const Eigen::Index length = verdict.claim.values.size() / lines;
  std::vector<long double> ratios;
  if (lines < 2 || length < 2) return ratios;  // one number is always some number times another
  for (Eigen::Index line = 0; line < lines; ++line) {
    const auto part = [&](const auto& all) {
      return rows ? all.row(line).transpose().eval() : all.col(line).eval();
    };
    const Reals truth = part(verdict.truth.values);
    const Reals claimed = part(verdict.claim.values);
    const long double squares = (truth * truth).sum();
    const long double k = squares > 0 ? (claimed * truth).sum() / squares : 1;
    Claim one = verdict.claim;
    one.values = claimed;
    one.half_unit = part(verdict.claim.half_unit);
    const double size = std::max(1e-3, std::fabs(static_cast<double>(k)));
    if (!compare(one, {Reals(k * truth), Array<double>(size * part(verdict.truth.spreads))})
             .matches())
      return {};
    ratios.push_back(k);
  }
  return ratios;
}

std::string text_of(const std::vector<long double>& ratios) {
  constexpr std::size_t most = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(ratios.size(), most); ++i)
    text += fmt::format("{}{:.4g}", i == 0 ? "" : ", ", static_cast<double>(ratios[i]));
  return ratios.size() > most ? text + ", …" : text;
}

std::string pattern_of(const JudgedClaim& verdict) {
  const Eigen::Index rows = verdict.claim.values.rows();
  const Eigen::Index columns = verdict.claim.values.cols();
  std::set<Eigen::Index> in_rows, in_columns;
  Eigen::Index wrong = 0;
  for (Eigen::Index j = 0; j < columns; ++j) {
    for (Eigen::Index i = 0; i < rows; ++i) {
      if (compare_entry(verdict.claim, verdict.truth, i, j).kind != Nearness::Kind::wrong) continue;
      ++wrong;
      in_rows.insert(i);
      in_columns.insert(j);
    }
  }
  const Eigen::Index all = rows * columns;
  if (wrong == 0 || all == 1) return "";
  for (const bool of_rows : {true, false}) {
    if (const auto ratios = ratios_of_lines(verdict, of_rows); !ratios.empty())
      return fmt::format("each {} ours times a number: {}", of_rows ? "row" : "column",
                         text_of(ratios));
  }
  if (wrong == all) return fmt::format("all {} entries", all);
  if (wrong == 1) return fmt::format("1 of {} entries", all);
  if (in_rows.size() == 1 && rows > 1 && columns > 1)
    return fmt::format("row {} only", *in_rows.begin());
  if (in_columns.size() == 1 && rows > 1 && columns > 1)
    return fmt::format("column {} only", *in_columns.begin());
  return fmt::format("{} of {} entries", wrong, all);
}

}  // namespace

JudgedClaim judge(const Claim& claim, Expected truth, const FactorNames& names) {
  JudgedClaim verdict;
  verdict.claim = claim;
  verdict.truth = std::move(truth);
  verdict.nearness = compare(claim, verdict.truth);
  verdict.norm_ratio = norm_ratio(claim.values, verdict.truth.values);
  verdict.cosine = cosine(claim.values, verdict.truth.values);
  if (verdict.nearness.matches()) return verdict;
  find_factor(verdict, names);
  verdict.pattern = pattern_of(verdict);
  return verdict;
}

std::vector<JudgedClaim> judged(Search& search, const Prepared& prepared) {
  const Graph& graph = prepared.batch.graph;
  Explanation right = search.right();
  const auto here = [&](const Claim& claim, std::size_t i) {
    const auto truth = claim.gradient ? search.predicted(right, claim.name, i)
                                      : std::optional(search.value(graph.find(claim.name), i));
    const Array<double> zero = Array<double>::Zero(claim.values.rows(), claim.values.cols());
    JudgedClaim verdict = judge(claim, truth.value_or(Expected{zero.cast<long double>(), zero}),
                                search.factor_names());
    verdict.value = graph[graph.find(claim.name)].called();
    return verdict;
  };
  std::vector<std::pair<NodeId, JudgedClaim>> ordered;
  for (const Claim& claim : prepared.evidence.front().claims) {
    const NodeId node = graph.find(claim.name);
    ordered.emplace_back(claim.gradient ? 2 * graph.size() - node : node, here(claim, 0));
  }
  std::ranges::stable_sort(ordered, {}, [](const auto& entry) { return entry.first; });
  std::vector<JudgedClaim> arrays;
  for (auto& [order, array] : ordered) arrays.push_back(std::move(array));
  for (std::size_t i = 1; i < prepared.evidence.size(); ++i) {
    for (const Claim& claim : prepared.evidence[i].claims) {
      const auto array = std::ranges::find_if(arrays, [&](const JudgedClaim& other) {
        return other.claim.name == claim.name && other.claim.gradient == claim.gradient;
      });
      if (array == arrays.end()) continue;
      JudgedClaim there = here(claim, i);
      if (there.nearness.kind <= array->nearness.kind) continue;
      *array = std::move(there);
      array->point = i;
    }
  }
  return arrays;
}

std::vector<const JudgedClaim*> gradients_to_explain(const std::vector<JudgedClaim>& arrays) {
  std::vector<const JudgedClaim*> wrong, disturbed;
  for (const JudgedClaim& array : arrays) {
    if (array.is_wrong())
      wrong.push_back(&array);
    else if (array.claim.gradient && array.nearness.kind == Nearness::Kind::disturbed)
      disturbed.push_back(&array);
  }
  return wrong.empty() ? disturbed : wrong;
}

Hidden what_hides(const std::vector<JudgedClaim>& arrays) {
  // Digits that a claim which is no gradient would agree in by chance hardly ever: one digit says
  // nothing, unless it is exactly what it should be.
  constexpr double enough = 1;
  double known = 0;
  bool exact = true, any = false;
  double digits = 0;
  double rounding = 0;
  // what is nothing but rounding in our arithmetic has right digits in another gradient: theirs
  // does not lose them
  const bool computed_better = std::ranges::any_of(arrays, [](const JudgedClaim& array) {
    return array.claim.gradient && (array.truth.values != 0).any() && array.nearness.digits >= 3 &&
           is_zero_but_for_rounding(array.truth);
  });
  for (const JudgedClaim& array : arrays) {
    if (!array.claim.gradient) continue;
    // 0, and claimed to be 0 as exactly as float64 would have it: nothing comes through there
    const Array<double>& spreads = array.truth.spreads;
    if ((array.truth.values == 0).all() && is_rounding(array.claim.values, spreads) &&
        is_rounding((spreads > 0).select(array.claim.half_unit, 0.0L), spreads))
      continue;
    const Array<double> open = left_open(array.claim, array.truth);
    any = true;
    // right by rounding alone, and not a digit agrees: of a sum that cancels, in few bits, or of a
    // net that is saturated
    // (of a float64 one digit may agree by chance: others that are as near are not right)
    const double by_chance = array.claim.precision.unit < 1e-5 && !array.nearness.telling ? 2 : 0.5;
    const bool no_digit = array.nearness.roundoffs > 0 && array.nearness.digits < by_chance &&
                          (array.truth.values != 0).any();
    // 0 but for rounding, ours and theirs; but of a sum that cancels something of it would be left
    const double nothing = 1e-6 * array.claim.precision.unit * spreads.maxCoeff();
    const bool vanishes = static_cast<double>(array.claim.values.abs().maxCoeff()) < nothing &&
                          static_cast<double>(array.truth.values.abs().maxCoeff()) < nothing;
    const bool cancels = is_zero_in_64_bits(array.truth) && !vanishes;
    if (no_digit && (computed_better || (!array.nearness.telling && !cancels)))
      return Hidden::by_rounding;
    const Array<double> sizes = array.truth.values.abs().cast<double>();
    known += (sizes / (2 * open)).max(1).log10().sum();
    exact = exact && is_rounding(array.claim.values - array.truth.values, array.truth.spreads);
    const auto written = static_cast<double>(array.claim.half_unit.maxCoeff());
    digits = std::max(digits, written + array.claim.precision.smallest);
    rounding = std::max(rounding, open.maxCoeff() - written);
  }
  const bool hides = any && (known <= 0 || (known < enough && !exact));
  if (!hides || (digits <= 0 && rounding <= 0)) return Hidden::nothing;
  return rounding > digits ? Hidden::by_rounding : Hidden::by_few_digits;
}

namespace {

bool are_claimed_the_same(const std::vector<Evidence>& evidence) {
  bool any = false;
  for (const Claim& claim : evidence.front().claims) {
    if (!claim.gradient) continue;
    for (const Evidence& known : evidence) {
      const Claim* other = gradient_claim(known.claims, claim.name);
      const bool same = other != nullptr && other->values.rows() == claim.values.rows() &&
                        other->values.cols() == claim.values.cols() &&
                        (other->values == claim.values).all();
      if (!same) return false;
    }
    any = any || (claim.values != 0).any();
  }
  return any;
}

bool are_the_same(const Question& question) {
  const Graph& graph = question.batch.graph;
  const std::string& seed = question.program.seed_name;
  TrialRuns runs(question.batch, seed.empty() ? -1 : graph.find(seed));
  for (const Evidence& known : question.evidence) runs.add_point(known.point);
  BackwardGraph::Pass pass = runs.back().pass();
  for (const Claim& claim : question.evidence.front().claims) {
    if (!claim.gradient) continue;
    const NodeId gradient = runs.back().gradient(pass, graph.find(claim.name));
    if (gradient < 0) continue;  // 0 everywhere
    const Expected first = expected(runs.at(gradient, 0));
    for (std::size_t i = 1; i < question.evidence.size(); ++i) {
      Claim as_claimed = claim;  // in its shape, and as precise
      as_claimed.values = expected(runs.at(gradient, i)).values;
      if (!compare(as_claimed, first).matches()) return false;
    }
  }
  return true;
}

}  // namespace

bool always_the_same(const Question& question) {
  return question.evidence.size() > 1 && are_claimed_the_same(question.evidence) &&
         !are_the_same(question);
}

}  // namespace tracer
