// A model run over samples in evaluation mode: outputs, predicted classes, metrics.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/train/metrics.hpp"
#include "tracer/train/model.hpp"

namespace tracer {

struct Evaluation {
  Array<float> outputs;        ///< of the line that the lesson predicts; laid out as its samples
  std::vector<int> predicted;  ///< classes; empty where the targets are numbers
  Metrics metrics;             ///< without targets only `count` is meaningful
};

/// What kind of targets a lesson has: from the values of the data's last name, and the loss.
Task task_of(const Program&);
/// Predicted classes of outputs as the lesson lays them out: the largest entry of each sample, or
/// whether it is above the threshold (½ for probabilities, 0 for logits and decision values).
std::vector<int> predicted_classes(const Program&, const Array<float>& outputs);

/// Runs the samples through the lesson's graph with these parameters and states, in float, in
/// batches (the loss is their mean, weighted by samples). Samples without the targets' name get
/// outputs and predictions only. Throws Error: a parameter is missing, or its shape is another;
/// features do not fit.
Evaluation evaluate(const Program&, const std::map<std::string, Tensor>& parameters,
                    const std::map<std::string, Tensor>& states, const Samples&);

}  // namespace tracer
