#include "tracer/run/plan.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "datasets/split.hpp"
#include "tracer/error.hpp"
#include "tracer/number/random.hpp"
#include "tracer/run/decision.hpp"
#include "tracer/run/targets.hpp"

namespace tracer {

Parts parts_of(const Program& program) {
  const Training& training = *program.training;
  const bool own_test = program.test.has_value();
  const auto share = [](const std::optional<Rational>& of) {
    return of ? Exact(*of).to_double() : 0.0;
  };
  const SplitShares shares{share(training.validation), own_test ? 0 : share(training.test),
                           program.seed};
  if (!program.data || (shares.validation == 0 && shares.test == 0)) return {};
  const Samples& data = *program.data;
  const SampleSet<float> samples(data);
  Split made = split(data.count, class_labels(samples, task_of(program)), shares, data.classes);
  if (made.train.empty()) {
    throw Error(
        fmt::format("of {} samples nothing is left to train on; hold out less", data.count));
  }
  if (shares.validation > 0 && made.validation.empty()) {
    throw Error(fmt::format(
        "of {} samples none are held out for validation; hold out a larger share", data.count));
  }
  return {std::move(made.train), std::move(made.validation), std::move(made.test)};
}

Plan::Plan(const Program& program) : program_(&program) {
  if (program.training) {
    parts_ = parts_of(program);
    epochs_ = program.training->epochs;
  }
  trained_ = parts_.train;
  if (trained_.empty()) {
    trained_.resize(static_cast<std::size_t>(program.data ? program.data->count : 1));
    std::iota(trained_.begin(), trained_.end(), 0);
  }
  const int wanted = program.training ? program.training->batch_size : 1;
  batch_size_ = std::max(wanted <= 0 ? count() : std::min(wanted, count()), 1);
  order_ = trained_;
}

std::span<const int> Plan::samples(long long step) {
  if (!program_->data) return {};
  const int at = epoch(step);
  if (program_->training && program_->training->shuffle && at != order_epoch_) {
    order_ = RandomStream(program_->seed, fmt::format("shuffle {}", at)).permutation(count());
    for (int& sample : order_) sample = trained_[static_cast<std::size_t>(sample)];
  }
  order_epoch_ = at;
  const auto first = static_cast<int>((step - 1) % steps_per_epoch()) * batch_size_;
  return std::span<const int>(order_).subspan(
      static_cast<std::size_t>(first),
      static_cast<std::size_t>(std::min(batch_size_, count() - first)));
}

bool Plan::has_schedule() const {
  const Schedule& schedule = program_->training->schedule;
  return schedule.kind != Schedule::Kind::constant || schedule.warmup > 0;
}

}  // namespace tracer
