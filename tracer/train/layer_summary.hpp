// What a network is made of, line by line: what each puts out, and which parameters it brings in.
#pragma once

#include <string>
#include <vector>

#include "tracer/language/program.hpp"

namespace tracer {

struct LayerSummary {
  std::string line;                     ///< "Z1 = W1 @ X + b1"
  std::string shape;                    ///< of its value: "128×m"
  std::vector<std::string> parameters;  ///< "W1 128×784": those that no line above has used
  long long count = 0;                  ///< of their numbers
};

/// The named lines up to the loss, from the top; the mean over the batch, which no lesson writes, is
/// none of them.
std::vector<LayerSummary> layer_summaries(const Program&);

}  // namespace tracer
