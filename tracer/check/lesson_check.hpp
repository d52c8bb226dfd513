// The gradient checks of a lesson: at which point, with which samples and masks, against what.
// Next: exact_check.hpp, float_check.hpp, hessian.hpp, which compare.
#pragma once

#include <string>
#include <vector>

#include "tracer/check/exact_check.hpp"
#include "tracer/check/gradient_report.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

struct LessonCheckOptions {
  long long step = 1;                 ///< of the training (of the lesson's samples), from 1
  std::vector<std::string> wrt = {};  ///< only these; empty: all that the lesson differentiates for
  ExactCheckOptions exact = {};
  int threads = 2;  ///< of a training; 0: as many as there are cores
};

/// The lesson's own gradients, as `derive` prints them, against differences over Exact. Throws
/// Error (no such step or name, a lesson in symbols), LessonError, Undecided.
GradientReport check_lesson(const Program&, const LessonCheckOptions&);

/// Hessian-vector products of the same (hessian.hpp).
GradientReport check_lesson_second_order(const Program&, const LessonCheckOptions&);

/// The point that the lesson's step is at, over Exact: its leaves, its samples and masks drawn as
/// in a training, and the engine's gradients. Throws as check_lesson.
ExactPoint lesson_point(const Program&, const LessonCheckOptions&, Working);

/// "sample 2 of 3" where a step is one sample, else "step 2 (samples 5 to 8)" and its like.
std::string name_of_step(const Program&, long long step, const std::vector<int>& samples);
/// L, or ⟨dY, Y⟩ where an upstream gradient is given.
std::string name_of_result(const Program&);
/// The values to differentiate for, of a lesson's graph, in its order. Throws Error where `wanted`
/// has a name that the lesson does not differentiate for.
std::vector<NodeId> checked_nodes(const Program&, const Graph&,
                                  const std::vector<std::string>& wanted);

}  // namespace tracer
