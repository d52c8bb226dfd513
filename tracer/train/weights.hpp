// What a training changes: parameters, running statistics, and what the optimiser carries from step
// to step. They can be saved and put back, and kept aside where they were best. The tapes of the
// batches read them where they lie here. Next: steps.hpp, which changes them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/optimize/optimizer.hpp"
#include "tracer/run/leaves.hpp"
#include "tracer/train/model_file.hpp"

namespace tracer {

using Tensors = std::map<std::string, Tensor>;

/// Those of a run, whatever their scalar.
class Weights {
 public:
  virtual ~Weights() = default;

  virtual Tensors parameters() const = 0;
  virtual Tensors states() const = 0;
  virtual Tensors optimizer() const = 0;  ///< "W1 velocity", "W1 m"
  virtual Tensors best() const = 0;       ///< parameters and states; empty: none are kept aside
  /// Puts back what these four gave. Throws Error: a name is missing, a shape or the scalar type is
  /// another.
  virtual void load(const Checkpoint&) = 0;

  /// A copy of parameters and running statistics is kept aside, and put back.
  virtual void remember_best() = 0;
  virtual bool has_best() const = 0;
  virtual void restore_best() = 0;

  /// The first parameter with an entry that is not finite; empty: there is none.
  virtual std::string not_finite() const = 0;
};

/// A parameter or a running statistic.
template <class S>
struct Stored {
  std::string name;
  int rows = 1;
  int columns = 1;
  std::vector<S> values;  ///< column by column
  View<S> view() { return {values.data(), rows, columns}; }
  ConstView<S> view() const { return {values.data(), rows, columns}; }
};

/// S: float or double.
template <class S>
class WeightsOver final : public Weights {
 public:
  /// As the lesson starts; the graph tells which running statistics there are. Throws Error where
  /// one has no numbers.
  WeightsOver(const Program&, const BatchGraph&);
  WeightsOver(const WeightsOver&) = delete;
  WeightsOver& operator=(const WeightsOver&) = delete;

  Tensors parameters() const override;
  Tensors states() const override;
  Tensors optimizer() const override;
  Tensors best() const override;
  void load(const Checkpoint&) override;
  void remember_best() override;
  bool has_best() const override { return !best_.empty(); }
  void restore_best() override;
  std::string not_finite() const override;

  /// In the order of the program. They stay where they are.
  std::vector<Stored<S>>& learned() { return learned_; }
  const std::vector<Stored<S>>& learned() const { return learned_; }
  std::vector<Stored<S>>& statistics() { return statistics_; }
  Kept<S> kept() const;

  /// One step of the optimiser's rule on a parameter; it allocates nothing. Requires one that has a
  /// rule (OptimizerCall::searches).
  void update(std::size_t parameter, ConstView<S> gradient, long long step, double lr);

 private:
  std::vector<Stored<S>> learned_, statistics_;
  std::optional<Optimizer> optimizer_;
  std::vector<Optimizer::State<S>> optimizer_states_;
  typename Optimizer::StepOptions<S> step_options_;
  std::vector<std::vector<S>> best_;  // parameters, then statistics
};

}  // namespace tracer
