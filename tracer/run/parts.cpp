#include "tracer/run/parts.hpp"

#include <fmt/format.h>

#include "datasets/split.hpp"
#include "tracer/error.hpp"
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

}  // namespace tracer
