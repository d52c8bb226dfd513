// A step of a derivation as lines that are walked through one at a time: what is given, forward,
// backward, update. Next: line_working.hpp, what is shown of a line; lesson_steps.hpp, where steps
// come from; walk.hpp, which walks.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/derive/document.hpp"
#include "tracer/text/style.hpp"

namespace tracer {

enum class Phase { given, forward, backward, update };
std::string_view name_of(Phase);

/// What results look like: 1/3 as 0.3333333333, as a fraction, or in four digits.
enum class ResultForm { decimal, exact, rounded };
std::string_view name_of(ResultForm);

/// A line of a step; what it points to is in the step.
struct StepLine {
  Phase phase = Phase::given;
  std::string name;              ///< of the value: z1; of a gradient's or an update's, w1
  std::string label;             ///< as the page has it: ∂L/∂w1
  const Value* value = nullptr;  ///< the result; null or empty: there are no numbers
  bool predictable = false;      ///< the result can be typed, and does not stand in the rule
  std::size_t pass = 0;  ///< of a gradient: 0 from the first loss, then from the further ones
  std::size_t at = 0;    ///< which of its pass or its part
};

/// A step, which others may hold on to, and its lines.
struct StepPage {
  DerivationStep step;
  std::vector<std::string> parameters;
  bool is_rounded;  ///< --round: a result is not quite what stands before it
  std::vector<StepLine> lines;

  /// `of`: the derivation that it is a step of.
  StepPage(DerivationStep, const Derivation& of);
  StepPage(const StepPage&) = delete;  // its lines point into it
  StepPage& operator=(const StepPage&) = delete;

  /// "sample 2 of 3", "step 7"; the heading's words before its colon.
  std::string name() const;
};

/// The way back from that loss.
const BackwardPass& pass_of(const DerivationStep&, std::size_t pass);

/// What a line is made of: a value or a gradient that its rule names.
struct Ingredient {
  std::string name;
  const Value* value = nullptr;
  std::optional<std::size_t> line;  ///< of the page; nothing: it is given
};
std::vector<Ingredient> ingredients_of(const StepPage&, const StepLine&);

/// A result as fractions; nothing where it has none, or a very long one.
std::optional<Notation> as_fractions(const Value&);

/// The result as a page has it, for a remark on it: = 1/3.
std::string result_text(const Value&, ResultForm);

/// Whether two results differ: as numbers, or where they are known as intervals, in a digit that is
/// shown.
bool differ(const Value&, const Value&);

}  // namespace tracer
