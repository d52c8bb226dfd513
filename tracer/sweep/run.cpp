#include "tracer/sweep/run.hpp"

#include "datasets/download.hpp"
#include "tracer/error.hpp"
#include "tracer/language/elaborate.hpp"

namespace tracer {

std::string hash_of_weights(const Model& model) {
  std::string all;
  for (const auto* tensors : {&model.parameters, &model.states}) {
    for (const auto& [name, tensor] : *tensors) {
      all += name;
      std::visit(
          [&](const auto& values) {
            all.append(reinterpret_cast<const char*>(values.data()),
                       static_cast<std::size_t>(values.size()) * sizeof(values(0)));
          },
          tensor);
    }
  }
  return sha256_of_text(all).substr(0, 16);
}

std::optional<FinishedRun> run_training(const Source& lesson, const Score& score, Dtype dtype,
                                        int threads, const std::function<bool()>& stop,
                                        const Planted& planted) {
  const Program program = load_program(lesson);
  TrainerOptions options;
  options.dtype = dtype;
  options.threads = threads;
  options.stop = stop;
  options.planted = planted;
  Trainer trainer(program, std::move(options));
  FinishedRun run;
  RunResult& result = run.result;
  result.judged = trainer.count(score.part);
  result.trained = trainer.count(Part::train);
  for (const std::string& name : program.parameters)
    result.parameters += program.shapes.at(name).count();
  while (!trainer.done()) {
    try {
      trainer.epoch();
    } catch (const Error& not_finite) {
      result.why = not_finite.what();
      break;
    }
    if (stop && stop()) return std::nullopt;
  }
  for (const EpochRecord& record : trainer.history()) result.seconds += record.seconds;
  result.epochs = static_cast<int>(trainer.history().size());
  if (result.is_done()) {
    result.best_epoch = trainer.finish();
    const Metrics metrics = trainer.evaluate(score.part);
    result.score = score_of(metrics, score.kind);
    result.loss = metrics.loss;
    result.train_score = score.part == Part::train
                             ? result.score
                             : score_of(trainer.evaluate(Part::train), score.kind);
  }
  run.model = trainer.model();
  run.model.data = outline_of(program);
  result.weights = hash_of_weights(run.model);
  return run;
}

std::optional<FinishedRun> run_training(const SweepPlan& plan, const Source& lesson,
                                        const std::function<bool()>& stop) {
  return run_training(lesson, plan.score, plan.dtype, plan.threads, stop, plan.planted);
}

}  // namespace tracer
