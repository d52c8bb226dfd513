// The lesson that `tracer train` runs: see train_flags.hpp.
#include <algorithm>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "tracer/cli/lessons.hpp"
#include "tracer/cli/sklearn_lesson.hpp"
#include "tracer/cli/train_flags.hpp"
#include "tracer/error.hpp"
#include "tracer/language/settings.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/network.hpp"

namespace tracer::cli {
namespace {

// A lesson without its comments, its seed and its train line, which flags may change.
std::string network_of(const std::string& lesson) {
  std::string kept;
  std::istringstream lines(lesson);
  for (std::string line; std::getline(lines, line);) {
    const bool changes = line.starts_with("#") || line.starts_with("train ") ||
                         line.starts_with("seed ") || line.empty();
    if (!changes) kept += line + "\n";
  }
  return kept;
}

void require_same_network(const Source& written, const std::string& checkpoint) {
  if (network_of(load_checkpoint(checkpoint).model.lesson) == network_of(written.text())) return;
  throw Error(
      fmt::format("{}: it is of another network or other data than these flags say; leave them "
                  "out, and --resume goes on with its own",
                  checkpoint));
}

}  // namespace

LessonSettings training_settings(TrainFlags::Training training) {
  LessonSettings settings;
  for (const auto& [flag, value] : given_values(training_flags(training))) {
    std::string name = flag.substr(2);
    std::ranges::replace(name, '-', '_');
    settings.emplace_back(name, value);
  }
  return settings;
}

Source training_lesson(const TrainFlags& flags) {
  if (has_sklearn_config(flags)) return sklearn_training_lesson(flags);
  TrainFlags::Network given = flags.network;
  std::vector<std::string> network;
  for (const auto& [flag, value] : given_values(network_flags(given))) network.push_back(flag);
  // the command that wrote the checkpoint, again with --resume: the same lesson is written
  const bool written_again = flags.file.empty() && flags.network.layers;
  if (!written_again && (!flags.file.empty() || !flags.resume.empty())) {
    if (!network.empty()) {
      throw Error(
          fmt::format("{}: {} for a network without a lesson, and {} has one; write it "
                      "there, or leave the lesson out",
                      fmt::join(network, ", "), network.size() == 1 ? "is" : "are",
                      flags.file.empty() ? flags.resume : flags.file));
    }
    if (!flags.file.empty())
      return with_training(lesson_source(flags.file), training_settings(flags.training));
    const Model model = load_checkpoint(flags.resume).model;
    return with_training(Source(model.lesson_name, model.lesson),
                         training_settings(flags.training));
  }
  if (!flags.network.layers) {
    throw Error(network.empty()
                    ? "train wants a lesson, or a network with --layers (tracer train --help has "
                      "examples)"
                    : fmt::format("{}: a network wants --layers too: the units of every layer, the "
                                  "inputs first, as in --layers 784,128,10",
                                  fmt::join(network, ", ")));
  }
  Source written("(the lesson of these flags)", lesson_of(network_options(flags)));
  TrainFlags::Training rest;  // what lesson_of does not know
  rest.min_delta = flags.training.min_delta;
  rest.monitor = flags.training.monitor;
  rest.split_seed = flags.training.split_seed;
  const Source lesson = with_training(written, training_settings(rest));
  if (!flags.resume.empty()) require_same_network(lesson, flags.resume);
  return lesson;
}

}  // namespace tracer::cli
