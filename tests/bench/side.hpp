// A side of the benchmark: a process of its own that trains when it is told to, and is stopped
// while others have their turn. It is driven by JSON, a line each way:
//   (at its start)                          {"hello": "PyTorch 1.13.0, ..."}
//   {"do": "start", "workload": {...}}      {"ready": true}  untimed: data, weights, warm code
//   {"do": "epoch"}                         {"seconds": 0.25, "wall": 0.25, "loss": 0.61}
// or, to any of them, {"absent": "why not"}. Next: served.hpp and rivals.py, the other ends.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace tracer::bench {

/// What one turn took: all epochs of it.
struct Turn {
  double seconds = 0;  ///< of training, as the side has timed it
  double wall = 0;     ///< of the whole turn, the same or a little more
  double loss = 0;     ///< mean over the turn's samples, as training went on
};

class Side {
 public:
  /// Starts the process with these settings added to the environment. What it prints on standard
  /// error is shown; it ends when this object, or this program, does.
  Side(std::string name, std::string setting, const std::vector<std::string>& command,
       const std::map<std::string, std::string>& environment);
  ~Side();
  Side(const Side&) = delete;
  Side& operator=(const Side&) = delete;

  const std::string& name() const { return name_; }        ///< torch
  const std::string& setting() const { return setting_; }  ///< which of torch's thread settings
  const std::string& hello() const { return hello_; }      ///< versions

  /// These throw Error where the side says that it can't, has ended, or is silent for ten minutes.
  void wait_for_hello();
  void start(const nlohmann::json& workload);
  Turn epoch();

  /// Of the whole process, data and libraries and all, in MB since the last start(); 0: not known.
  double peak_memory() const;

 private:
  std::string name_;
  std::string setting_;
  std::string hello_;
  std::string unread_;  // what the side has written beyond the line that was read
  pid_t process_ = -1;
  int to_ = -1;
  int from_ = -1;

  nlohmann::json ask(const nlohmann::json& question);
  nlohmann::json answer();
};

}  // namespace tracer::bench
