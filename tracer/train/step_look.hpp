// One training step, looked at in full: every value and gradient of the lesson's own graph (not
// fused), as double. What --trace-step, expectations at steps and the message about a loss that is
// not finite are made of. Next: inspect.hpp.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"

namespace tracer {

struct StepLook {
  int epoch = 1;
  long long step = 1;        ///< of all epochs, from 1
  std::vector<int> samples;  ///< of the batch, from 0, in its order; empty: a lesson without data
  double lr = 0;
  std::shared_ptr<const BatchGraph> batch;
  std::map<NodeId, Array<double>> values;      ///< of every node
  std::map<NodeId, Array<double>> gradients;   ///< of every node that lies between a parameter or a
                                               ///< named line and the loss
  std::map<std::string, Array<double>> after;  ///< parameters after the update; empty before it
};

}  // namespace tracer
