// What a training run leaves behind: a record for each epoch. Written as JSON lines, as CSV, and
// into model files.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tracer {

/// Norms of one parameter or named line over an epoch, for --watch.
struct WatchRecord {
  std::string name;
  double value = 0;     ///< ‖·‖₂ at the end of the epoch
  double gradient = 0;  ///< ‖·‖₂ of its gradient in the last step (lbfgs: at its end)
  double update = 0;    ///< ‖·‖₂ of the change over the last step; 0 for a line
};

/// Units that do not learn: a relu that was 0 for every sample of the last batch, a sigmoid or tanh
/// whose slope was below 1/100 of its largest for every sample.
struct IdleUnits {
  std::string name;  ///< of the line
  std::string what;  ///< "dead" or "saturated"
  int idle = 0;
  int units = 0;
};

struct EpochRecord {
  int epoch = 0;        ///< from 1
  long long steps = 0;  ///< steps so far, of all epochs
  double loss = 0;  ///< mean over the epoch's steps, weighted by their samples, as training went on
  std::optional<double> accuracy;         ///< the same, of the training samples
  std::optional<double> validation_loss;  ///< after the epoch, in evaluation mode
  std::optional<double> validation_accuracy;
  std::optional<double> validation_f1;  ///< macro
  double lr = 0;                        ///< of the last step
  double seconds = 0;                   ///< training alone
  bool best = false;                    ///< the best so far by what is monitored
  bool cut = false;                     ///< ended early by an interruption
  std::vector<WatchRecord> watched;
  std::vector<IdleUnits> idle;
};

using History = std::vector<EpochRecord>;

/// {"epoch": 1, "loss": ..., "accuracy": ..., "val_loss": ..., "val_accuracy": ..., "val_f1": ...,
/// "lr": ..., "seconds": ...}: Keras's names, and "steps", "best", "cut", "watched", "idle"; what
/// is not there is left out. Numbers are the shortest that read back as the same double; those that
/// JSON lacks are "NaN", "Infinity" and "-Infinity". One line, no newline.
std::string to_json(const EpochRecord&);
/// A line of names and one for each epoch; columns for what some epoch has. What is watched has
/// W1.value, W1.gradient and W1.update; idle units A1.dead or A1.saturated.
std::string to_csv(const History&);
/// The records of to_json, for model files; throws Error for anything else.
EpochRecord epoch_from_json(const std::string&);

}  // namespace tracer
