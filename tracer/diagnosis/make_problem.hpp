// A small problem on which no two mistakes give the same gradients: for somebody who can run their
// code on anything. The lesson's own lines, with layers of a few units and seven samples (2, 3, 4,
// 5, 7 and their products name a factor), and with numbers that were chosen among many draws
// because they keep the mistakes farthest apart.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "tracer/claims/point.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

struct MadeProblem {
  std::string lesson;  ///< its text: all numbers are written out
  Program program;     ///< of that text
  std::shared_ptr<const BatchGraph> batch;
  Point point;
  int mistakes = 0;    ///< single mistakes that can be made in it, without a free factor
  int same = 0;        ///< pairs of them that are one formula: no numbers tell these apart
  double nearest = 0;  ///< the least distance of two others, in units of the largest entry
};

/// Throws LessonError, Error where the lesson's lines can't be read with other sizes.
MadeProblem make_problem(const Program&, std::uint64_t seed);

}  // namespace tracer
