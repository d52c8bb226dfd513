#include "tracer/sweep/winner.hpp"

#include "tracer/error.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/train/part_samples.hpp"

namespace tracer {
namespace {

std::optional<Model> kept_model(const SweepFolder& folder, const std::string& key) {
  try {
    return folder.model_of(key);
  } catch (const Error&) {
    return std::nullopt;
  }
}

std::optional<Model> trained_model(const SweepPlan& plan, const Source& lesson,
                                   const std::function<bool()>& stop) {
  // what was held out may be trained on now
  auto made = run_training(lesson, {plan.score.kind, Part::train}, plan.dtype, plan.threads, stop,
                           plan.planted);
  if (!made) return std::nullopt;
  return std::move(made->model);
}

Metrics test_metrics(const Source& lesson, const Model& model) {
  const Program program = load_program(lesson);
  return evaluate(program, model, part_samples(program, Part::test)).metrics;
}

}  // namespace

std::optional<WinnerOnTest> winner_on_test(const SweepPlan& plan, const SweepFolder& folder,
                                           int setting, const std::function<bool()>& stop) {
  if (!plan.has_test || plan.score.part == Part::test) return std::nullopt;
  WinnerOnTest winner;
  winner.setting = setting;
  winner.refitted = plan.folds > 0;
  for (const PlannedRun& run : plan.runs) {
    if (!plan.is_run_of(run, setting)) continue;
    const Source lesson = winner.refitted ? refitted(plan, setting) : run.lesson;
    std::optional<Model> model;
    if (!winner.refitted) model = kept_model(folder, run.key);
    if (!model) model = trained_model(plan, lesson, stop);
    if (!model) return std::nullopt;
    Metrics metrics = test_metrics(lesson, *model);
    winner.scores.push_back(score_of(metrics, plan.score.kind));
    if (winner.scores.size() == 1) {
      winner.metrics = std::move(metrics);
      winner.model = std::move(*model);
    }
    if (winner.refitted) break;
  }
  winner.interval = within_range(plan.score, interval_of_mean(winner.scores));
  if (winner.scores.size() == 1 && plan.score.is_share())
    winner.interval = wilson(winner.scores.front(), winner.metrics.count);
  return winner;
}

}  // namespace tracer
