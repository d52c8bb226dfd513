// A model, and a training run that can be continued: named matrices, and the lesson that they
// belong to. Files are safetensors, which Python reads as well. Next: model_file.hpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/train/history.hpp"

namespace tracer {

using Tensor = std::variant<Array<float>, Array<double>>;  ///< rows × columns, as in the lesson

struct Model {
  std::string lesson;       ///< the whole text
  std::string lesson_name;  ///< the file it came from, for messages
  std::map<std::string, Tensor> parameters;
  std::map<std::string, Tensor> states;  ///< running statistics
  History history;
  std::optional<Samples> data =
      {};  ///< what its samples look like: see outline.hpp; nothing: not known
};

/// What a run needs to go on as if it had never stopped.
struct Checkpoint {
  Model model;
  int epoch = 0;                            ///< completed
  long long step = 0;                       ///< completed
  std::map<std::string, Tensor> optimizer;  ///< "W1 velocity", "W1 m", "W1 v": the states by name
  std::map<std::string, Tensor> best;       ///< parameters and states at the best epoch, if any
  std::map<std::string, double> counters;   ///< schedule and early stopping: "best", "waited", ...
};

}  // namespace tracer
