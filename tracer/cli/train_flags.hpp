// The flags of `tracer train`, as they were given, and the lesson that they stand for
// (train_lesson.cpp): a file, what --layers stands for, or what a checkpoint holds, with the flags
// written into its train line. What is saved, shown and resumed is this text, so that it always
// says what was run. Next: train.cpp, which runs it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/cli/flags.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/language/settings.hpp"
#include "tracer/language/source.hpp"
#include "tracer/symbol/operation.hpp"
#include "tracer/train/network.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer::cli {

struct TrainFlags {
  std::string file;  ///< a lesson; empty: --layers writes one
  bool show = false;
  std::string config;

  /// What only a network written by flags has; a lesson says these itself.
  struct Network {
    std::optional<std::string> layers, activation, init, loss, l2, data, normalise;
    std::optional<std::string> validation_data, test_data, class_weights;
    std::optional<int> n;
    /// The layers that have a flag (Layer::flag), with what it was given.
    struct Beside {
      const Layer* layer;
      std::optional<std::string> number;
      std::optional<bool> is_wanted;
    };
    static std::vector<Beside> layers_beside();
    std::vector<Beside> beside = layers_beside();
  } network;

  /// Options of the train line, as text: of a written network, or in place of a lesson's own.
  struct Training {
    std::optional<std::string> optimizer, lr, momentum, weight_decay, batch_size;
    std::optional<std::string> validation, test, schedule, clip_norm, clip_value, min_delta,
        monitor;
    std::optional<int> epochs, warmup, patience;
    std::optional<unsigned> seed, split_seed;
    std::optional<bool> nesterov, shuffle, early_stopping, stratify;
  } training;

  std::string dtype = "float32";
  std::optional<int> threads;
  bool sync_batch_norm = false;
  std::optional<int> plan;                   ///< processes
  std::optional<double> latency, bandwidth;  ///< µs, GB/s
  std::string save, checkpoint, resume, csv, plot, report;
  int checkpoint_every = 1;
  bool quiet = false, verbose = false, no_report = false, pictures = false;
  std::vector<std::string> watch;
  std::optional<long long> trace_step;
  std::string trace_entry;
  std::string mistake;  ///< to be planted
  Output output;
};

/// Of --mistake, for the trainer: what is planted is said once. Empty where none is asked for.
Planted planted_by(const std::string& mistake);
Flag mistake_flag(std::string& mistake);

/// The table of all of them. Those of Network and of Training write a lesson.
Flags train_flags(TrainFlags&);
Flags network_flags(TrainFlags::Network&);
Flags training_flags(TrainFlags::Training&);

/// What stands in the train line for these flags: --batch-size 64 is batch_size=64.
LessonSettings training_settings(TrainFlags::Training);

/// For lesson_of, with the command line that writes this lesson for its introduction: "tracer train
/// --layers 2,3,1 --data moons", without what does not change it (files, threads, looks). Throws
/// Error: layers that are no list of sizes.
NetworkOptions network_options(const TrainFlags&);

/// Throws Error: neither a lesson nor --layers, or both; flags of a network for a lesson that has
/// one.
Source training_lesson(const TrainFlags&);

}  // namespace tracer::cli
