#include "tracer/margin/max_margin.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <numeric>
#include <optional>
#include <utility>

#include "tracer/error.hpp"

namespace tracer {

Rational inner(const std::vector<Rational>& a, const std::vector<Rational>& b) {
  return std::inner_product(a.begin(), a.end(), b.begin(), Rational(0));
}

namespace {

using Row = std::vector<Rational>;  // the coefficients of an equation, then its right side
using Subset = std::vector<std::size_t>;

/// The one solution of the equations; nothing where there is none, or more than one.
std::optional<std::vector<Rational>> only_solution(std::vector<Row> equations,
                                                   std::size_t unknowns) {
  std::size_t done = 0;  // equations above this one are solved for the unknowns 0 .. done - 1
  for (std::size_t unknown = 0; unknown < unknowns; ++unknown, ++done) {
    const auto pivot =
        std::find_if(equations.begin() + static_cast<std::ptrdiff_t>(done), equations.end(),
                     [&](const Row& row) { return row[unknown] != 0; });
    if (pivot == equations.end()) return std::nullopt;
    std::swap(*pivot, equations[done]);
    for (std::size_t i = 0; i < equations.size(); ++i) {
      if (i == done || equations[i][unknown] == 0) continue;
      const Rational factor = equations[i][unknown] / equations[done][unknown];
      for (std::size_t j = unknown; j <= unknowns; ++j)
        equations[i][j] -= factor * equations[done][j];
    }
  }
  for (std::size_t i = done; i < equations.size(); ++i)
    if (equations[i][unknowns] != 0) return std::nullopt;  // 0 = something else
  std::vector<Rational> solution;
  for (std::size_t i = 0; i < unknowns; ++i)
    solution.push_back(equations[i][unknowns] / equations[i][i]);
  return solution;
}

/// The subsets of 0 .. n - 1 with 2 to `most` members, small ones first, until `found` says so.
bool any_subset(std::size_t n, std::size_t most, const std::function<bool(const Subset&)>& found) {
  for (std::size_t size = 2; size <= std::min(n, most); ++size) {
    Subset chosen(size);
    std::iota(chosen.begin(), chosen.end(), std::size_t{0});
    for (bool more = true; more;) {
      if (found(chosen)) return true;
      // the last member that can move on does, and those behind it follow
      std::size_t i = size;
      while (i > 0 && chosen[i - 1] == n - size + i - 1) --i;
      more = i > 0;
      if (more) {
        ++chosen[i - 1];
        for (; i < size; ++i) chosen[i] = chosen[i - 1] + 1;
      }
    }
  }
  return false;
}

/// How many subsets any_subset goes through; more than `most_subsets` are not counted.
std::size_t count_subsets(std::size_t n, std::size_t most, std::size_t most_subsets) {
  std::size_t all = 0;
  std::size_t of_size = n;
  for (std::size_t size = 2; size <= std::min(n, most) && all <= most_subsets; ++size) {
    of_size = of_size * (n - size + 1) / size;
    all += of_size;
    if (of_size > most_subsets) break;
  }
  return all;
}

void check_points(const std::vector<LabelledPoint>& points, std::size_t most_subsets) {
  for (const LabelledPoint& point : points) {
    if (point.y != 1 && point.y != -1)
      throw Error(fmt::format("max_margin: a label is {}, expected 1 or -1", point.y));
    if (point.x.size() != points[0].x.size()) {
      throw ShapeError(fmt::format("max_margin: a point has {} entries, the first has {}",
                                   point.x.size(), points[0].x.size()));
    }
  }
  for (const int y : {1, -1}) {
    if (std::ranges::count(points, y, &LabelledPoint::y) > 0) continue;
    throw Error(
        fmt::format("max_margin: no point has the label {}; a margin lies between two classes", y));
  }
  const std::size_t dimensions = points[0].x.size();
  if (count_subsets(points.size(), dimensions + 2, most_subsets) > most_subsets) {
    throw Error(fmt::format(
        "max_margin: {} points in {} dimensions have more than {} subsets to be tried; leave out "
        "points that are far from the other class",
        points.size(), dimensions, most_subsets));
  }
}

bool has_both_classes(const std::vector<LabelledPoint>& points, const Subset& subset) {
  return std::ranges::any_of(subset, [&](std::size_t i) { return points[i].y > 0; }) &&
         std::ranges::any_of(subset, [&](std::size_t i) { return points[i].y < 0; });
}

bool none_negative(const std::vector<Rational>& values, std::size_t count) {
  return std::all_of(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count),
                     [](const Rational& value) { return value >= 0; });
}

/// The hyperplane on whose margin the subset lies, if it is that of all points.
std::optional<Hyperplane> hyperplane_of(const std::vector<LabelledPoint>& points,
                                        const Subset& subset) {
  const std::size_t size = subset.size();
  // Σⱼ αⱼ yⱼ xⱼ·xᵢ + b = yᵢ for each i (which is yᵢ(w·xᵢ + b) = 1, as yᵢ² = 1), and Σⱼ αⱼ yⱼ = 0
  std::vector<Row> equations;
  for (const std::size_t i : subset) {
    Row row;
    for (const std::size_t j : subset) row.push_back(points[j].y * inner(points[i].x, points[j].x));
    row.emplace_back(1);
    row.emplace_back(points[i].y);
    equations.push_back(std::move(row));
  }
  Row balance;
  for (const std::size_t j : subset) balance.emplace_back(points[j].y);
  balance.emplace_back(0);
  balance.emplace_back(0);
  equations.push_back(std::move(balance));

  const auto solution = only_solution(std::move(equations), size + 1);
  if (!solution || !none_negative(*solution, size)) return std::nullopt;
  Hyperplane plane{std::vector<Rational>(points[0].x.size()), solution->back(),
                   std::vector<Rational>(points.size()), true};
  for (std::size_t k = 0; k < size; ++k) {
    const LabelledPoint& point = points[subset[k]];
    plane.multipliers[subset[k]] = (*solution)[k];
    for (std::size_t c = 0; c < plane.w.size(); ++c)
      plane.w[c] += (*solution)[k] * point.y * point.x[c];
  }
  const bool all_outside = std::ranges::all_of(points, [&](const LabelledPoint& point) {
    return point.y * decision_value(plane, point.x) >= 1;
  });
  return all_outside ? std::optional(std::move(plane)) : std::nullopt;
}

/// The point that the hulls of the subset's two classes have in common, if there is just one.
std::optional<NotSeparable> meeting_of(const std::vector<LabelledPoint>& points,
                                       const Subset& subset) {
  const std::size_t dimensions = points[0].x.size();
  std::vector<Row> equations(dimensions + 2);
  for (const std::size_t i : subset) {
    for (std::size_t c = 0; c < dimensions; ++c)
      equations[c].push_back(points[i].y * points[i].x[c]);
    equations[dimensions].emplace_back(points[i].y);
    equations[dimensions + 1].emplace_back(1);
  }
  for (std::size_t e = 0; e < equations.size(); ++e) equations[e].emplace_back(e > dimensions);
  const auto solution = only_solution(std::move(equations), subset.size());
  if (!solution || !none_negative(*solution, subset.size())) return std::nullopt;
  NotSeparable proof{std::vector<Rational>(points.size()), std::vector<Rational>(dimensions)};
  for (std::size_t k = 0; k < subset.size(); ++k) {
    const LabelledPoint& point = points[subset[k]];
    proof.weights[subset[k]] = (*solution)[k];
    for (std::size_t c = 0; c < dimensions && point.y > 0; ++c)
      proof.meeting_point[c] += 2 * (*solution)[k] * point.x[c];
  }
  return proof;
}

}  // namespace

