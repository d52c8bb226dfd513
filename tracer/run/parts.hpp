// How a lesson's data are divided by the shares of its train line. Training and a derivation of it
// go the same way, so both ask here. Next: datasets/split.hpp, which draws the parts.
#pragma once

#include <vector>

#include "tracer/language/program.hpp"

namespace tracer {

/// Which samples of the data are trained on, watched, and kept for the end: numbers from 0.
struct Parts {
  std::vector<int> train;  ///< empty: all
  std::vector<int> validation;
  std::vector<int> test;  ///< empty: the lesson's test statement, if it has one
};
/// By the shares of the train line, every class with its share. Throws Error where one gets none.
Parts parts_of(const Program&);

}  // namespace tracer
