// A model, a training run that can be continued, and their files: safetensors (written and read, by
// Python as well), and .npz (written). All are written aside and renamed, so that a full disk leaves
// the old file. Next: evaluate.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/train/history.hpp"

namespace tracer {

using Tensor = std::variant<Array<float>, Array<double>>;  ///< rows × columns, as in the lesson

/// Named matrices, and the lesson that they belong to.
struct Model {
  std::string lesson;       ///< the whole text
  std::string lesson_name;  ///< the file it came from, for messages
  std::map<std::string, Tensor> parameters;
  std::map<std::string, Tensor> states;  ///< running statistics
  History history;
  std::optional<Samples> data =
      {};  ///< what its samples look like: see outline_of; nothing: not known
};

/// The first records of a history where these stand in a file of their own (checkpoint_file.hpp).
struct HistoryBeside {
  int records = 0;  ///< 0: there is no such file
  long long bytes = 0;
  std::uint32_t checksum = 0;  ///< of these bytes
};

/// What a run needs to go on as if it had never stopped.
struct Checkpoint {
  Model model;
  HistoryBeside beside = {};                ///< what model.history lacks, while it is being saved
  int epoch = 0;                            ///< completed
  long long step = 0;                       ///< completed
  std::map<std::string, Tensor> optimizer;  ///< "W1 velocity", "W1 m", "W1 v": the states by name
  std::map<std::string, Tensor> best;       ///< parameters and states at the best epoch, if any
  std::map<std::string, double> counters;   ///< schedule and early stopping: "best", "waited", ...
  std::vector<std::string> remarks = {};    ///< of what was read: what is missing
};

// What a model must know of its training data to be run on others, so that a saved model needs
// neither the files nor the time to read them: names, entries, classes, scaling, and for each kind
// of target one.

/// The lesson's data with all that is known about them, but few samples: one of each class (two of
/// numbers), whose features are 0 and whose targets are real. `count` is that of the whole data.
/// Nothing where the lesson has no data, or some of them have no numbers.
std::optional<Samples> outline_of(const Program&);

/// The lesson of a model, ready for evaluate(): its data are the outline, where the model has one
/// (their count then is that of the outline's few samples), else they are read. Throws LessonError,
/// Error.
Program program_of(const Model&);
/// The same with the data that the lesson makes or names. A model may come from anybody: where it
/// does not open files, one that its lesson names is an error that says how to allow it.
Program program_with_data(const Model&, bool opens_files);

/// For model files. Throws Error for anything that outline_json does not write.
std::string outline_json(const Samples& outline);
Samples outline_from_json(const std::string&);

/// Tensors by their names in the lesson; "__metadata__" holds "format": "pt", "lesson",
/// "lesson_name", "history" (JSON lines), "states" (their names, JSON), "data" (the outline, JSON)
/// and "checksum" (the CRC-32 of the whole file with eight zeros in its place). Row-major, as the
/// format wants. Throws Error that names the file.
void save_model(const std::filesystem::path&, const Model&);
/// A file without a checksum was written by others, and is read as it is. Throws Error: not there,
/// cut short, not safetensors, no lesson in it, or not as it was written.
Model load_model(const std::filesystem::path&);
/// The bytes of such a file, and the model that they are: `name` is for messages.
std::string model_bytes(const Model&);
Model model_of_bytes(std::string_view bytes, const std::string& name);

/// A model file with more in it: "optimizer/W1 m", "best/W1" as tensors, epoch, step and counters
/// in the metadata. load_model reads it too, as the model of its last epoch.
void save_checkpoint(const std::filesystem::path&, const Checkpoint&);
/// With the whole history; where the file beside it is gone or another, a remark says so.
Checkpoint load_checkpoint(const std::filesystem::path&);

/// NumPy's .npz: one .npy for each parameter and state, C order.
void save_npz(const std::filesystem::path&, const Model&);

}  // namespace tracer
