// Gradients over Exact against central differences over Exact.
//
//   d(h) = (L(w + h) − L(w − h)) / 2h      errs by L‴h²/6
//
// With 192 bits and h = 2⁻⁵⁶ that is some 33 digits; and where everything is rational and L no more
// than quadratic in an entry, d(h) is the derivative itself, and must be equal to it. A second
// difference with half the step says how far off the first can be, so that there is no tolerance
// to choose. A step that comes to the other side of a corner is made smaller, with more bits; an
// entry that stands on a corner is compared with the slopes of both sides.
#pragma once

#include <functional>
#include <memory>

#include "tracer/check/gradient_report.hpp"
#include "tracer/check/moved_run.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

/// What rounding may have done to the entries of a gradient (absolute_terms.hpp).
struct GradientRounding {
  Array<double> terms;  ///< the sum of each entry's absolute terms
  Array<double> unit;   ///< the unit roundoff times that, and what the forward pass hands on
  Array<bool> finite;   ///< false: NaN or infinite, and the gradient says nothing
};

/// A point, and the gradient there that is to be checked.
struct ExactPoint {
  std::shared_ptr<const BatchGraph> batch;  ///< owns the graph; may be null
  CheckedGraph checked;
  std::map<NodeId, Array<Exact>> gradients;     ///< of each wrt
  std::map<NodeId, GradientRounding> rounding;  ///< of each wrt; empty: over Exact there is none
  std::vector<int> samples;                     ///< of a lesson's batch, from 1
};

struct ExactCheckOptions {
  int bits = 192;        ///< to begin with
  int most_bits = 4096;  ///< where it ends
  int rational_bits = 4096;
  long long entries = -1;  ///< of each parameter; 0: all; −1: as many as `budget` allows
  double budget = 4e6;     ///< multiplications of numbers in all, a microsecond each
  unsigned seed = 0;       ///< which entries, where not all
};

/// Checks every wrt of the point. `at` gives it with a working precision: asked again, with more,
/// where that is needed. Throws Undecided where the run itself can't be decided at the limit.
GradientReport check_exactly(const std::function<ExactPoint(Working)>& at,
                             const ExactCheckOptions&);

/// What a point knows of an entry (column by column) of a gradient before it is compared.
CheckedEntry entry_of(const ExactPoint&, NodeId wrt, Eigen::Index entry);

/// Which entries of a parameter are checked. `cost`: of an entry; `budget`: of all `parameters`.
std::vector<Eigen::Index> entries_to_check(const CheckedParameter&, const ExactCheckOptions&,
                                           double budget, std::size_t parameters, double cost);

/// `wanted` different entries of `count`, sorted; all where there are no more than that.
std::vector<Eigen::Index> chosen_entries(Eigen::Index count, long long wanted, unsigned seed,
                                         const std::string& name);

}  // namespace tracer
