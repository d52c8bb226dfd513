#include "tracer/diagnosis/layouts.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace tracer {
namespace {

Claim* claim_of(std::vector<Claim>& claims, const ArrayVerdict& array) {
  const auto found = std::ranges::find_if(
      claims, [&](const Claim& claim) { return claim.gradient && claim.name == array.claim.name; });
  return found == claims.end() ? nullptr : &*found;
}

// The numbers of one claim as if they had been claimed for another.
Claim as(const Claim& numbers, const Claim& of) {
  Claim made = of;
  made.values = numbers.values.reshaped(of.values.rows(), of.values.cols());
  made.half_unit = numbers.half_unit.reshaped(of.values.rows(), of.values.cols());
  made.precision = numbers.precision;
  return made;
}

// The numbers row by row, read as if they had been written column by column.
Reals other_order(const Reals& values) {
  Reals made(values.rows(), values.cols());
  for (Eigen::Index i = 0; i < values.rows(); ++i) {
    for (Eigen::Index j = 0; j < values.cols(); ++j) {
      const Eigen::Index k = j * values.rows() + i;  // its place in a list column by column
      made(i, j) = values(k / values.cols(), k % values.cols());
    }
  }
  return made;
}

bool is_wrong(const ArrayVerdict& array) {
  return array.claim.gradient && !array.nearness.matches() && !array.claim.has_wrong_shape();
}

}  // namespace

std::vector<std::string> turn_squares(const std::vector<ArrayVerdict>& arrays,
                                      std::vector<Evidence>& evidence) {
  bool others = false;
  for (const ArrayVerdict& array : arrays) {
    const Reals& values = array.claim.values;
    if (!array.claim.gradient || values.rows() == values.cols() || values.rows() == 1 ||
        values.cols() == 1)
      continue;
    if (!array.claim.turned) return {};
    others = true;
  }
  std::vector<std::string> turned;
  for (const ArrayVerdict& array : arrays) {
    const Reals& values = array.claim.values;
    if (!others || !is_wrong(array) || values.rows() == 1 || values.rows() != values.cols())
      continue;
    for (Evidence& known : evidence) {
      Claim* claim = claim_of(known.claims, array);
      if (claim == nullptr) continue;
      claim->values.transposeInPlace();
      claim->half_unit.transposeInPlace();
      claim->turned = true;
    }
    turned.push_back(array.claim.name);
  }
  return turned;
}

Rearranged rearranged(const BatchGraph& batch, const std::vector<ArrayVerdict>& arrays,
                      std::vector<Claim> claims) {
  Rearranged made;
  const auto line = [&](const ArrayVerdict& array) {
    return place_of(batch, batch.graph.find(array.claim.name));
  };
  const bool parameters_right = std::ranges::all_of(arrays, [&](const ArrayVerdict& array) {
    const NodeId node = batch.graph.find(array.claim.name);
    return !array.claim.gradient || !batch.graph[node].is_leaf() ||
           (array.nearness.matches() && !array.claim.has_wrong_shape());
  });
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const ArrayVerdict& a = arrays[i];
    if (!is_wrong(a)) continue;
    if (parameters_right) {
      Finding finding;
      finding.id = "claimed_line";
      finding.says = fmt::format(
          "what is claimed for the gradient of {0} is {1}; those of the parameters are right, so "
          "that they came of another {0} gradient than this",
          a.claim.name, a.factor_name ? a.factor_name->text + " times it" : "not it");
      finding.lines.push_back(line(a));
      made.findings.push_back(std::move(finding));
      if (Claim* claim = claim_of(claims, a)) claim->values = a.truth.values;
      continue;
    }
    const Reals turned = other_order(a.claim.values);
    Claim in_order = a.claim;
    in_order.values = turned;
    in_order.half_unit = other_order(a.claim.half_unit);
    // a square one is transposed, and called so
    if (a.claim.values.rows() > 1 && a.claim.values.cols() > 1 &&
        a.claim.values.rows() != a.claim.values.cols() && compare(in_order, a.truth).matches()) {
      Finding finding;
      finding.id = "written_by_columns";
      finding.says = fmt::format(
          "the numbers of {} are right, but were written column by column and read row by row",
          a.claim.name);
      finding.lines.push_back(line(a));
      made.findings.push_back(std::move(finding));
      if (Claim* claim = claim_of(claims, a)) *claim = as(in_order, *claim);
    }
    for (std::size_t j = i + 1; j < arrays.size(); ++j) {
      const ArrayVerdict& b = arrays[j];
      const auto is_vector = [](const Reals& x) { return x.rows() == 1 || x.cols() == 1; };
      const bool same_shape =
          a.claim.values.size() == b.claim.values.size() &&
          (a.claim.values.rows() == b.claim.values.rows() ||
           (is_vector(a.claim.values) && is_vector(b.claim.values)));  // lying or standing
      if (!is_wrong(b) || !same_shape || !compare(as(a.claim, b.claim), b.truth).matches() ||
          !compare(as(b.claim, a.claim), a.truth).matches())
        continue;
      Finding finding;
      finding.id = "arrays_swapped";
      finding.says =
          fmt::format("the gradients of {} and {} are swapped: each is right for the other",
                      a.claim.name, b.claim.name);
      finding.lines = {line(a), line(b)};
      made.findings.push_back(std::move(finding));
      Claim* first = claim_of(claims, a);
      Claim* second = claim_of(claims, b);
      if (first != nullptr && second != nullptr) {
        const Claim kept = *first;
        *first = as(*second, *first);
        *second = as(kept, *second);
      }
    }
  }
  made.claims = std::move(claims);
  return made;
}

}  // namespace tracer
