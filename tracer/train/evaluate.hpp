// A model run over samples in evaluation mode: outputs, predicted classes, metrics. Next:
// outline.hpp, the program of a saved model.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/run/decision.hpp"
#include "tracer/train/forward_run.hpp"
#include "tracer/train/metrics.hpp"
#include "tracer/train/model.hpp"

namespace tracer {

struct Evaluation {
  Array<float> outputs;        ///< of the line that the lesson predicts; laid out as its samples
  std::vector<int> predicted;  ///< classes; empty where the targets are numbers
  Metrics metrics;             ///< without targets only `count` is meaningful
};

/// How good outputs of samples are, in evaluation mode; the targets are the last of the samples'
/// names. S: float or double. Throws Error for targets of a class that the decision does not have.
template <class S>
Metrics metrics_of(const Program&, const Decision&, const typename ForwardRun<S>::Result&,
                   const SampleSet<S>&);

/// Runs the samples through the lesson's graph with these parameters and states, in float, in
/// batches (the loss is their mean, weighted by samples). Samples without the targets' name get
/// outputs and predictions only. Throws Error: a parameter is missing, or one too many, or its
/// shape is another; features do not fit; there are no samples.
Evaluation evaluate(const Program&, const std::map<std::string, Tensor>& parameters,
                    const std::map<std::string, Tensor>& states, const Samples&);

}  // namespace tracer
