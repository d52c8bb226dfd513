// Mistakes of the forward pass that leave the backward pass right, as of another network: softmax
// over the wrong side, the output's activation applied twice, classes counted from 1. The gradients
// are then the right ones of a graph that is not the lesson's. Next: diagnosis/diagnosis.hpp.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/mistake/mistake.hpp"

namespace tracer {

struct ForwardMistake {
  MistakeKind kind;
  std::string says;
  std::string line;  ///< the named line (or the leaf) that it stands in
  BatchGraph batch;  ///< the lesson's graph with the mistake in it
};

/// Those that can be made in this lesson.
std::vector<ForwardMistake> forward_mistakes(const BatchGraph&);

}  // namespace tracer
