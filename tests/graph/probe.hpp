// What the tests of operations and graphs measure with: gradients of a graph over Exact, and the
// central differences that they must agree with. A difference that is exact (rational, at most
// quadratic) must be met exactly; elsewhere the step is 10^-20, which errs by about 10^-40 and
// leaves 80 of 120 digits.
#pragma once

#include <cmath>
#include <initializer_list>
#include <map>
#include <sstream>
#include <string>

#include "tracer/graph/tape.hpp"

namespace tracer::probe {

/// Values of the leaves that are varied.
using Values = std::map<NodeId, Array<Exact>>;

/// 400 bits are 120 digits. Rationals give way to intervals before a chain of squares makes them
/// slow.
inline constexpr Working many_bits{.bits = 400, .rational_bits = 4000};

inline Array<Exact> filled(const Shape& shape, const Exact& value) {
  return Array<Exact>::Constant(shape.rows.count, shape.columns.count, value);
}

/// A proven bound of |x|.
inline double magnitude(const Exact& x) {
  if (x.is_rational()) return std::abs(x.to_double()) * (1 + 1e-15);
  return std::max(std::abs(mpfr_get_d(x.interval().lower(), MPFR_RNDA)),
                  std::abs(mpfr_get_d(x.interval().upper(), MPFR_RNDA)));
}

/// Surely no further apart than tolerance·(1 + |b|).
inline bool close(const Exact& a, const Exact& b, double tolerance) {
  return magnitude(a - b) <= tolerance * (1 + magnitude(b));
}

/// Two ways to one value: equal where both are rational, else intervals that overlap and are
/// narrow.
inline bool same(const Exact& a, const Exact& b) {
  if (a.is_rational() && b.is_rational()) return a == b;
  return (a - b).contains_zero() && close(a, b, 1e-70);
}

inline std::string text(const Exact& x) {
  std::ostringstream out;
  out << x;
  return out.str();
}

/// Runs a graph over Exact at given values of its leaves.
class Run {
 public:
  Run(const Graph& graph, const Values& values) : tape_(graph, leaves_of(values), many_bits) {
    for (const auto& [leaf, value] : values) tape_.own_value(leaf) = value;
  }
  Tape<Exact>& tape() { return tape_; }

  /// Σ seed ⊙ result, with one entry of one leaf moved by `step`.
  Exact moved(NodeId leaf, Eigen::Index entry, const Exact& step, NodeId result,
              const Array<Exact>& seed) {
    Exact& x = tape_.own_value(leaf).reshaped()(entry);
    const Exact there = x;
    x = there + step;
    tape_.forward();
    const Exact sum = (tape_.value(result) * seed).sum();
    x = there;
    return sum;
  }

 private:
  static std::vector<NodeId> leaves_of(const Values& values) {
    std::vector<NodeId> leaves;
    for (const auto& [leaf, value] : values) leaves.push_back(leaf);
    return leaves;
  }
  Tape<Exact> tape_;
};

struct Comparison {
  int compared = 0;
  int exactly = 0;        ///< of these, against a difference without any error
  std::string complaint;  ///< the first disagreement; empty: none
};

/// One entry of a gradient against the central difference of Σ seed ⊙ result.
inline void compare_entry(Run& run, NodeId leaf, Eigen::Index entry, const Exact& gradient,
                          NodeId result, const Array<Exact>& seed, Comparison& comparison) {
  const auto at = [&](const Exact& step) { return run.moved(leaf, entry, step, result, seed); };
  ++comparison.compared;
  const Exact wide{Rational(1, 1024)};
  const Exact up = at(wide);
  const Exact down = at(-wide);
  // with x³ and higher odd powers absent, the third difference is 0 and the central difference has
  // no error
  const bool exact = up.is_rational() && down.is_rational() && [&] {
    const Exact third = at(2 * wide) - 2 * up + 2 * down - at(-2 * wide);
    return third.is_zero_surely();
  }();
  bool agree = false;
  Exact difference;
  if (exact) {
    ++comparison.exactly;
    difference = (up - down) / (2 * wide);
    agree = same(gradient, difference);
  } else {
    const Exact narrow{power_of_ten(-20)};
    difference = (at(narrow) - at(-narrow)) / (2 * narrow);
    // it errs by f‴h²/6, and behind a sine of something steep f‴ is like the cube of the slope
    const double slope = 1 + magnitude(gradient);
    agree = close(gradient, difference, 1e-35 * slope * slope + 1e-30);
  }
  if (!agree && comparison.complaint.empty()) {
    std::ostringstream out;
    out << "node " << leaf << ", entry " << entry << ": the gradient is " << gradient
        << ", the difference " << difference;
    comparison.complaint = out.str();
  }
}

/// Every entry of the gradient of Σ seed ⊙ result with respect to `values`, against central
/// differences.
inline Comparison compare_gradient(const Graph& graph, const Values& values, NodeId result,
                                   const Array<Exact>& seed) {
  Run run(graph, values);
  run.tape().forward();
  run.tape().backward(result, seed);
  Comparison comparison;
  std::map<NodeId, Array<Exact>> gradients;
  for (const auto& [leaf, value] : values) {
    gradients[leaf] = run.tape().reached(leaf)
                          ? Array<Exact>(run.tape().adjoint(leaf))
                          : Array<Exact>::Constant(value.rows(), value.cols(), Exact(0));
  }
  for (const auto& [leaf, value] : values) {
    for (Eigen::Index entry = 0; entry < value.size(); ++entry) {
      compare_entry(run, leaf, entry, gradients[leaf].reshaped()(entry), result, seed, comparison);
    }
  }
  return comparison;
}

/// A formula evaluated over Exact: its leaves are given by what they stand for. Of `shape`, also
/// where the formula is of scalars.
inline Array<Exact> evaluate(const Symbol& formula, const std::map<Quantity, Array<Exact>>& leaves,
                             const Shape& shape) {
  Graph graph;
  std::map<Quantity, NodeId> ids;
  Values values;
  for (const auto& [key, value] : leaves) {
    const NodeId id =
        graph.leaf(LeafKind::input, "",
                   shape_of(static_cast<int>(value.rows()), static_cast<int>(value.cols())));
    ids[key] = id;
    values[id] = value;
  }
  const NodeId result = graph.append(formula, ids);
  Run run(graph, values);
  run.tape().forward();
  const auto value = run.tape().value(result);
  if (value.size() == 1) return filled(shape, value(0, 0));
  return value;
}

/// The first entry in which two arrays differ, in words; empty: none does.
inline std::string disagreement(const Array<Exact>& a, const Array<Exact>& b) {
  if (a.rows() != b.rows() || a.cols() != b.cols()) return "the shapes differ";
  for (Eigen::Index i = 0; i < a.size(); ++i) {
    if (same(a.reshaped()(i), b.reshaped()(i))) continue;
    return "entry " + std::to_string(i) + ": " + text(a.reshaped()(i)) + " and " +
           text(b.reshaped()(i));
  }
  return "";
}

inline Array<Exact> row(std::initializer_list<Rational> entries) {
  Array<Exact> made(1, static_cast<Eigen::Index>(entries.size()));
  Eigen::Index j = 0;
  for (const Rational& entry : entries) made(0, j++) = Exact(entry);
  return made;
}

}  // namespace tracer::probe
