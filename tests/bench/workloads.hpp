// What the training benchmark trains: five networks on MNIST, each as a lesson for tracer and as
// numbers for the others. Next: side.hpp, how a side is told to train one.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace tracer::bench {

struct Workload {
  std::string name;          ///< W1
  std::vector<int> layers;   ///< units: inputs first, the ten classes last
  std::string activation;    ///< sigmoid or relu
  int samples = 0;           ///< the first so many training images, in order, without shuffling
  int batch = 0;             ///< 0: all of them in one
  std::string optimizer;     ///< sgd or adam
  std::string lr;            ///< as a lesson has it
  bool batch_norm = false;   ///< before every hidden activation
  std::string dropout = {};  ///< after every hidden activation: the share that is dropped, or empty
  int epochs = 1;            ///< that make one turn, and so one figure of the table

  int batch_size() const { return batch == 0 ? samples : batch; }
  /// "784-128-64-10 sigmoid, sgd, batch 128, 60000 samples"
  std::string description() const;
};

const std::vector<Workload>& workloads();

/// Softmax and cross-entropy at the end, trained without end.
std::string lesson_of(const Workload&);

/// All of it, for a side in another process. `data`: the folder that has mnist/ in it. `weights`:
/// where tracer's side writes the weights that it starts from and the others read them: float32,
/// W1, W2, ... one after another, each units × inputs, row by row.
nlohmann::json to_json(const Workload&, const std::filesystem::path& data,
                       const std::filesystem::path& weights);
Workload workload_from(const nlohmann::json&);

}  // namespace tracer::bench
