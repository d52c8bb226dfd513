// The lesson of a setting that is given in scikit-learn's words (sklearn_grid.hpp): what means the
// same is taken, what differs is said in a line, what tracer has not is an error. A network without
// a lesson has scikit-learn's defaults; in a lesson what the dictionary does not name stays.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tracer/cli/sklearn_grid.hpp"
#include "tracer/cli/train_flags.hpp"
#include "tracer/language/settings.hpp"
#include "tracer/language/source.hpp"

namespace tracer::cli {

class SklearnLessons {
 public:
  /// `flags`: the lesson, or the network's data, and what counts more than the dictionary; its
  /// --layers are the dictionary's. Of a sweep `folds`. Throws Error: a lesson and
  /// hidden_layer_sizes; what reading the lesson or its data throws.
  SklearnLessons(TrainFlags flags, const SklearnGrid& grid, int folds);

  /// `left_out` gets the names of what scikit-learn does not look at with that solver. Throws Error:
  /// what tracer has not, with a remedy.
  Source lesson_of(const SklearnValues&, std::vector<std::string>* left_out = nullptr);

  /// What scikit-learn does and tracer does not, of all settings so far, a line each.
  const std::vector<std::string>& differences() const { return differences_; }

 private:
  Source network(const SklearnValues&, const std::string& penalty);
  std::string penalty(const SklearnValues&, const std::string& solver);
  LessonSettings settings_of(const SklearnValues&, std::vector<std::string>* left_out);
  void add_stopping(const SklearnValues&, bool searches, LessonSettings&);
  std::optional<std::string> value(const SklearnValues&, std::string_view name) const;
  void differs(std::string text);
  [[noreturn]] void fail(std::string_view name, const std::string& why) const;

  TrainFlags flags_;
  std::string place_;  ///< "--config FILE"
  int folds_ = 0;
  bool is_network_ = false;
  std::optional<Adjustable> lesson_;        ///< where there is one
  std::map<std::string, Source> networks_;  ///< by what they were written for
  std::string usual_solver_;
  int inputs_ = 0, outputs_ = 0;  ///< of a network
  int samples_ = 0;               ///< to be trained on
  bool holds_out_ = false;        ///< something to watch the training by
  bool has_classes_ = false;
  bool has_alpha_ = false;  ///< the lesson has a constant of that name
  std::vector<std::string> differences_;
};

/// Of `tracer train`: the lesson that its --config file of scikit-learn's options stands for.
/// Differences are said on standard error. Throws Error, also for a list of values.
Source sklearn_training_lesson(const TrainFlags&);

/// Is the --config file, if there is one, of scikit-learn's options?
bool has_sklearn_config(const TrainFlags&);

}  // namespace tracer::cli
