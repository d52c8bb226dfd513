// Where a walk gets its steps: a lesson, derived as far as it is looked at, and again where somebody
// gives a value of his own to a parameter. Next: walk.hpp.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tracer/derive/derive.hpp"
#include "tracer/language/program.hpp"
#include "tracer/step/step_lines.hpp"

namespace tracer {

/// Values by name, as --set gives them.
using LeafSettings = std::map<std::string, Array<Exact>>;

class LessonSteps {
 public:
  /// The lesson with these values; throws Error.
  using Load = std::function<Program(const LeafSettings&)>;

  /// `options` as for a derivation; of its steps, first_step to last_step (0: all). Throws what
  /// `load` throws.
  LessonSteps(Load load, LeafSettings settings, DeriveOptions options);

  /// To be called before a step is derived, which may take seconds.
  void tell_before_deriving(std::function<void(long long step)> tell) { tell_ = std::move(tell); }

  const std::string& title() const { return now().program.title; }
  long long first() const { return first_; }
  /// How many there are in the lesson, or the last that is to be shown; known once one was derived.
  long long last() const { return last_; }

  /// A step from first() on. What was derived is kept; `rounded` numbers have four digits. Throws
  /// Error and Undecided, and is what it was then.
  std::shared_ptr<const StepPage> page(long long step, ResultForm);
  /// The same step before the last change; null: nothing is changed.
  std::shared_ptr<const StepPage> page_before(long long step, ResultForm);

  /// What the marker says of a wrong value of a line of that page: "the sign is turned"; "": no slip
  /// is known, or the step is too large to look for one.
  std::string slip_in(const StepPage&, const StepLine&, std::string_view typed) const;

  /// "w1 = 0.7", of a parameter, an input or a constant; "w1 =" gives it back the lesson's value.
  /// `step` is derived with it before it is taken. Throws Error, Undecided: then nothing is changed.
  void change(std::string_view setting, long long step);
  /// Takes the last change back; false: there is none.
  bool undo();
  /// What is changed: "w1 = 0.7".
  std::vector<std::string> changes() const;

 private:
  struct Version {
    LeafSettings settings;
    std::map<std::string, std::string> said;  // of the changed ones: as they were typed
    Program program;
    std::map<std::pair<long long, ResultForm>, std::shared_ptr<const StepPage>> pages = {};
  };
  Version version(LeafSettings settings, std::map<std::string, std::string> said) const;
  std::shared_ptr<const StepPage> page_of(Version& of, long long step, ResultForm numbers);
  void require_value(const std::string& name) const;  // throws Error
  const Version& now() const { return versions_.back(); }

  Load load_;
  std::function<void(long long)> tell_;
  LeafSettings given_;  // on the command line
  DeriveOptions options_;
  long long first_ = 1, last_ = 1;
  long long asked_last_ = 0;       // 0: all
  std::vector<Version> versions_;  // the last one is shown
};

}  // namespace tracer
