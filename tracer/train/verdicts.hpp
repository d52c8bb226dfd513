// A lesson's expectations, judged by a training run: metrics at the end of an epoch or of the run,
// parameters and gradients at the steps that they name. A derivation (derive/expect.hpp) judges
// digits exactly; float numbers are judged only where a tolerance or an inequality says how.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/train/history.hpp"
#include "tracer/train/metrics.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer {

class ExpectationJudge {
 public:
  /// The program must outlive it.
  ExpectationJudge(const Program&, int steps_per_epoch);

  /// The steps (from 1, sorted) that have to be looked at.
  std::vector<long long> steps() const;
  /// A step: before its update, or after it where `after` of the look is there.
  void judge(const StepLook&);

  using MetricsOf = std::function<Metrics(Part)>;
  void end_of_epoch(const EpochRecord&, const MetricsOf&);
  /// What is expected finally; `last` is the record of the epoch whose weights these are, or null.
  std::vector<Trainer::JudgedExpectation> at_the_end(const EpochRecord* last,
                                                     const MetricsOf&) const;

 private:
  struct Waiting {
    const Expectation* expectation = nullptr;
    long long step = 0;  // that it is judged at; 0: none
    Trainer::JudgedExpectation verdict;
  };
  static void judge_metric(const Expectation&, const EpochRecord*, const MetricsOf&,
                           Trainer::JudgedExpectation&);
  std::vector<Waiting> all_;
};

}  // namespace tracer
