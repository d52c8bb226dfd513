#include "tracer/run/plan.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "tracer/number/random.hpp"

namespace tracer {

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
