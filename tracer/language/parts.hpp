// Which samples of a lesson's data are trained on, and which are held out. It is known as soon as the
// lesson has been read, for what is measured on the data (normalise=) is measured on the first alone.
// Next: run/plan.hpp.
#pragma once

#include <vector>

#include "tracer/language/program.hpp"

namespace tracer {

/// Which samples of the data are trained on, watched, and kept for the end: numbers from 0.
struct Parts {
  std::vector<int> train;       ///< empty: all
  std::vector<int> validation;  ///< empty: the lesson's validation statement, if it has one
  std::vector<int> test;        ///< empty: the lesson's test statement, if it has one
};
/// By the shares of the train line, every class with its share (unless stratify=false). Throws Error
/// where one gets none.
Parts parts_of(const Program&);

/// Puts means in the place of what is missing where the data call asks for it (missing="mean"), and
/// brings the features to one scale where the data statement asks for it: the numbers are measured
/// on the samples that are trained on, and go for all data and test data. Where no such division can
/// be made (whoever trains will say so) all samples are measured.
void normalise(Program&);
/// The same of samples that no lesson divides.
void normalise(Samples&);

}  // namespace tracer
