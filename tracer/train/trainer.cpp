#include "tracer/train/trainer.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/language/decision.hpp"
#include "tracer/number/denormals.hpp"
#include "tracer/number/threads.hpp"
#include "tracer/optimize/lbfgs.hpp"
#include "tracer/optimize/optimizer.hpp"
#include "tracer/ranks/ranks.hpp"
#include "tracer/run/plan.hpp"
#include "tracer/train/inspect.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/steps.hpp"
#include "tracer/train/targets_taken.hpp"
#include "tracer/train/verdicts.hpp"

namespace tracer {
namespace {

using Clock = std::chrono::steady_clock;
double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

const Program& trainable(const Program& program) {
  const std::string& name = program.source->name();
  if (!program.training) {
    throw Error(fmt::format("{} has no train line; add train {} with sgd(lr=0.01), epochs=10", name,
                            program.loss.empty() ? "L" : program.loss));
  }
  if (program.symbolic)
    throw Error(name + " has names without numbers, so it can't be trained; give them values");
  if (program.data && program.data->count == 0) throw Error(name + " has no samples to train on");
  check_targets(program);
  return program;
}

double base_rate(const Training& training) {
  const OptimizerCall& call = training.optimizer;
  if (call.searches()) return lbfgs_settings(call.numbers).lr;
  const Rational lr = Optimizer::make({call.name, call.numbers, call.flags}).number("lr");
  return Exact(lr).to_double();
}

}  // namespace

struct Trainer::Loop {
  Loop(const Program&, TrainerOptions);

  EpochRecord epoch();
  double rate() const;
  void run_steps(EpochRecord&);
  void watch_validation(EpochRecord&);
  double monitored_in(const EpochRecord&);
  void count_improvement(EpochRecord&);
  Metrics metrics(Part part) { return steps->evaluate(part).metrics; }
  Metrics measure(Part part) { return steps->measure(part); }
  bool watches() const { return steps->count(Part::validation) > 0 || training.early_stopping; }
  Checkpoint state() const;
  Checkpoint checkpoint() const;
  void resume(const Checkpoint&);

  const Program& program;
  const Training& training;
  TrainerOptions options;
  Decision decision;
  Plan plan;
  std::unique_ptr<Steps> steps;
  ExpectationJudge verdicts;
  double base = 0;  // the optimiser's learning rate
  Plateau plateau;
  History history;
  std::string trace;

