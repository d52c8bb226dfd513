// What a lesson's outputs say: of which kind its targets are, and from where on an output means the
// second class. Next: parts.hpp.
#pragma once

#include <string>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/language/targets.hpp"

namespace tracer {

/// How a lesson's outputs become classes.
struct Decision {
  Task task = Task::numbers;
  int classes = 0;         ///< 0 for numbers
  bool signs = false;      ///< of two classes: their targets are −1 and 1
  float threshold = 0.5F;  ///< of two classes: above it is the second
};
Decision decision_of(const Program&);
/// Samples are rows or columns as `rows` says.
std::vector<int> classes_of(const Decision&, const Array<float>& outputs, bool rows);
/// The data's own names, else "-1" and "1", else numbers from 0.
std::vector<std::string> class_names(const Program&, const Decision&);

/// What kind of targets a lesson has: from the values of the data's last name, and the loss.
/// One-hot columns are classes; 0 and 1 (or −1 and 1), both of which occur, are two classes; with
/// bce or hinge also where only one occurs. Numbers where the lesson predicts nothing of the
/// targets' size.
Task task_of(const Program&);
/// Predicted classes of outputs as the lesson lays them out: the largest entry of each sample (of
/// equal ones the first), or whether it is above the threshold: 0 for logits and decision values
/// and for targets of −1 and 1, else ½. Empty for numbers.
std::vector<int> predicted_classes(const Program&, const Array<float>& outputs);
/// The class of each sample by the targets (the last of `samples`' names). Empty for numbers.
std::vector<int> true_classes(const Program&, const Samples& samples);

}  // namespace tracer
