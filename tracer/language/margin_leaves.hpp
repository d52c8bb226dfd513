// w, b = max_margin(x, y): two leaves whose values are the hyperplane of maximum margin of the
// samples, and the working that shows why. The mathematics: margin/max_margin.hpp.
#pragma once

#include <string>
#include <vector>

#include "tracer/language/leaves.hpp"

namespace tracer {

bool is_max_margin(const Names&, const ast::Leaf&);

struct MarginLeaves {
  LeafReading w;                     // d×1
  LeafReading b;                     // 1×1
  std::vector<std::string> working;  // paragraphs
};

/// What such a line makes of the samples. Throws BadStatement where they have no such hyperplane
/// (with the proof), or the call is not max_margin(x, y) of the data's names.
MarginLeaves read_margin(const Names&, const ast::Leaf&, const std::optional<Samples>&);

}  // namespace tracer
