// What a lesson's `train L with adam(lr=0.01)` makes: an update rule with its settings. It can
// write its working (over symbols) and do it (over float, double or Exact); both run the same text
// of the rule, so what is printed is what is computed. Next: any rule, e.g. optimize/adam.hpp, then
// optimize/page.hpp, which runs it.
//
//   const Optimizer adam = Optimizer::make({"adam", {{"lr", Rational(1, 10)}}, {}});
//   auto state = adam.start<Exact>(rows, columns, Working{.bits = 128});  // one a parameter
//   adam.step<Exact>(w, gradient, state, {.step = 1});                    // changes w in place
//   adam.lines(w_symbol, gradient_symbol, 1)                              // what that step did
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/error.hpp"
#include "tracer/op/kernel.hpp"
#include "tracer/optimize/rule.hpp"

namespace tracer {

/// An optimizer as the lesson's train line gives it. What is left out has the default of PyTorch.
struct OptimizerSettings {
  std::string name;                         ///< "sgd", "adam", ...
  std::map<std::string, Rational> numbers;  ///< "lr": 1/100
  std::map<std::string, bool> flags;        ///< "nesterov": true
};

/// What the name of an optimizer stands for: for help, and for whoever maps positional arguments to
/// names.
struct OptimizerHelp {
  std::string_view name;              ///< "adam"
  std::string_view title;             ///< "Adam"
  std::string_view description;       ///< one sentence
  std::string_view source;            ///< where its definition can be read
  std::span<const Setting> settings;  ///< in PyTorch's order, lr first
  std::span<const Flag> flags;
};

/// A setting (or flag) is not as it may be, or the rule has none of that name.
struct SettingError : Error {
  SettingError(std::string_view name, const std::string& what, bool known)
      : Error(what), setting(name), is_known(known) {}
  std::string setting;
  bool is_known;
};

template <class S, std::size_t N, std::size_t F>
class NumberPage;

class Optimizer {
 public:
  /// Throws Error where there is no rule of that name, and SettingError where a setting is unknown,
  /// out of its range, or excluded by another.
  static Optimizer make(const OptimizerSettings&);
  /// All there are, in the order of optimize/all.hpp.
  static std::vector<OptimizerHelp> all();

  /// As the lesson wrote it: "momentum", though that is an sgd.
  const std::string& name() const { return name_; }
  OptimizerHelp help() const;
  /// The value of a setting or a flag. Throws std::out_of_range for one that the rule does not
  /// have.
  const Rational& number(std::string_view setting) const;
  bool flag(std::string_view which) const;

  /// What is carried from step to step beside the parameter, in the order of the lines:
  /// {"velocity"}, {"m", "v"}. Only what these settings use: sgd without momentum has none.
  std::vector<std::string> states() const;
  /// What a state is before the first step: 0, but for Adagrad's initial_accumulator_value.
  Rational initial(std::string_view state) const;

  /// One line for the page: "new = old − 0.01 · gradient"; "Adam: lr 0.001, β₁ 0.9, β₂ 0.999, ε
  /// 1e-8".
  std::string summary(const std::optional<Rational>& lr = {}) const;

  // --- over symbols

  /// A line of the working: symbol ← formula.
  struct Line {
    std::string name;  ///< "g", "m", "v", "m̂"; empty: the parameter itself (always the last line)
    Symbol symbol;  ///< what later lines call it: Quantity::after of the name, displayed as `name`
    Symbol formula;
    bool kept = false;  ///< a state or the parameter: carried to the next step
  };
  enum class Constants {
    numbers,  ///< m ← 0.9·m + (1 − 0.9)·g
    names  ///< m ← β₁·m + (1 − β₁)·g; leaves are Quantity::setting "beta1", and "t" for the step
  };
  /// The lines of step `step` (from 1), not simplified. Their leaves: w, the gradient, a state's
  /// old value (Quantity::before "m"), and earlier lines (Quantity::after "m", displayed like the
  /// old one). A part that is off (momentum 0, weight_decay 0) has no line. `lr` replaces the learning
  /// rate, for schedules.
  std::vector<Line> lines(const Symbol& w, const Symbol& gradient, int step,
                          const std::optional<Rational>& lr = {},
                          Constants constants = Constants::numbers) const;

  // --- over numbers

  /// How exactly a run over S knows its settings: a float run has them as double, for 1 − 0.999f is
  /// off by 1e-5.
  template <class S>
  using Precise = typename Coefficient<S>::Value;

  /// What one parameter carries from step to step. Copy it to have the old values.
  template <class S>
  class State {
   public:
    /// A state by its name, rows × columns; throws std::out_of_range. Writable, to restore a saved
    /// run.
    View<S> operator[](std::string_view name) {
      return {kept_[place(name)].values.data(), rows_, columns_};
    }
    ConstView<S> operator[](std::string_view name) const {
      return {kept_[place(name)].values.data(), rows_, columns_};
    }
    /// Over Exact, after a step: the value of its i-th line (of lines(), but the last), rows ×
    /// columns. Over float and double only the kept ones are there: the others live for a block of
    /// the parameter at a time.
    ConstView<S> line(std::size_t i) const;

   private:
    friend class Optimizer;
    template <class T, std::size_t N, std::size_t F>
    friend class ::tracer::NumberPage;
    struct Kept {
      std::string name;
      std::vector<S> values;
    };
    std::size_t place(std::string_view name) const;
    Eigen::Index rows_ = 0;
    Eigen::Index columns_ = 0;
    std::vector<Coefficient<S>> numbers_;  // the settings, converted once
    std::vector<Kept> kept_;
    std::vector<std::vector<S>> lines_;  // by line; empty for those that are kept
    std::vector<std::size_t> kept_of_line_;
  };

  template <class S>
  struct StepOptions {
    int step = 1;                       ///< from 1; Adam's t
    std::optional<Precise<S>> lr = {};  ///< in place of the rule's own, for schedules
    /// Called with each line once it is computed, in the order of lines(); may change it
    /// (rounding). Over float and double with a block of it at a time.
    std::function<void(View<S>)> on_line = {};
  };

  /// The state before the first step. `working`: what a run over Exact asks of its numbers.
  template <class S>
  State<S> start(Eigen::Index rows, Eigen::Index columns, Working working = {}) const;

  /// One step: updates w and the state in place from the gradient (both rows × columns as the
  /// state). Allocates nothing over float and double. S is float, double or Exact.
  template <class S>
  void step(View<S> w, ConstView<S> gradient, State<S>& state, const StepOptions<S>& options) const;

 private:
  Optimizer() = default;
  std::string name_;
  std::size_t rule_ = 0;           // its place in optimize/all.hpp
  std::vector<Rational> numbers_;  // in the order of the rule's settings
  std::vector<bool> flags_;
};

}  // namespace tracer
