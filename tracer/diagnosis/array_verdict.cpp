#include "tracer/diagnosis/array_verdict.hpp"

#include <fmt/format.h>

#include <cmath>
#include <set>

namespace tracer {
namespace {

// The k for which k·truth is nearest, where that is near enough to be meant.
void find_factor(ArrayVerdict& verdict, const FactorNames& names) {
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
std::vector<long double> ratios_of_lines(const ArrayVerdict& verdict, bool rows) {
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

std::string pattern_of(const ArrayVerdict& verdict) {
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
  if (wrong == 0) return "";
  if (all == 1) return "";
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

ArrayVerdict judge(const Claim& claim, Expected truth, const FactorNames& names) {
  ArrayVerdict verdict;
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

std::vector<ArrayVerdict> judged(Search& search, const Prepared& prepared) {
  const Graph& graph = prepared.batch.graph;
  Explanation right = search.right();
  const auto here = [&](const Claim& claim, std::size_t i) {
    const auto truth = claim.gradient ? search.predicted(right, claim.name, i)
                                      : std::optional(search.value(graph.find(claim.name), i));
    const Array<double> zero = Array<double>::Zero(claim.values.rows(), claim.values.cols());
    ArrayVerdict verdict = judge(claim, truth.value_or(Expected{zero.cast<long double>(), zero}),
                                 search.factor_names());
    verdict.value = graph[graph.find(claim.name)].called();
    return verdict;
  };
  std::vector<std::pair<NodeId, ArrayVerdict>> ordered;
  for (const Claim& claim : prepared.evidence.front().claims) {
    const NodeId node = graph.find(claim.name);
    ordered.emplace_back(claim.gradient ? 2 * graph.size() - node : node, here(claim, 0));
  }
  std::ranges::stable_sort(ordered, {}, [](const auto& entry) { return entry.first; });
  std::vector<ArrayVerdict> arrays;
  for (auto& [order, array] : ordered) arrays.push_back(std::move(array));
  for (std::size_t i = 1; i < prepared.evidence.size(); ++i) {
    for (const Claim& claim : prepared.evidence[i].claims) {
      const auto array = std::ranges::find_if(arrays, [&](const ArrayVerdict& other) {
        return other.claim.name == claim.name && other.claim.gradient == claim.gradient;
      });
      if (array == arrays.end()) continue;
      ArrayVerdict there = here(claim, i);
      if (there.nearness.kind <= array->nearness.kind) continue;
      *array = std::move(there);
      array->point = i;
    }
  }
  return arrays;
}

}  // namespace tracer
