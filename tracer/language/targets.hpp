// What the targets of samples say: the class of each one. The targets are the data's last name.
#pragma once

#include <vector>

#include "tracer/language/sample_set.hpp"

namespace tracer {

/// What the targets of a lesson are: decision.hpp finds it out.
enum class Task {
  classes,      ///< one-hot: the prediction is the largest entry of each sample
  two_classes,  ///< one entry of 0 and 1 (or −1 and 1) a sample: the prediction is a side of a
                ///< threshold
  numbers       ///< anything else: there is no accuracy
};

/// The class of each sample, from 0: the place of the one in a one-hot target; of two classes 1
/// where the target is above 0. Empty where the task has no classes.
template <class S>
std::vector<int> class_labels(const SampleSet<S>& samples, Task task) {
  std::vector<int> labels;
  if (task == Task::numbers || samples.matrices().empty()) return labels;
  const auto& targets = samples.matrices().back();
  const auto count = static_cast<std::ptrdiff_t>(samples.count());
  labels.reserve(static_cast<std::size_t>(count));
  const std::ptrdiff_t entry =
      samples.rows() ? count : 1;  // from one entry of a sample to the next
  const std::ptrdiff_t sample = samples.rows() ? 1 : targets.entries;
  for (std::ptrdiff_t k = 0; k < count; ++k) {
    const S* of_sample = targets.values + k * sample;
    int label = task == Task::two_classes && of_sample[0] > S(0) ? 1 : 0;
    for (int c = 1; task == Task::classes && c < targets.entries; ++c) {
      if (of_sample[c * entry] > of_sample[label * entry]) label = c;
    }
    labels.push_back(label);
  }
  return labels;
}

}  // namespace tracer
