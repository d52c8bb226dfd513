// Several explanations of the same numbers: whether other numbers would tell them apart, or whether
// they are one formula in two wordings.
#pragma once

#include <string>
#include <vector>

#include "tracer/diagnosis/search.hpp"

namespace tracer {

struct Separation {
  bool separable = false;  ///< at some point the gradients differ by more than a thousandth
  std::string gradient;    ///< the claimed value whose gradient differs most there: "W1"
  std::pair<Eigen::Index, Eigen::Index> entry{0, 0};
  long double first = 0, second = 0;  ///< what the two explanations give for that entry
  std::uint64_t seed = 0;             ///< of the point (claims/point.hpp)
};

/// Tries some random points of the lesson's kind; both explanations are of that search.
Separation separate(Search&, const Program&, Explanation& first, Explanation& second);

}  // namespace tracer
