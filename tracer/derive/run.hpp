// Runs a lesson over Exact, step by step, and keeps what a page needs of each step: every named
// value, every gradient, the parameters before and after. Each line that a person would write down
// passes through one hook: what was computed comes in, what is carried on goes out. Rounding by
// hand is such a hook, and so is a student's own value in place of the right one. Next: page.hpp,
// which writes the page of a step.
#pragma once

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "tracer/derive/wrong_gradients.hpp"
#include "tracer/language/program.hpp"
#include "tracer/number/rounding.hpp"
#include "tracer/op/kernel.hpp"
#include "tracer/optimize/optimizer.hpp"
#include "tracer/run/lesson_run.hpp"

namespace tracer {

class Rules;

using Values = std::map<std::string, Array<Exact>>;
using LeafValues = std::map<Quantity, Array<Exact>>;

/// One line of a page: a value that a person would write down.
struct PageLine {
  enum class Kind {
    given,         ///< a leaf that is no trained parameter: x, y
    value,         ///< a named line of the forward pass
    contribution,  ///< what one line, `part`, contributes to a gradient that several contribute to
    gradient,      ///< the gradient of a named value or a leaf, once its last contribution is in
    update         ///< a parameter after the step; with `part`, a line of the working before it
  };
  int step = 1;
  Kind kind = Kind::value;
  std::string name;  ///< z1, w1; of a gradient: what it is taken for
  std::string part;  ///< "velocity": that line of the optimizer's working; of a contribution: the
                     ///< line that it comes through; else empty
  auto operator<=>(const PageLine&) const = default;
};

/// Called with each line once it is computed; what it leaves there is carried on. Says whether it
/// changed anything.
using OnLine = std::function<bool(const PageLine&, View<Exact>)>;

/// Called with a line that has no value (log(0)) or no gradient, in place of OnLine; says whether
/// it put one there. What is computed from a line that is left without one has none either.
using OnGap = std::function<bool(const PageLine&, View<Exact>, const std::string& why)>;

/// Rounded working: every line but what is given is rounded, and the rounded value carried on.
/// `on_tie`: at the limit of precision, told of each line whose value can't be told from the middle
/// between two rounded ones, and is taken as that; empty: such a line throws Undecided.
OnLine rounds_every_line(const Rounding&, std::function<void(const PageLine&)> on_tie = {});
/// Rounds in place; says whether that changed anything.
bool round_in_place(View<Exact> values, const Rounding& rounding);

/// The update of one parameter: the lines of its working, and the values of their leaves.
struct UpdateRecord {
  std::string parameter;
  std::vector<Optimizer::Line> lines;  ///< m ← β₁·m + (1 − β₁)·g, ...; the parameter's own last
  std::size_t clipped = 0;             ///< how many of them, the first, cut the gradient
  std::vector<Array<Exact>> results;  ///< of each line
  LeafValues leaves;                  ///< "w", "g", the states' old values and the earlier lines
};

struct StepRecord {
  int step = 1;
  int epoch = 1;
  std::vector<int> samples;  ///< from 1, in the order of the batch
  std::shared_ptr<const BatchGraph> batch;
  std::map<NodeId, Array<Exact>> values;    ///< of leaves and named lines
  std::map<NodeId, Array<Exact>> adjoints;  ///< of those that the loss depends on
  std::set<NodeId> rounded_values;          ///< where on_line (rounding) changed the line
  std::set<NodeId> rounded_adjoints;
  std::set<std::string> rounded_updates;  ///< "w1", "w1 velocity"
  /// Of RunOptions::wrong: the gradients that are wrong in this step, and the formulas in their place.
  std::map<NodeId, Symbol> wrong = {};
  Values before;  ///< parameters
  Values after;   ///< parameters; the same where there is no update
  std::vector<UpdateRecord> updates;
  std::optional<Rational> lr;              ///< of this step, where a schedule changes it
  std::optional<Array<Exact>> loss_after;  ///< of the same batch, with the new parameters
};

struct RunOptions {
  Working working{128, 4096};
  OnLine on_line;  ///< empty: what is computed is carried on
  bool loss_after = true;
  bool elementary = false;  ///< every elementary operation is a named line
  OnGap on_gap = {};        ///< empty: a line that has no value ends the run
  /// Leaves that are differentiated for beside those that the lesson names.
  std::vector<std::string> wrt = {};
  /// Where a run ends with an Error, so that a short lesson takes no hours: millions of
  /// multiplications in all its steps, a microsecond each (those of a matrix product count a
  /// sixteenth), and so many exact numbers at a time, of some 200 bytes each.
  double most_work = 30;
  /// Whether contributions go through on_line too. They are worked out once more for that, by the
  /// formulas of the page.
  enum class Contributions { added_up, lines } contributions = Contributions::added_up;
  WrongGradients wrong = {};  ///< empty: all are right
  long long wrong_from = 1;   ///< the step from which on they are made
  /// Only `wrt` is differentiated for, and of the parameters only those in it are updated.
  bool wrt_alone = false;
  static constexpr double most_numbers = 4e6;
};

class Run {
 public:
  /// The program must have numbers (not symbolic) and outlive the run.
  Run(const Program&, RunOptions);
  ~Run();