std::variant<Hyperplane, NotSeparable> max_margin(const std::vector<LabelledPoint>& points,
                                                  std::size_t most_subsets) {
  if (points.empty()) throw Error("max_margin: there are no points");
  check_points(points, most_subsets);
  const std::size_t dimensions = points[0].x.size();

  std::optional<Hyperplane> plane;
  // w and b are unique; the search goes on to see whether α is. Every corner of the set of all α
  // is the solution of some subset, so a second α would be met.
  any_subset(points.size(), dimensions + 1, [&](const Subset& subset) {
    if (!has_both_classes(points, subset)) return false;
    std::optional<Hyperplane> found = hyperplane_of(points, subset);
    if (!found) return false;
    if (plane && plane->multipliers != found->multipliers) plane->unique = false;
    if (!plane) plane = std::move(found);
    return !plane->unique;
  });
  if (plane) return *std::move(plane);

  std::optional<NotSeparable> proof;
  any_subset(points.size(), dimensions + 2, [&](const Subset& subset) {
    if (has_both_classes(points, subset)) proof = meeting_of(points, subset);
    return proof.has_value();
  });
  return proof.value();  // one of the two exists: Farkas
}

Rational decision_value(const Hyperplane& plane, const std::vector<Rational>& x) {
  return inner(plane.w, x) + plane.b;
}

std::vector<int> signed_labels(const std::vector<Rational>& written) {
  const bool zeros = std::ranges::find(written, Rational(0)) != written.end();
  const Rational low = zeros ? 0 : -1;
  std::vector<int> labels;
  for (const Rational& label : written) {
    if (label != 1 && label != low) {
      throw Error(
          fmt::format("max_margin: a label is {}; write the classes as 1 and -1, or 1 and 0",
                      to_string(label)));
    }
    labels.push_back(label == 1 ? 1 : -1);
  }
  return labels;
}

}  // namespace tracer
