#include "tracer/train/steps.hpp"

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>

#include <fmt/format.h>

#include "tracer/language/diagnostic.hpp"
#include "tracer/language/targets.hpp"
#include "tracer/optimize/lbfgs.hpp"
#include "tracer/run/clipping.hpp"
#include "tracer/train/batch_run.hpp"
#include "tracer/train/evaluate.hpp"
#include "tracer/train/inspect.hpp"
#include "tracer/train/shared_run.hpp"

namespace tracer {
namespace {

// The samples of each part, in the order of the plan.
template <class S>
class PartSets {
 public:
  PartSets(const Program& program, const Plan& plan) : plan_(plan) {
    if (!program.data) return;
    all_.emplace(*program.data);
    all_->list_nonzeros();
    const Parts& parts = plan.parts();
    if (program.validation) {
      validation_.emplace(*program.validation);
    } else if (!parts.validation.empty()) {
      validation_.emplace(*all_, parts.validation);
    }
    if (program.test) {
      test_.emplace(*program.test);
    } else if (!parts.test.empty()) {
      test_.emplace(*all_, parts.test);
    }
  }

  /// Of the data statement; null: there is none.
  const SampleSet<S>* all() const { return all_ ? &*all_ : nullptr; }
  int count(Part part) const {
    if (part == Part::train) return all_ ? plan_.count() : 0;
    const auto& set = part == Part::validation ? validation_ : test_;
    return set ? set->count() : 0;
  }
  /// What f makes of the samples of a part; where some are held out, those that are trained on are
  /// copied for it.
  template <class F>
  auto with(Part part, const F& f) const {
    if (count(part) == 0) throw Error("there are no samples in this part of the data");
    if (part == Part::validation) return f(*validation_);
    if (part == Part::test) return f(*test_);
    const std::vector<int>& trained = plan_.parts().train;
    return trained.empty() ? f(*all_) : f(SampleSet<S>(*all_, trained));
  }

 private:
  const Plan& plan_;
  std::optional<SampleSet<S>> all_, validation_, test_;
};

// In a step: the batch is taken, forward, backward, clipping, running statistics, update. None of it
// allocates.
template <class S>
class StepsOver final : public Steps {
 public:
  StepsOver(const Program&, Plan&, const Decision&, const TrainerOptions&);

  int count(Part part) const override { return parts_.count(part); }
  bool has_accuracy() const override { return shared_ ? shared_->has_score() : full_->has_score(); }
  Weights& weights() override { return weights_; }
  StepDone step(const At&) override;
  Outcome evaluate(Part part) override { return evaluate(part, nullptr); }
  Metrics measure(Part part) override { return evaluate(part, ranks_).metrics; }
  void align() override;
  std::vector<WatchRecord> watched() const override;
  std::vector<IdleUnits> idle() const override;

 private:
  Outcome evaluate(Part, Ranks*);
  void make_batches();
  void require_mean_loss();
  // Run: BatchRun, or SharedRun, which is asked the same
  template <class Run>
  void clip(Run&, const At&);
  template <class Run>
  void update(Run&, const At&);
  template <class Run>
  StepDone search(Run&, std::span<const int> samples);
  template <class Run>
  StepDone step_with(Run&, std::span<const int> samples, const At&);
  std::string not_finite(BatchRun<S>&, std::span<const int> samples, const At&) const;
  std::string not_finite(SharedRun<S>&, std::span<const int> samples, const At&) const;
  bool is_looked_at(long long step);
  StepLook look(BatchRun<S>&, const At&, std::span<const int> samples) const;