  int epochs_done = 0;
  long long steps_done = 0;
  // of an epoch that has begun: not all 0 only where it was cut, and can be gone on with
  struct Running {
    int steps = 0;
    double loss = 0;  // times samples
    long long samples = 0;
    long long correct = 0;
  };
  Running running;
  std::optional<double> best;  // of what is monitored
  int best_epoch = 0;
  int waited = 0;  // epochs since then
  bool early = false;
  bool interrupted = false;
  bool converged = false;
  int restored = -1;  // −1: finish() has not been called
};

Trainer::Loop::Loop(const Program& lesson, TrainerOptions wanted)
    : program(trainable(lesson)),
      training(*lesson.training),
      options(std::move(wanted)),
      decision(decision_of(lesson)),
      plan(lesson),
      steps(options.dtype == Dtype::float32 ? make_steps<float>(lesson, plan, decision, options)
                                            : make_steps<double>(lesson, plan, decision, options)),
      verdicts(lesson, plan.steps_per_epoch()),
      base(base_rate(training)),
      plateau(training.schedule, base) {
  if (training.monitor != Training::Monitor::loss &&
      (decision.task == Task::numbers || !steps->has_accuracy())) {
    throw Error(
        fmt::format("{}: monitor is accuracy or F1, but what is predicted are no classes; "
                    "write monitor=\"loss\"",
                    lesson.source->name()));
  }
  set_threads(options.threads);
  check_entry(lesson, options.trace_entry);
  steps->look_at = verdicts.steps();
  if (options.trace_step) {
    steps->look_at.push_back(*options.trace_step);
    std::ranges::sort(steps->look_at);
  }
  if (options.look_step) {
    steps->look_at.push_back(*options.look_step);
    std::ranges::sort(steps->look_at);
  }
  steps->on_look = [this](const StepLook& look) {
    verdicts.judge(look);
    if (options.look_step == look.step && options.on_look) options.on_look(look);
    if (options.trace_step == look.step && !look.after.empty())
      trace = trace_text(program, look, options.trace_entry);
  };
}

// of the next step
double Trainer::Loop::rate() const {
  const bool by_plateau = training.schedule.kind == Schedule::Kind::plateau;
  return plan.rate(steps_done + 1, by_plateau ? plateau.rate() : base);
}

void Trainer::Loop::run_steps(EpochRecord& record) {
  const FlushDenormals flushing;
  const Clock::time_point start = Clock::now();
  const int per_epoch = plan.steps_per_epoch();
  const int samples = std::max(steps->count(Part::train), 1);
  const bool every_step = record.epoch <= training.schedule.warmup;
  record.lr = rate();
  while (running.steps < per_epoch) {
    if (every_step) record.lr = rate();
    const bool last = running.steps + 1 == per_epoch;
    const auto asked = [&] { return options.stop && options.stop(); };
    const bool together = options.ranks != nullptr;
    const StepDone done = steps->step(
        {steps_done + 1, record.lr, last && !options.watch.empty(), together && asked()});
    ++steps_done;
    ++running.steps;
    running.loss += done.loss * done.samples;
    running.samples += done.samples;
    running.correct += done.correct;
    converged = converged || done.converged;
    if (options.on_batch) {
      options.on_batch({record.epoch, training.epochs, static_cast<int>(running.samples), samples,
                        running.loss / static_cast<double>(running.samples), seconds_since(start),
                        history.empty() ? 0 : history.back().seconds});
    }
    if (together ? done.stops : asked()) {
      interrupted = true;
      record.cut = running.steps < per_epoch;
      break;
    }
  }
  record.seconds = seconds_since(start);
}

EpochRecord Trainer::Loop::epoch() {
  EpochRecord record;
  record.epoch = epochs_done + 1;
  if (running.steps == 0) running = {};
  run_steps(record);
  record.steps = steps_done;
  const auto seen = static_cast<double>(running.samples);
  record.loss = running.loss / seen;
  if (steps->has_accuracy()) record.accuracy = static_cast<double>(running.correct) / seen;
  if (const std::string name = steps->weights().not_finite(); !name.empty()) {
    throw Error(
        fmt::format("epoch {}, step {}: after the update {} has an entry that is not "
                    "finite; lower lr, or add clip_norm=1 to the train line",
                    record.epoch, steps_done, name));
  }
  steps->align();
  record.watched = steps->watched();
  record.idle = steps->idle();
  watch_validation(record);
  if (!record.cut) {
    ++epochs_done;
    running = {};
    count_improvement(record);
    verdicts.end_of_epoch(record, [this](Part part) { return measure(part); });
  }
  history.push_back(record);
  return record;
}

void Trainer::Loop::watch_validation(EpochRecord& record) {
  if (steps->count(Part::validation) == 0) return;
  const Metrics measured = measure(Part::validation);
  record.validation_loss = measured.loss;
  if (measured.confusion.empty()) return;
  record.validation_accuracy = measured.accuracy();
  record.validation_f1 = measured.macro().f1;
}

// What is to become small: the loss, or how much is missing from a whole accuracy or F1.
double Trainer::Loop::monitored_in(const EpochRecord& record) {
  if (training.monitor == Training::Monitor::loss)
    return record.validation_loss.value_or(record.loss);
  const bool held_out = steps->count(Part::validation) > 0;
  if (training.monitor == Training::Monitor::f1)
    return 1 - (held_out ? *record.validation_f1 : measure(Part::train).macro().f1);
  return 1 - (held_out ? *record.validation_accuracy : *record.accuracy);
}

void Trainer::Loop::count_improvement(EpochRecord& record) {
  const double monitored = monitored_in(record);
  if (training.schedule.kind == Schedule::Kind::plateau) plateau.watch(monitored);
  if (!watches()) return;
  // as Keras counts: an epoch is better if it is so by more than min_delta
  if (!best || monitored < *best - Exact(training.min_delta).to_double()) {
    best = monitored;
    best_epoch = record.epoch;
    waited = 0;
    record.best = true;
    if (training.restore_best) steps->weights().remember_best();
  } else {
    ++waited;
  }
  early = training.early_stopping && waited >= training.patience;
}

Checkpoint Trainer::Loop::checkpoint() const {
  Checkpoint kept = state();
  kept.model.history = history;
  kept.model.data = outline_of(program);
  return kept;
}

Checkpoint Trainer::Loop::state() const {
  Checkpoint kept;
  kept.model.lesson = program.source->text();
  kept.model.lesson_name = program.source->name();
  kept.model.parameters = steps->weights().parameters();
  kept.model.states = steps->weights().states();
  kept.epoch = epochs_done;
  kept.step = steps_done;
  kept.optimizer = steps->weights().optimizer();
  kept.best = steps->weights().best();
  kept.counters = {{"steps_per_epoch", plan.steps_per_epoch()},
                   {"best_epoch", best_epoch},
                   {"waited", waited},
                   {"early", early ? 1 : 0},
                   {"converged", converged ? 1 : 0},
                   {"plateau_rate", plateau.state.rate},
                   {"plateau_waited", plateau.state.waited}};
  if (best) kept.counters["best"] = *best;
  if (plateau.state.has_best) kept.counters["plateau_best"] = plateau.state.best;
  if (running.steps > 0) {
    kept.counters["cut_steps"] = running.steps;
    kept.counters["cut_loss"] = running.loss;
    kept.counters["cut_samples"] = static_cast<double>(running.samples);
    kept.counters["cut_correct"] = static_cast<double>(running.correct);
  }
  return kept;
}

void Trainer::Loop::resume(const Checkpoint& kept) {
  const auto counter = [&](const std::string& name) -> std::optional<double> {
    const auto found = kept.counters.find(name);
    return found == kept.counters.end() ? std::nullopt : std::optional(found->second);
  };
  const auto whole = [&](const std::string& name) {
    return static_cast<int>(counter(name).value_or(0));
  };
  if (const int per_epoch = whole("steps_per_epoch"); per_epoch != plan.steps_per_epoch()) {
    throw Error(
        fmt::format("the checkpoint's epochs have {} steps, but this lesson's have {}: it "
                    "is of other data or another batch_size",
                    per_epoch, plan.steps_per_epoch()));
  }
  steps->weights().load(kept);
  history = kept.model.history;
  // the record of an epoch that was cut is written anew, whole
  if (!history.empty() && history.back().cut) history.pop_back();
  epochs_done = kept.epoch;
  steps_done = kept.step;
  best = counter("best");
  best_epoch = whole("best_epoch");
  waited = whole("waited");
  early = training.early_stopping && waited >= training.patience;
  converged = whole("converged") != 0;
  interrupted = false;
  restored = -1;
  if (const auto lr = counter("plateau_rate")) plateau.state.rate = *lr;
  plateau.state.waited = whole("plateau_waited");
  plateau.state.has_best = counter("plateau_best").has_value();
  plateau.state.best = counter("plateau_best").value_or(0);
  running = {whole("cut_steps"), counter("cut_loss").value_or(0),
             static_cast<long long>(counter("cut_samples").value_or(0)),
             static_cast<long long>(counter("cut_correct").value_or(0))};
}

Trainer::Trainer(const Program& program, TrainerOptions options)
    : loop_(std::make_unique<Loop>(program, std::move(options))) {}
Trainer::~Trainer() = default;
Trainer::Trainer(Trainer&&) noexcept = default;

bool Trainer::done() const {
  const Loop& loop = *loop_;
  return loop.epochs_done >= loop.training.epochs || loop.early || loop.interrupted ||
         loop.converged;
}

EpochRecord Trainer::epoch() { return loop_->epoch(); }

int Trainer::finish() {
  Loop& loop = *loop_;
  if (loop.restored >= 0) return loop.restored;
  const bool elsewhere = loop.best_epoch != loop.epochs_done || loop.running.steps > 0;
  const bool restores = loop.training.restore_best && loop.steps->weights().has_best() && elsewhere;
  if (restores) loop.steps->weights().restore_best();
  loop.restored = restores ? loop.best_epoch : 0;
  return loop.restored;
}

std::string Trainer::reason() const {
  const Loop& loop = *loop_;
  if (loop.early) {
    return fmt::format("no improvement in {} epoch{}", loop.waited, loop.waited == 1 ? "" : "s");
  }
  if (loop.converged) return "converged";
  if (loop.interrupted) return "interrupted";
  if (loop.epochs_done < loop.training.epochs) return "not yet over";
  return loop.training.epochs == 1 ? "the only epoch"
                                   : fmt::format("all {} epochs", loop.training.epochs);
}

const History& Trainer::history() const { return loop_->history; }
int Trainer::processes() const {
  return loop_->options.ranks == nullptr ? 1 : loop_->options.ranks->size();
}
int Trainer::count(Part part) const { return loop_->steps->count(part); }
Metrics Trainer::evaluate(Part part) const { return loop_->metrics(part); }
Array<float> Trainer::predict(Part part) const { return loop_->steps->evaluate(part).outputs; }
Model Trainer::model() const { return loop_->checkpoint().model; }
Checkpoint Trainer::checkpoint() const { return loop_->checkpoint(); }
Checkpoint Trainer::state() const { return loop_->state(); }
void Trainer::resume(const Checkpoint& checkpoint) { loop_->resume(checkpoint); }
std::string Trainer::trace() const { return loop_->trace; }

std::vector<Trainer::JudgedExpectation> Trainer::verdicts() const {
  Loop& loop = *loop_;
  const int epoch = loop.restored > 0 ? loop.restored : loop.epochs_done;
  const auto at = std::ranges::find(loop.history, epoch, &EpochRecord::epoch);
  return loop.verdicts.at_the_end(at == loop.history.end() ? nullptr : &*at,
                                  [&](Part part) { return loop.metrics(part); });
}

}  // namespace tracer
