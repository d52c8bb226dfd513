// Which point a lesson's step is at, for claims that were computed there. Next: diagnosis.hpp.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tracer/claims/point.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

struct StepPoint {
  std::shared_ptr<const BatchGraph> batch;
  Point point;
  std::vector<int> samples;  ///< from 1; empty: a lesson without data
  /// The gradients of the steps before it, added up, by parameter; empty at the first.
  std::map<std::string, Array<double>> earlier;
};

/// The lesson before its step `step` (from 1) is run: the steps before it are, exactly. Throws
/// Error: there is no such step, a leaf without a number; what Run::next throws.
StepPoint point_of_step(const Program&, long long step);

}  // namespace tracer
