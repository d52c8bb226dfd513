#include "tracer/train/steps.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "tracer/language/diagnostic.hpp"
#include "tracer/run/targets.hpp"
#include "tracer/train/inspect.hpp"
#include "tracer/train/steps_over.hpp"

namespace tracer {

template <class S>
StepsOver<S>::StepsOver(const Program& program, Plan& plan, const std::vector<std::string>& watch)
    : program_(program),
      training_(*program.training),
      plan_(plan),
      decision_(decision_of(program)),
      clipping_(training_) {
  const OptimizerCall& call = training_.optimizer;
  if (call.searches()) {
    lbfgs_ = lbfgs_settings(call.numbers);
  } else {
    optimizer_ = Optimizer::make({call.name, call.numbers, call.flags});
  }
  if (program.data) {
    all_.emplace(*program.data);
    if (!plan.parts().validation.empty()) validation_.emplace(*all_, plan.parts().validation);
    if (program.test) {
      test_.emplace(*program.test);
    } else if (!plan.parts().test.empty()) {
      test_.emplace(*all_, plan.parts().test);
    }
    labels_ = class_labels(*all_, decision_.task);
  }
  if (!optimizer_ && plan.batch_size() != plan.count()) {
    throw Error(
        fmt::format("lbfgs needs the whole batch, but batch_size is {} of {} samples; write "
                    "batch_size=all",
                    plan.batch_size(), plan.count()));
  }
  store_leaves();
  choose_watched(watch);
  make_batches();
}

template <class S>
void StepsOver<S>::store_leaves() {
  const auto stored = [&](const std::string& name) {
    const Shape& shape = program_.shapes.at(name);
    Stored<S> made{name, shape.rows.count, shape.columns.count,
                   numbers_of<S>(program_.values.at(name))};
    if (static_cast<long long>(made.values.size()) != shape.count())
      throw Error(fmt::format("{} has no numbers to start from; give it some to train it", name));
    return made;
  };
  for (const std::string& name : program_.parameters) parameters_.push_back(stored(name));
  const std::shared_ptr<const BatchGraph> built = program_.graph(plan_.batch_size());
  for (const auto& [leaf, next] : built->state_updates)
    states_.push_back(stored(built->graph[leaf].name));
  if (optimizer_) {
    for (const Stored<S>& parameter : parameters_)
      optimizer_states_.push_back(optimizer_->start<S>(parameter.rows, parameter.columns));
  }
  typename ForwardRun<S>::Leaves leaves;
  for (const auto* all : {&parameters_, &states_}) {
    for (const Stored<S>& one : *all) leaves.emplace(one.name, one.values.data());
  }
  forward_.emplace(program_, std::move(leaves));
}

template <class S>
void StepsOver<S>::make_batches() {
  BatchPlan<S> plan{&parameters_, &states_, nullptr, decision_, {}};
  if (all_) plan.samples = &*all_;
  for (const Watched& watched : watched_) {
    if (watched.parameter < 0) plan.kept.push_back(watched.name);
  }
  full_ = std::make_unique<BatchRun<S>>(program_, plan_.batch_size(), plan);
  last_ = full_.get();
  const int rest = plan_.rest();
  if (rest == 0) return;
  try {
    rest_ = std::make_unique<BatchRun<S>>(program_, rest, plan);
  } catch (const LessonError& error) {
    throw Error(fmt::format(
        "{} samples make {} batches of {} and one of {}, which can't be run; choose another "
        "batch_size\n{}",
        plan_.count(), plan_.count() / plan_.batch_size(), plan_.batch_size(), rest, error.what()));
  }
}

template <class S>
int StepsOver<S>::count(Part part) const {
  if (part == Part::train) return all_ ? plan_.count() : 0;
  const auto& set = part == Part::validation ? validation_ : test_;
  return set ? set->count() : 0;
}

template <class S>
StepDone StepsOver<S>::step(const At& at) {
  const std::span<const int> samples = plan_.samples(at.step);
  const int m = all_ ? static_cast<int>(samples.size()) : 1;
  BatchRun<S>& run = m == plan_.batch_size() ? *full_ : *rest_;
  last_ = &run;
  run.take(samples, at.step);
  const S loss = run.forward();
  if (!std::isfinite(loss)) throw Error(not_finite_text(program_, look(run, at, samples)));
  StepDone done{static_cast<double>(loss), m, 0, false};
  if (run.has_score()) done.correct = run.correct(samples, labels_);

  while (next_look_ < look_at.size() && look_at[next_look_] < at.step) ++next_look_;
  const bool looked_at = next_look_ < look_at.size() && look_at[next_look_] == at.step;
  std::optional<StepLook> seen;
  if (looked_at) seen = look(run, at, samples);
  if (seen && on_look) on_look(*seen);
  if (at.watch) {
    for (Watched& watched : watched_) {
      if (watched.parameter >= 0)
        std::ranges::copy(parameters_[static_cast<std::size_t>(watched.parameter)].values,
                          watched.before.begin());
    }
  }
  if (optimizer_) {
    run.backward();
    clip(run, at);
    run.keep_states();
    update(run, at);
  } else {
    done = whole_epoch_of_lbfgs(run, samples);
  }
  if (at.watch) {
    for (Watched& watched : watched_) {
      if (watched.parameter < 0) continue;
      const Stored<S>& now = parameters_[static_cast<std::size_t>(watched.parameter)];
      const ConstView<S> before(watched.before.data(), now.rows, now.columns);
      watched.update = static_cast<double>((now.view() - before).matrix().norm());
    }
  }
  if (seen && on_look) {
    for (const Stored<S>& parameter : parameters_)
      seen->after.emplace(parameter.name, parameter.view().template cast<double>());
    on_look(*seen);
  }
  return done;
}

template <class S>
void StepsOver<S>::clip(BatchRun<S>& run, const At& at) {
  if (clipping_.has_norm()) {
    double squares = 0;
    for (std::size_t p = 0; p < parameters_.size(); ++p) {
      const View<S> gradient = run.gradient(p);
      if (gradient.size() > 0) squares += Clipping<S>::squares(gradient);
    }
    if (!std::isfinite(squares)) {
      throw Error(fmt::format(
          "epoch {}, step {}: the gradient is not finite, so it can't be clipped; lower lr",
          plan_.epoch(at.step), at.step));
    }
    const std::optional<double> factor = clipping_.factor(squares);
    for (std::size_t p = 0; factor && p < parameters_.size(); ++p) {
      View<S> gradient = run.gradient(p);
      if (gradient.size() > 0) gradient *= static_cast<S>(*factor);
    }
  }
  for (std::size_t p = 0; clipping_.has_value() && p < parameters_.size(); ++p) {
    const View<S> gradient = run.gradient(p);
    if (gradient.size() > 0) clipping_.cut(gradient);
  }
}

template <class S>
void StepsOver<S>::update(BatchRun<S>& run, const At& at) {
  step_options_.step = static_cast<int>(at.step);
  step_options_.lr = at.lr;
  for (std::size_t p = 0; p < parameters_.size(); ++p) {
    const View<S> gradient = run.gradient(p);
    if (gradient.size() == 0) continue;
    optimizer_->step<S>(parameters_[p].view(),
                        ConstView<S>(gradient.data(), gradient.rows(), gradient.cols()),
                        optimizer_states_[p], step_options_);
  }
}

template <class S>
StepDone StepsOver<S>::whole_epoch_of_lbfgs(BatchRun<S>& run, std::span<const int> samples) {
  const auto each_entry = [&](const auto& f) {
    Eigen::Index k = 0;
    for (std::size_t p = 0; p < parameters_.size(); ++p) {
      for (std::size_t e = 0; e < parameters_[p].values.size(); ++e) f(k++, p, e);
    }
    return k;
  };
  const auto move_to = [&](const Eigen::VectorXd& x) {
    each_entry([&](Eigen::Index k, std::size_t p, std::size_t e) {
      parameters_[p].values[e] = static_cast<S>(x(k));
    });
  };
  Eigen::VectorXd x(each_entry([](Eigen::Index, std::size_t, std::size_t) {}));
  each_entry([&](Eigen::Index k, std::size_t p, std::size_t e) {
    x(k) = static_cast<double>(parameters_[p].values[e]);
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
std::unique_ptr<Steps> make_steps(const Program& program, Plan& plan,
                                  const std::vector<std::string>& watch) {
  return std::make_unique<StepsOver<S>>(program, plan, watch);
}

template class StepsOver<float>;
template class StepsOver<double>;
template std::unique_ptr<Steps> make_steps<float>(const Program&, Plan&,
                                                  const std::vector<std::string>&);
template std::unique_ptr<Steps> make_steps<double>(const Program&, Plan&,
                                                   const std::vector<std::string>&);

}  // namespace tracer
