// A model run over samples in evaluation mode: outputs, predicted classes, metrics. Next:
// model_file.hpp, the program of a saved model.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tracer/error.hpp"
#include "tracer/graph/fuse.hpp"
#include "tracer/graph/tape.hpp"
#include "tracer/language/decision.hpp"
#include "tracer/language/program.hpp"
#include "tracer/ranks/ranks.hpp"
#include "tracer/run/leaves.hpp"
#include "tracer/train/metrics.hpp"
#include "tracer/train/model_file.hpp"

namespace tracer {

// A lesson's graph in evaluation mode (dropout passes on, batch_norm has its running statistics),
// run over samples batch after batch: what validation, tracer eval and tracer predict have in
// common.

template <class S>
class ForwardRun {
 public:
  /// The program must outlive the run. `kept`: parameters and states, in their shapes in the
  /// program; a name that is left out has the program's value. `most`: samples of one batch.
  /// `line`: the named line whose value is the output; empty: the one that the lesson predicts.
  ForwardRun(const Program& program, Kept<S> kept, int most = 1024, std::string line = {});

  struct Result {
    Array<S> outputs;  ///< of the line that the lesson predicts, laid out as its samples; 0 × 0
                       ///< where it predicts none
    std::optional<double> loss;  ///< the mean over batches, weighted by their samples; nothing
                                 ///< where the samples lack a name that the loss needs
  };
  /// Throws Error where a name's samples have another number of entries than the program's, or
  /// where nothing can be computed without the names that are missing. With others each process runs
  /// every size()-th batch, and all get the same result, that of one process to the last bit.
  Result run(const SampleSet<S>&, Ranks* ranks = nullptr);

 private:
  struct Batch;
  Batch& batch_for(int size, bool with_loss);
  void check(const SampleSet<S>&) const;

  const Program& program_;
  Kept<S> kept_;
  int most_;
  std::string line_;
  std::map<std::pair<int, bool>, std::shared_ptr<Batch>> batches_;
};

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

/// A lesson has no line of that name.
struct NoSuchLine : Error {
  using Error::Error;
};

/// What a named line puts out for these samples, laid out as they are, in evaluation mode. Throws as
/// evaluate(); NoSuchLine, naming those there are; Error where it has no column
/// (row) for each sample.
Array<float> values_of_line(const Program&, const std::string& line,
                            const std::map<std::string, Tensor>& parameters,
                            const std::map<std::string, Tensor>& states, const Samples&);

}  // namespace tracer