  /// How many steps there are in all; without `train` one for each sample (one if there are no
  /// samples).
  long long steps() const { return run_.plan().steps(); }
  long long steps_per_epoch() const { return run_.plan().steps_per_epoch(); }
  /// A step is one sample, so that pages may speak of samples.
  bool by_sample() const;
  /// Runs the next step. Throws LessonError (log(0) in line 7), Undecided (with the place in its
  /// text).
  StepRecord next();
  bool done() const { return run_.step() > steps(); }
  /// The next step is the last that is run, and nobody asks for its update: it has none.
  void end_without_update() { updates_ = false; }
  /// Throws Error where the steps up to `last` take more than RunOptions::most_work, before any of
  /// them is run.
  void require_work(long long last);
  const std::optional<Optimizer>& optimizer() const { return run_.optimizer(); }
  const Values& parameters() const { return run_.parameters(); }
  const Values& states() const {
    return run_.states();
  }  ///< running statistics, once a step was run
  /// The samples of a step (from 1), from 0, in the order of the batch; empty: a lesson without
  /// data.
  std::vector<int> samples_in(long long step) {
    const std::span<const int> samples = run_.plan().samples(step);
    return {samples.begin(), samples.end()};
  }

 private:
  using Batch = LessonRun<Exact>::Batch;
  struct Lines;  // what becomes of the lines of a step
  std::shared_ptr<const BatchGraph> prepared(std::shared_ptr<const BatchGraph>) const;
  void fill(Batch&);
  bool pass(PageLine::Kind, const std::string& name, const std::string& part, View<Exact>) const;
  int step() const { return static_cast<int>(run_.step()); }
  void watch(Batch&);
  void take_value(const Graph&, NodeId, View<Exact>);
  void take_adjoint(const Graph&, NodeId, View<Exact>);
  void take_contributions(const Batch&, NodeId, View<Exact>);
  const std::map<NodeId, Symbol>& wrong_in(const Batch&);
  bool take_wrong_gradient(const Batch&, NodeId, View<Exact>);
  const Rules& rules_of(const std::shared_ptr<const BatchGraph>&);
  void run_forward(Batch&);
  void check_probabilities(const Batch&) const;
  void check_signs(const Batch&) const;
  UpdateRecord update(StepRecord&, const Graph&, LessonRun<Exact>::Update&) const;
  Symbol clip(LessonRun<Exact>::Update&, const Symbol& g, UpdateRecord&) const;
  [[noreturn]] void rethrow_undecided(const BatchGraph&, NodeId, const std::string& what) const;
  [[noreturn]] void rethrow(const Batch&, NodeId, const std::string& what, bool backward) const;

  const Program& program_;
  RunOptions options_;
  bool updates_ = true;
  std::unique_ptr<Lines> lines_;
  LessonRun<Exact> run_;
  std::map<std::shared_ptr<const BatchGraph>, std::shared_ptr<const Rules>> rules_;
  std::map<std::shared_ptr<const BatchGraph>, std::map<NodeId, Symbol>> wrong_;  // of all steps
};

/// --detail ops: the same graph with composite operations taken apart and every node named: t1, t2,
/// ... (what was named keeps its name). Broadcasts and numbers stay parts of the line that uses
/// them.
BatchGraph elementary(const BatchGraph&);
/// t1, t2, ...: the next after `count` that no value of the graph is called by.
std::string next_part_name(const Graph&, int& count);

}  // namespace tracer
