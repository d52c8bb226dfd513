// A lesson's graph in evaluation mode (dropout passes on, batch_norm has its running statistics),
// run over samples batch after batch: what validation, tracer eval and tracer predict have in
// common. Next: trainer.hpp, evaluate.hpp.
//
//   ForwardRun<float> run(program, {{"W1", w1.data()}, {"b1", b1.data()}});
//   const auto made = run.run(SampleSet<float>(*program.test));
//   made.outputs, made.loss
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tracer/graph/fuse.hpp"
#include "tracer/graph/tape.hpp"
#include "tracer/language/program.hpp"
#include "tracer/run/leaves.hpp"

namespace tracer {

template <class S>
class ForwardRun {
 public:
  /// The program must outlive the run. `kept`: parameters and states, in their shapes in the
  /// program; a name that is left out has the program's value. `most`: samples of one batch.
  ForwardRun(const Program& program, Kept<S> kept, int most = 1024);

  struct Result {
    Array<S> outputs;  ///< of the line that the lesson predicts, laid out as its samples; 0 × 0
                       ///< where it predicts none
    std::optional<double> loss;  ///< the mean over batches, weighted by their samples; nothing
                                 ///< where the samples lack a name that the loss needs
  };
  /// Throws Error where a name's samples have another number of entries than the program's, or
  /// where nothing can be computed without the names that are missing.
  Result run(const SampleSet<S>&);

 private:
  struct Batch;
  Batch& batch_for(int size, bool with_loss);
  void check(const SampleSet<S>&) const;

  const Program& program_;
  Kept<S> kept_;
  int most_;
  std::map<std::pair<int, bool>, std::shared_ptr<Batch>> batches_;
};

}  // namespace tracer
