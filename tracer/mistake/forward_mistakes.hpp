// Mistakes of the forward pass that leave the backward pass right, as of another network: softmax
// over the wrong side, the output's activation applied twice, classes counted from 1; and what is no
// mistake in itself, but another network than the lesson's: batch norm in evaluation mode, dropout
// off, another slope of leaky relu, smoothed targets. The gradients are then the right ones of a
// graph that is not the lesson's. Next: diagnosis/diagnosis.hpp.
#pragma once

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
  /// It explains all that is claimed, or nothing: no mistake of the backward pass is looked for on
  /// top of it.
  bool alone = false;
  std::vector<std::string> zeroed = {};  ///< leaves that are 0 under it: biases that are not added
};

enum class Differs {
  gradients,  ///< what gradients alone can show
  values      ///< and the loss k times as large: of gradients that is a factor, and has its name
};

/// Those that can be made in this lesson; the ones that are `alone` come last, the likely before the
/// less likely.
std::vector<ForwardMistake> forward_mistakes(const BatchGraph&, Differs = Differs::gradients);

}  // namespace tracer