  const Program& program_;
  const Training& training_;
  Plan& plan_;
  Decision decision_;
  PartSets<S> parts_;
  std::vector<int> labels_;  // of all samples
  WeightsOver<S> weights_;
  Watching<S> watching_;
  Clipping<S> clipping_;
  LbfgsSettings lbfgs_;
  ForwardRun<S> forward_;
  Planted planted_;
  Ranks* ranks_;
  bool joint_statistics_;
  std::unique_ptr<BatchRun<S>> full_, rest_;  // alone
  std::unique_ptr<SharedRun<S>> shared_;      // with others
  BatchRun<S>* last_ = nullptr;               // which of them took the last step
  std::size_t next_look_ = 0;
};

template <class S>
StepsOver<S>::StepsOver(const Program& program, Plan& plan, const Decision& decision,
                        const TrainerOptions& options)
    : program_(program),
      training_(*program.training),
      plan_(plan),
      decision_(decision),
      parts_(program, plan),
      weights_(program, *program.graph(plan.batch_size())),
      watching_(program, *program.graph(plan.batch_size()), weights_, options.watch),
      clipping_(training_),
      forward_(program, weights_.kept()),
      planted_(options.planted),
      ranks_(options.ranks),
      joint_statistics_(options.joint_statistics) {
  if (parts_.all() != nullptr) labels_ = class_labels(*parts_.all(), decision_.task);
  if (training_.optimizer.searches()) {
    lbfgs_ = lbfgs_settings(training_.optimizer.numbers);
    if (plan.batch_size() != plan.count()) {
      throw Error(
          fmt::format("lbfgs needs the whole batch, but batch_size is {} of {} samples; write "
                      "batch_size=all",
                      plan.batch_size(), plan.count()));
    }
  }
  if (ranks_ != nullptr) require_mean_loss();
  make_batches();
}

// The shares' gradients add up to the whole one's where the loss is a mean over samples: then it is the
// mean of two halves' losses, too. In evaluation mode, since batch_norm makes another of each half.
template <class S>
void StepsOver<S>::require_mean_loss() {
  if (parts_.all() == nullptr) return;
  constexpr std::size_t most = 64;
  const std::span<const int> samples = plan_.samples(1);
  const SampleSet<S> some(
      *parts_.all(),
      std::vector<int>(samples.begin(), samples.begin() + static_cast<std::ptrdiff_t>(
                                                              std::min(samples.size(), most))));
  if (some.count() < 2) return;
  const auto loss_in = [&](int size) {
    return ForwardRun<S>(program_, weights_.kept(), size).run(some).loss.value_or(0);
  };
  const double whole = loss_in(some.count());
  const double halves = loss_in((some.count() + 1) / 2);
  constexpr double rounding = 1e-3;  // float sums of 64 terms are good to 1e-5
  if (!(std::abs(whole - halves) > rounding * (std::abs(whole) + std::abs(halves)))) return;
  throw Error(
      fmt::format("{}: {} can't be divided among processes, for it is no mean over samples: of {} "
                  "samples it is {:.6g}, and the mean of two halves is {:.6g}; write mean(...) in "
                  "place of sum(...), or train without mpirun",
                  program_.source->name(), program_.loss, some.count(), whole, halves));
}

template <class S>
void StepsOver<S>::make_batches() {
  const BatchPlan<S> plan{&weights_, parts_.all(), decision_, watching_.lines(), planted_};
  const int size = plan_.batch_size();
  const int rest = plan_.rest();
  if (ranks_ != nullptr) {
    shared_ = std::make_unique<SharedRun<S>>(program_, plan, *ranks_, labels_, joint_statistics_);
    shared_->prepare(size);
    if (rest > 0) shared_->prepare(rest);
    return;
  }
  full_ = std::make_unique<BatchRun<S>>(program_, size, plan);
  last_ = full_.get();
  if (rest == 0) return;
  try {
    rest_ = std::make_unique<BatchRun<S>>(program_, rest, plan);
  } catch (const LessonError& error) {
    throw Error(fmt::format(
        "{} samples make {} batch{} of {} and one of {}, which can't be run; choose another "
        "batch_size\n{}",
        plan_.count(), plan_.count() / size, plan_.count() / size == 1 ? "" : "es", size, rest,
        error.what()));
  }
}

// What has a whole batch of a step here; null: other processes have a part of it.
template <class S>
BatchRun<S>* whole_of(BatchRun<S>& run) {
  return &run;
}
template <class S>
BatchRun<S>* whole_of(SharedRun<S>& run) {
  return run.has_all() ? run.own() : nullptr;
}

template <class S>
StepDone StepsOver<S>::step(const At& at) {
  const std::span<const int> samples = plan_.samples(at.step);
  if (shared_) {
    const bool is_shown = at.watch || is_looked_at(at.step);
    shared_->take(samples, at.step, is_shown ? Division::first_has_all : Division::shares,
                  at.stops);
    StepDone done = step_with(*shared_, samples, at);
    done.stops = shared_->stops();
    return done;
  }
  const int m = parts_.all() == nullptr ? 1 : static_cast<int>(samples.size());
  BatchRun<S>& run = m == plan_.batch_size() ? *full_ : *rest_;
  run.take(samples, at.step);
  return step_with(run, samples, at);
}

template <class S>
std::string StepsOver<S>::not_finite(BatchRun<S>& run, std::span<const int> samples,
                                     const At& at) const {
  return not_finite_text(program_, look(run, at, samples));
}

// The first process whose own loss is not finite says why.
template <class S>
std::string StepsOver<S>::not_finite(SharedRun<S>& run, std::span<const int> samples,
                                     const At& at) const {
  BatchRun<S>* const own = run.own();
  const bool is_ours = own != nullptr && !std::isfinite(own->loss());
  std::string why = run.first_of(is_ours ? not_finite(*own, samples, at) : "");
  if (!why.empty()) return why;
  return fmt::format("epoch {}, step {}: the loss is not finite; lower lr", plan_.epoch(at.step),
                     at.step);
}

template <class S>
template <class Run>
StepDone StepsOver<S>::step_with(Run& run, std::span<const int> samples, const At& at) {
  const S loss = run.forward();
  if (!std::isfinite(loss)) throw Error(not_finite(run, samples, at));
  BatchRun<S>* const here = whole_of(run);
  if (here != nullptr) last_ = here;
  StepDone done{static_cast<double>(loss), run.size()};
  if (run.has_score()) done.correct = run.correct(samples, labels_);

  std::optional<StepLook> seen;
  if (here != nullptr && is_looked_at(at.step)) seen = look(*here, at, samples);
  if (seen && on_look) on_look(*seen);
  if (at.watch) watching_.before_update();
  const bool watches_lines = here != nullptr && at.watch && !watching_.lines().empty();
  if (training_.optimizer.searches()) {
    done = search(run, samples);
    if (watches_lines) watching_.take_gradients(look(*here, at, samples));
  } else {
    if (watches_lines) watching_.take_gradients(seen ? *seen : look(*here, at, samples));
    run.backward();
    clip(run, at);
    run.keep_states();
    update(run, at);
  }
  if (at.watch) watching_.after_update();
  if (seen && on_look) {
    for (const Stored<S>& parameter : weights_.learned())
      seen->after.emplace(parameter.name, parameter.view().template cast<double>());
    on_look(*seen);
  }
  return done;
}

template <class S>
bool StepsOver<S>::is_looked_at(long long step) {
  while (next_look_ < look_at.size() && look_at[next_look_] < step) ++next_look_;
  return next_look_ < look_at.size() && look_at[next_look_] == step;
}

template <class S>
StepLook StepsOver<S>::look(BatchRun<S>& run, const At& at, std::span<const int> samples) const {
  run.complete();
  StepLook seen;
  seen.epoch = plan_.epoch(at.step);
  seen.step = at.step;
  seen.lr = at.lr;
  seen.samples.assign(samples.begin(), samples.end());
  look_into(program_, run, seen);
  return seen;
}

template <class S>
template <class Run>
void StepsOver<S>::clip(Run& run, const At& at) {
  const std::size_t count = weights_.learned().size();
  if (clipping_.has_norm()) {
    double squares = 0;
    for (std::size_t p = 0; p < count; ++p) {
      const View<S> gradient = run.gradient(p);
      if (gradient.size() > 0)
        squares += Clipping<S>::squares({gradient.data(), gradient.rows(), gradient.cols()});
    }
    if (!std::isfinite(squares)) {
      throw Error(fmt::format(
          "epoch {}, step {}: the gradient is not finite, so it can't be clipped; lower lr",
          plan_.epoch(at.step), at.step));
    }
    const std::optional<double> factor = clipping_.factor(std::sqrt(squares));
    for (std::size_t p = 0; factor && p < count; ++p) {
      View<S> gradient = run.gradient(p);
      if (gradient.size() > 0) gradient *= static_cast<S>(*factor);
    }
  }
  for (std::size_t p = 0; clipping_.has_value() && p < count; ++p) {
    const View<S> gradient = run.gradient(p);
    if (gradient.size() > 0) clipping_.cut(gradient);
  }
}

template <class S>
template <class Run>
void StepsOver<S>::update(Run& run, const At& at) {
  for (std::size_t p = 0; p < weights_.learned().size(); ++p) {
    const View<S> gradient = run.gradient(p);
    if (gradient.size() == 0) continue;
    weights_.update(p, {gradient.data(), gradient.rows(), gradient.cols()}, at.step, at.lr);
  }
}

// A whole epoch of L-BFGS: all parameters are one point, and it looks where the loss is lower.
template <class S>
template <class Run>
StepDone StepsOver<S>::search(Run& run, std::span<const int> samples) {
  std::vector<Stored<S>>& parameters = weights_.learned();
  const auto each_entry = [&](const auto& f) {
    Eigen::Index k = 0;
    for (std::size_t p = 0; p < parameters.size(); ++p) {
      for (std::size_t e = 0; e < parameters[p].values.size(); ++e) f(k++, p, e);
    }
    return k;
  };
  const auto move_to = [&](const Eigen::VectorXd& x) {
    each_entry([&](Eigen::Index k, std::size_t p, std::size_t e) {
      parameters[p].values[e] = static_cast<S>(x(k));
    });
  };
  Eigen::VectorXd x(each_entry([](Eigen::Index, std::size_t, std::size_t) {}));
  each_entry([&](Eigen::Index k, std::size_t p, std::size_t e) {
    x(k) = static_cast<double>(parameters[p].values[e]);
  });
  const auto loss_at = [&](const Eigen::VectorXd& at, Eigen::VectorXd& slope) {
    move_to(at);
    const auto loss = static_cast<double>(run.forward());
    run.backward();
    each_entry([&](Eigen::Index k, std::size_t p, std::size_t e) {
      const View<S> gradient = run.gradient(p);
      slope(k) =
          gradient.size() == 0 ? 0 : static_cast<double>(gradient(static_cast<Eigen::Index>(e)));
    });
    return loss;
  };
  const LbfgsDone found = lbfgs(loss_at, x, lbfgs_);
  move_to(x);
  StepDone done{static_cast<double>(run.forward()), run.size(), 0, found.converged};
  if (run.has_score()) done.correct = run.correct(samples, labels_);
  run.backward();  // for --watch: the gradient at the end
  run.keep_states();
  return done;
}

template <class S>
Steps::Outcome StepsOver<S>::evaluate(Part part, Ranks* ranks) {
  return parts_.with(part, [&](const SampleSet<S>& samples) {
    const typename ForwardRun<S>::Result made = forward_.run(samples, ranks);
    return Outcome{made.outputs.template cast<float>(),
                   metrics_of(program_, decision_, made, samples)};
  });
}

template <class S>
void StepsOver<S>::align() {
  if (ranks_ == nullptr) return;
  for (auto* all : {&weights_.learned(), &weights_.statistics()}) {
    for (Stored<S>& one : *all) ranks_->broadcast(std::span<S>(one.values));
  }
}

template <class S>
std::vector<WatchRecord> StepsOver<S>::watched() const {
  if (last_ == nullptr) return {};  // it is another process that watches
  return watching_.records(*last_);
}

// Over the last whole batch: of few samples that remain many units are idle by chance
template <class S>
std::vector<IdleUnits> StepsOver<S>::idle() const {
  if (parts_.all() == nullptr) return {};
  const bool rows = parts_.all()->rows();
  if (shared_) return shared_->idle(plan_.batch_size(), rows);
  return idle_among(learning_units_in(*full_, rows));
}

}  // namespace

template <class S>
std::unique_ptr<Steps> make_steps(const Program& program, Plan& plan, const Decision& decision,
                                  const TrainerOptions& options) {
  return std::make_unique<StepsOver<S>>(program, plan, decision, options);
}

template std::unique_ptr<Steps> make_steps<float>(const Program&, Plan&, const Decision&,
                                                  const TrainerOptions&);
template std::unique_ptr<Steps> make_steps<double>(const Program&, Plan&, const Decision&,
                                                   const TrainerOptions&);

}  // namespace tracer
