#include "tracer/train/steps.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "tracer/language/diagnostic.hpp"
#include "tracer/number/random.hpp"
#include "tracer/train/inspect.hpp"
#include "tracer/train/steps_over.hpp"
#include "tracer/train/targets.hpp"

namespace tracer {

template <class S>
StepsOver<S>::StepsOver(const Program& program, Parts parts, const std::vector<std::string>& watch)
    : program_(program),
      training_(*program.training),
      parts_(std::move(parts)),
      decision_(decision_of(program)) {
  const OptimizerCall& call = training_.optimizer;
  if (call.name == "lbfgs") {
    lbfgs_ = lbfgs_settings(call.numbers);
  } else {
    optimizer_ = Optimizer::make({call.name, call.numbers, call.flags});
  }
  if (training_.clip_norm) clip_norm_ = Exact(*training_.clip_norm).to_double();
  if (training_.clip_value) clip_value_ = Exact(*training_.clip_value).to_double();
  if (program.data) {
    all_.emplace(*program.data);
    train_count_ = parts_.train.empty() ? all_->count() : static_cast<int>(parts_.train.size());
    if (!parts_.train.empty() && !training_.shuffle) train_.emplace(*all_, parts_.train);
    if (!parts_.validation.empty()) validation_.emplace(*all_, parts_.validation);
    if (program.test) {
      test_.emplace(*program.test);
    } else if (!parts_.test.empty()) {
      test_.emplace(*all_, parts_.test);
    }
    train_labels_ = class_labels(train_ ? *train_ : *all_, decision_.task);
  }
  size_ = training_.batch_size <= 0 ? train_count_ : std::min(training_.batch_size, train_count_);
  if (!optimizer_ && size_ != train_count_) {
    throw Error(
        fmt::format("lbfgs needs the whole batch, but batch_size is {} of {} samples; write "
                    "batch_size=all",
                    size_, train_count_));
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
  const BatchGraph built = program_.graph(size_);
  for (const auto& [leaf, next] : built.state_updates)
    states_.push_back(stored(built.graph[leaf].name));
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
  if (all_) plan.samples = train_ ? &*train_ : &*all_;
  for (const Watched& watched : watched_) {
    if (watched.parameter < 0) plan.kept.push_back(watched.name);
  }
  full_ = std::make_unique<BatchRun<S>>(program_, size_, plan);
  last_ = full_.get();
  const int rest = train_count_ % size_;
  if (rest == 0) return;
  try {
    rest_ = std::make_unique<BatchRun<S>>(program_, rest, plan);
  } catch (const LessonError& error) {
    throw Error(fmt::format(
        "{} samples make {} batches of {} and one of {}, which can't be run; choose another "
        "batch_size\n{}",
        train_count_, train_count_ / size_, size_, rest, error.what()));
  }
}

template <class S>
int StepsOver<S>::count(Part part) const {
  if (part == Part::train) return all_ ? train_count_ : 0;
  const auto& set = part == Part::validation ? validation_ : test_;
  return set ? set->count() : 0;
}

template <class S>
void StepsOver<S>::begin_epoch(int epoch) {
  if (!all_ || !training_.shuffle) return;
  order_ = RandomStream(program_.seed, fmt::format("shuffle {}", epoch)).permutation(train_count_);
  if (parts_.train.empty()) return;
  for (int& sample : order_) sample = parts_.train[static_cast<std::size_t>(sample)];
}

template <class S>
void StepsOver<S>::take(BatchRun<S>& run, int first, int m) {
  if (!all_) return;
  if (training_.shuffle) {
    run.take(
        std::span(order_).subspan(static_cast<std::size_t>(first), static_cast<std::size_t>(m)));
  } else {
    run.take(first);
  }
}

template <class S>
std::span<const int> StepsOver<S>::labels_of_batch(int first, int m) {
  const auto from = static_cast<std::size_t>(first);
  const auto size = static_cast<std::size_t>(m);
  if (!training_.shuffle) return std::span(train_labels_).subspan(from, size);
  batch_labels_.resize(static_cast<std::size_t>(size_));
  for (std::size_t k = 0; k < size; ++k)
    batch_labels_[k] = train_labels_[static_cast<std::size_t>(order_[from + k])];
  return std::span(batch_labels_).first(size);
}

template <class S>
StepDone StepsOver<S>::step(const At& at, double lr) {
  const int first = at.in_epoch * size_;
  const int m = std::min(size_, train_count_ - first);
  BatchRun<S>& run = m == size_ ? *full_ : *rest_;
  last_ = &run;
  take(run, first, m);
  run.draw_masks(at.step);
  const S loss = run.forward();
  if (!std::isfinite(loss)) stop_not_finite(run, at, first);
  StepDone done{static_cast<double>(loss), m, 0, false};
  if (run.has_score()) done.correct = run.correct(labels_of_batch(first, m));

  while (next_look_ < look_at.size() && look_at[next_look_] < at.step) ++next_look_;
  const bool looked_at = next_look_ < look_at.size() && look_at[next_look_] == at.step;
  std::optional<StepLook> seen;
  if (looked_at) seen = look(run, at, lr, first);
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
    update(run, at, lr);
  } else {
    done = whole_epoch_of_lbfgs(run, at);
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

// First the joint norm (torch.nn.utils.clip_grad_norm_), then each entry (clip_grad_value_)
template <class S>
void StepsOver<S>::clip(BatchRun<S>& run, const At& at) {
  if (clip_norm_ > 0) {
    double square = 0;
    for (std::size_t p = 0; p < parameters_.size(); ++p) {
      const View<S> gradient = run.gradient(p);
      if (gradient.size() > 0) square += static_cast<double>(gradient.matrix().squaredNorm());
    }
    if (!std::isfinite(square)) {
      throw Error(fmt::format(
          "epoch {}, step {}: the gradient is not finite, so it can't be clipped; lower lr",
          at.epoch, at.step));
    }
    const double factor = clip_norm_ / (std::sqrt(square) + 1e-6);
    for (std::size_t p = 0; factor < 1 && p < parameters_.size(); ++p) {
      View<S> gradient = run.gradient(p);
      if (gradient.size() > 0) gradient *= static_cast<S>(factor);
    }
  }
  if (clip_value_ > 0) {
    const S most = static_cast<S>(clip_value_);
    for (std::size_t p = 0; p < parameters_.size(); ++p) {
      View<S> gradient = run.gradient(p);
      if (gradient.size() > 0) gradient = gradient.max(-most).min(most);
    }
  }
}

template <class S>
void StepsOver<S>::update(BatchRun<S>& run, const At& at, double lr) {
  step_options_.step = static_cast<int>(at.step);
  step_options_.lr = lr;
  for (std::size_t p = 0; p < parameters_.size(); ++p) {
    const View<S> gradient = run.gradient(p);
    if (gradient.size() == 0) continue;
    optimizer_->step<S>(parameters_[p].view(),
                        ConstView<S>(gradient.data(), gradient.rows(), gradient.cols()),
                        optimizer_states_[p], step_options_);
  }
}

template <class S>
StepDone StepsOver<S>::whole_epoch_of_lbfgs(BatchRun<S>& run, const At& /*at*/) {
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
  if (run.has_score()) done.correct = run.correct(labels_of_batch(0, run.size()));
  run.backward();  // for --watch: the gradient at the end
  run.keep_states();
  return done;
}

template <class S>
std::unique_ptr<Steps> make_steps(const Program& program, Parts parts,
                                  const std::vector<std::string>& watch) {
  return std::make_unique<StepsOver<S>>(program, std::move(parts), watch);
}

template class StepsOver<float>;
template class StepsOver<double>;
template std::unique_ptr<Steps> make_steps<float>(const Program&, Parts,
                                                  const std::vector<std::string>&);
template std::unique_ptr<Steps> make_steps<double>(const Program&, Parts,
                                                   const std::vector<std::string>&);

}  // namespace tracer
