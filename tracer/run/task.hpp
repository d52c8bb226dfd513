// What the targets of a lesson are. Next: decision.hpp, which finds it out.
#pragma once

namespace tracer {

enum class Task {
  classes,      ///< one-hot: the prediction is the largest entry of each sample
  two_classes,  ///< one entry of 0 and 1 (or −1 and 1) a sample: the prediction is a side of a
                ///< threshold
  numbers       ///< anything else: there is no accuracy
};

}  // namespace tracer
