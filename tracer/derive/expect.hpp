// Whether what a lesson expects of its run holds. A rational must be equal to what is written; an
// interval must round to the decimals written; `within` and inequalities are taken at their word.
#pragma once

#include <set>

#include "tracer/derive/document.hpp"
#include "tracer/derive/run.hpp"

namespace tracer {

/// How many steps of the lesson are worth being worked out exactly: longer ones are for training.
long long steps_worth_running(const Program&);

class Expectations {
 public:
  explicit Expectations(const Program&, const Run&);

  /// The last step that some expectation looks at of the exact run; 0: none. Those on test data and
  /// metrics of a data set are not judged by a derivation.
  long long last_step() const { return last_step_; }
  /// Looks at a step. Throws Undecided where the digits are not proved.
  void judge(const StepRecord&);
  /// Judges what lies beyond the steps worth running exactly by a run in double, as far as that is
  /// a matter of seconds, and says so. The program must be that of the constructor.
  void judge_late(const Program&);
  /// A line for each expectation that fails or is not judged; those that hold are counted where
  /// they are many.
  std::vector<Judgement> report() const;
  bool hold() const { return failures_ == 0; }
  /// Those of another run are reported with these from here on.
  void add(const Expectations& other);

 private:
  struct Judged {
    const Expectation* expectation;
    long long step;  // at which it is judged; 0: not by a derivation
    bool in_double;  // that step is too late for an exact run
    Judgement judgement;
  };
  void judge(Judged&, const StepRecord&);
  std::vector<Judged> verdicts_;
  long long last_step_ = 0;
  int failures_ = 0;
};

}  // namespace tracer
