// The runs of a sweep: every setting with every seed, and of a cross-validation with every fold.
// Seed s gives all settings the same data, split, order of batches and, where shapes agree, the same
// first weights (common random numbers), so that their scores can be compared in pairs. Next:
// run.hpp, one of them; runs_file.hpp, where their results stand.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/language/settings.hpp"
#include "tracer/language/source.hpp"
#include "tracer/sweep/space.hpp"
#include "tracer/sweep/statistics.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer {

/// What a run is judged by.
struct Score {
  enum class Kind { accuracy, f1, loss, r2 };
  Kind kind = Kind::accuracy;
  Part part = Part::validation;

  bool larger_is_better() const { return kind != Kind::loss; }
  /// A share of samples: accuracy.
  bool is_share() const { return kind == Kind::accuracy; }
};
/// Of classes, from 0 to 1: accuracy and F1.
inline bool is_of_classes(Score::Kind kind) {
  return kind == Score::Kind::accuracy || kind == Score::Kind::f1;
}
/// "accuracy", "f1", "loss", "r2".
std::string name_of(Score::Kind);
/// NaN where there is no such score.
double score_of(const Metrics&, Score::Kind);

/// Of a share of samples, or an F1, no interval goes beyond 0 and 1.
std::optional<ConfidenceInterval> within_range(const Score&, std::optional<ConfidenceInterval>);

/// One training.
struct PlannedRun {
  std::string key;  ///< 16 digits of a hash of all that determines its result
  int setting = 0;  ///< its place among the candidates
  unsigned seed = 0;
  int fold = 0;  ///< from 1; 0: no cross-validation
  Source lesson;
  int rung = 0;  ///< of a halving, from 0
};

/// How much there is to compute for a setting.
struct TrainingSize {
  std::string optimizer;
  int epochs = 1;
  int least_epochs = 1;  ///< it may end after so many: early stopping, a search that converges
  int iterations = 0;    ///< of each epoch of a search; 0: steps, which take batches
  double work =
      1;  ///< of all epochs, in no unit: it tells settings of one optimizer from each other
};

/// What goes for all runs of a sweep.
struct SweepTerms {
  std::string name;  ///< of the lesson, or of the networks
  std::vector<SweepOption> options;
  int folds = 0;
  /// Of this many settings one goes on to the next rung (rungs.hpp); 0: all are trained to the end.
  int halving = 0;
  Dtype dtype = Dtype::float32;
  int threads = 1;      ///< of a run
  std::string version;  ///< of the program
  /// A mistake to be planted in every run, as `tracer train --mistake` has it: its name, and the
  /// edits.
  std::string mistake = {};
  Planted planted = {};
  std::vector<std::string> notes = {};  ///< to be said under the table
};

/// What is asked for.
struct SweepRequest : SweepTerms {
  Combination combination;
  std::vector<Candidate> settings = {};  ///< in place of the options' combinations
  /// The lesson of a setting, before seed and fold are written into it; `left_out` gets the names of
  /// options that it does not have.
  std::function<Source(const Candidate&, std::vector<std::string>* left_out)> lesson_of;
  /// Asked when all lessons are made: in what they are not what was asked for.
  std::function<std::vector<std::string>()> differences = {};
  std::optional<unsigned> first_seed = {};  ///< nothing: the lesson's own
  int seeds = 1;
  std::optional<Score::Kind> score = {};  ///< nothing: accuracy where there are classes, else loss
  bool on_test = false;                   ///< scored on the test data: for comparisons alone
};

struct SweepPlan : SweepTerms {
  std::vector<Candidate> candidates;
  std::vector<std::vector<std::string>> left_out;  ///< of each candidate: options it does not have
  std::vector<TrainingSize> sizes;                 ///< of each candidate
  std::vector<unsigned> seeds;
  Score score;
  std::vector<Source> lessons;          ///< of each candidate, without seed and fold
  std::vector<std::vector<int>> rungs;  ///< settings of each rung so far; without halving all, once
  int rung_count = 1;                   ///< that there will be
  std::vector<PlannedRun> runs;         ///< by rung, then by seed, then by fold, then by setting
  std::vector<std::string> remarks = {};
  std::vector<std::string> differences = {};  ///< from what was asked for in others' words
  std::string lesson;     ///< of the first setting, without a sweep's seed and fold
  std::string data_hash;  ///< of the numbers of all its samples
  int judged = 0;         ///< samples that a run is scored on (of the first)
  int trained = 0;
  bool has_test = false;

  bool is_halved() const { return rung_count > 1; }
  /// The last rung so far that a setting is in.
  int rung_of(int setting) const;
  /// Is it one of that setting's runs, of a halving in the last rung so far that the setting is in?
  bool is_run_of(const PlannedRun&, int setting) const;

  std::string name_of_setting(int setting) const {
    return name_of(options, candidates[static_cast<std::size_t>(setting)]);
  }
  /// "4 settings × 1 seed × 3 folds"
  std::string size_text() const;
  /// The different trainings among the runs: settings that come to the same lesson are trained once.
  std::vector<const PlannedRun*> trainings() const;
};

/// Every setting's lesson is read, so that a mistake is found before anything is trained. Throws
/// Error, LessonError: what candidates_of and lesson_of throw; a setting whose lesson has mistakes,
/// with its name; a class with fewer samples than folds.
SweepPlan plan_of(const SweepRequest&);

/// The lesson of the winner, to be judged by test data: nothing of a cross-validation is held out.
Source refitted(const SweepPlan&, int setting);

}  // namespace tracer
