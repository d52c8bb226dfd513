#include "tracer/sweep/plan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <set>

#include <fmt/format.h>

#include "datasets/download.hpp"
#include "tracer/error.hpp"
#include "tracer/language/decision.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/language/parts.hpp"
#include "tracer/optimize/lbfgs.hpp"
#include "tracer/sweep/rungs.hpp"
#include "tracer/train/part_samples.hpp"

namespace tracer {

std::string name_of(Score::Kind kind) {
  switch (kind) {
    case Score::Kind::accuracy:
      return "accuracy";
    case Score::Kind::f1:
      return "f1";
    case Score::Kind::loss:
      return "loss";
    case Score::Kind::r2:
      break;
  }
  return "r2";
}

double score_of(const Metrics& metrics, Score::Kind kind) {
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  switch (kind) {
    case Score::Kind::accuracy:
      return metrics.task == Task::numbers ? none : metrics.accuracy();
    case Score::Kind::f1:
      return metrics.task == Task::numbers ? none : metrics.macro().f1;
    case Score::Kind::loss:
      return metrics.loss;
    case Score::Kind::r2:
      break;
  }
  return metrics.r2.value_or(none);
}

std::optional<ConfidenceInterval> within_range(const Score& score,
                                               std::optional<ConfidenceInterval> interval) {
  if (interval && is_of_classes(score.kind))
    interval = ConfidenceInterval{std::max(interval->low, 0.0), std::min(interval->high, 1.0)};
  return interval;
}

std::string SweepPlan::size_text() const {
  const auto counted = [](std::size_t count, const char* what) {
    return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
  };
  return fmt::format("{} × {}{}", counted(candidates.size(), "setting"),
                     counted(seeds.size(), "seed"),
                     folds > 0 ? fmt::format(" × {} folds", folds) : "");
}

std::vector<const PlannedRun*> SweepPlan::trainings() const {
  std::vector<const PlannedRun*> all;
  std::set<std::string_view> keys;
  for (const PlannedRun& run : runs) {
    if (keys.insert(run.key).second) all.push_back(&run);
  }
  return all;
}

namespace {

// Of the numbers of all samples that the lesson names.
std::string hash_of_data(const Program& program) {
  std::string digests;
  for (const std::optional<Samples>* samples :
       {&program.data, &program.validation, &program.test}) {
    if (!*samples) continue;
    for (const LeafValue& value : (*samples)->values) {
      if (const auto* numbers = std::get_if<Array<float>>(&value)) {
        digests += sha256_of_text({reinterpret_cast<const char*>(numbers->data()),
                                   static_cast<std::size_t>(numbers->size()) * sizeof(float)});
      }  // what is written out stands in the lesson's text
    }
  }
  return sha256_of_text(digests);
}

// A lesson with the seed and the fold of a run.
Source with_repeat(const Source& lesson, unsigned seed, int folds, int fold) {
  LessonSettings settings{{"seed", std::to_string(seed)}};
  if (folds > 0) {
    settings.emplace_back("folds", std::to_string(folds));
    settings.emplace_back("fold", std::to_string(fold));
  }
  return with_training(folds > 0 ? Adjustable(lesson).without("validation") : lesson, settings);
}

Score score_of_sweep(const SweepRequest& request, const Program& program, SweepPlan& plan) {
  const Task task = decision_of(program).task;
  Score score{task == Task::numbers ? Score::Kind::loss : Score::Kind::accuracy, Part::validation};
  if (request.score) score.kind = *request.score;
  if (is_of_classes(score.kind) != (task != Task::numbers) && score.kind != Score::Kind::loss) {
    throw Error(fmt::format("--score {}: what {} predicts are {}; score by {}", name_of(score.kind),
                            program.source->name(), task == Task::numbers ? "numbers" : "classes",
                            task == Task::numbers ? "loss or r2" : "accuracy, f1 or loss"));
  }
  plan.has_test = part_samples(program, Part::test).count() > 0;
  if (request.on_test) {
    if (!plan.has_test) {
      throw Error(
          fmt::format("--score-on test: {} has no test data; add test X, Y = ..., or hold "
                      "some out: train ..., test=0.2",
                      program.source->name()));
    }
    score.part = Part::test;
  } else if (part_samples(program, Part::validation).count() == 0) {
    score.part = Part::train;
  }
  plan.judged = part_samples(program, score.part).count();
  plan.trained = part_samples(program, Part::train).count();
  return score;
}

TrainingSize size_of(const Program& program, int samples) {
  const Training& training = *program.training;
  TrainingSize size;
  size.optimizer = training.optimizer.name;
  size.epochs = training.epochs;
  if (training.optimizer.searches())
    size.iterations = lbfgs_settings(training.optimizer.numbers).max_iter;
  const bool may_end = training.early_stopping || size.iterations > 0;
  size.least_epochs =
      may_end ? std::min(size.epochs, training.early_stopping ? training.patience + 1 : 1)
              : size.epochs;
  double parameters = 0;
  for (const std::string& name : program.parameters)
    parameters += static_cast<double>(program.shapes.at(name).count());
  const int batch = training.batch_size == 0 ? samples : training.batch_size;
  const double steps = std::ceil(static_cast<double>(samples) / std::max(batch, 1));
  // beside the multiplications a sample takes some entrywise work, and a step some 20 µs of calls
  constexpr double of_sample = 50;
  constexpr double of_step = 20'000;
  size.work = size.epochs * std::max(size.iterations, 1) *
              (samples * (parameters + of_sample) + steps * (parameters + of_step));
  return size;
}

// A mistake in a lesson of a setting says which.
template <class Read>
auto named(const SweepPlan& plan, int setting, const Read& read) {
  try {
    return read();
  } catch (const Error& error) {
    throw Error(fmt::format("with {}: {}", plan.name_of_setting(setting), error.what()));
  }
}

}  // namespace

bool SweepPlan::is_run_of(const PlannedRun& run, int setting) const {
  return run.setting == setting && run.rung == rung_of(setting);
}

void add_rung(SweepPlan& plan, std::vector<int> settings) {
  const auto rung = static_cast<int>(plan.rungs.size());
  for (const unsigned run_seed : plan.seeds) {
    for (int fold = plan.folds > 0 ? 1 : 0; fold <= plan.folds; ++fold) {
      for (const int setting : settings) {
        Source lesson =
            with_repeat(lesson_in_rung(plan, setting, rung), run_seed, plan.folds, fold);
        const std::string determines =
            fmt::format("{}\n{}\n{} threads\n{}\n{} on {}\n{}", plan.version,
                        plan.dtype == Dtype::float32 ? "float32" : "float64", plan.threads,
                        plan.data_hash, name_of(plan.score.kind), key_of(plan.score.part),
                        plan.mistake.empty() ? lesson.text() : plan.mistake + "\n" + lesson.text());
        plan.runs.push_back({sha256_of_text(determines).substr(0, 16), setting, run_seed, fold,
                             std::move(lesson), rung});
      }
    }
  }
  plan.rungs.push_back(std::move(settings));
}

int SweepPlan::rung_of(int setting) const {
  for (std::size_t rung = rungs.size(); rung-- > 1;) {
    if (std::ranges::find(rungs[rung], setting) != rungs[rung].end()) return static_cast<int>(rung);
  }
  return 0;
}

SweepPlan plan_of(const SweepRequest& request) {
  SweepPlan plan;
  static_cast<SweepTerms&>(plan) = request;
  plan.candidates = request.settings.empty() ? candidates_of(request.options, request.combination)
                                             : request.settings;
  plan.left_out.resize(plan.candidates.size());
  std::vector<Source> lessons;
  for (std::size_t k = 0; k < plan.candidates.size(); ++k) {
    lessons.push_back(named(plan, static_cast<int>(k), [&] {
      return request.lesson_of(plan.candidates[k], &plan.left_out[k]);
    }));
  }
  plan.lesson = lessons.front().text();
  if (request.differences) plan.differences = request.differences();

  const unsigned seed = request.first_seed.value_or(Adjustable(lessons.front()).seed());
  for (int k = 0; k < request.seeds; ++k) plan.seeds.push_back(seed + static_cast<unsigned>(k));
  const Program first = named(
      plan, 0, [&] { return load_program(with_repeat(lessons.front(), seed, plan.folds, 1)); });
  parts_of(first);  // a class with fewer samples than folds
  plan.remarks = first.remarks;
  plan.data_hash = hash_of_data(first);
  plan.score = score_of_sweep(request, first, plan);

  ElaborateOptions without_data;
  without_data.in_place_of_data = outline_of(first);
  std::map<std::string, TrainingSize> read;  // by a lesson's text
  for (std::size_t k = 0; k < lessons.size(); ++k) {
    const Source lesson = with_repeat(lessons[k], plan.seeds.front(), plan.folds, 1);
    if (!read.contains(lesson.text())) {
      read[lesson.text()] = named(plan, static_cast<int>(k), [&] {
        try {
          if (without_data.in_place_of_data)
            return size_of(load_program(lesson, without_data), plan.trained);
        } catch (const Error&) {  // its data may be others
        }
        return size_of(load_program(lesson), plan.trained);
      });
    }
    plan.sizes.push_back(read.at(lesson.text()));
  }

  plan.lessons = std::move(lessons);
  plan.rung_count = rung_count_of(plan);
  std::vector<int> all(plan.candidates.size());
  std::iota(all.begin(), all.end(), 0);
  add_rung(plan, std::move(all));
  return plan;
}

Source refitted(const SweepPlan& plan, int setting) {
  for (const PlannedRun& run : plan.runs) {
    if (!plan.is_run_of(run, setting)) continue;
    if (plan.folds == 0) return run.lesson;
    return Adjustable(Adjustable(run.lesson).without("fold")).without("folds");
  }
  throw Error("there is no such setting");
}

}  // namespace tracer
