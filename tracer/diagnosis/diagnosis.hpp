// What is wrong with a claim, and where: the verdict, array by array and as a whole, and the
// mistakes that reproduce it, in words and formulas. search.hpp finds them, this says what they
// mean. Shown by render/diagnosis_page.hpp.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "tracer/claims/claim.hpp"
#include "tracer/diagnosis/compare.hpp"
#include "tracer/diagnosis/search.hpp"
#include "tracer/symbol/notation.hpp"

namespace tracer {

enum class Verdict {
  right,          ///< every claimed array
  disturbed,      ///< right, but off by more than rounding: a guard epsilon, perhaps
  subgradient,    ///< right with another choice of the slope at a corner
  factor,         ///< every gradient is the same number times ours: a convention, or a mistake
  named,          ///< wrong, and these mistakes reproduce it
  unnamed,        ///< wrong, and no mistake that is known does
  wrong_forward,  ///< the claimed values differ already
  undecided       ///< the claim's digits can't tell right from wrong, or ours are no numbers
};

/// One claimed array against what it should be.
struct JudgedClaim {
  Claim claim;
  std::string value;  ///< what the lesson calls the value: L, where the claim is of mean(L)
  Expected truth;
  std::size_t point = 0;  ///< of the evidence: the first where it is as wrong as it gets
  Nearness nearness;
  double norm_ratio = 0;
  std::optional<double> cosine;
  /// claimed = factor · truth in every entry; not for 1 and 0.
  std::optional<long double> factor;
  std::optional<FactorName> factor_name;
  std::string pattern;  ///< of the wrong entries: "all 12 entries", "row 3 only", "2 of 40 entries"

  bool is_right() const { return nearness.matches() && !claim.has_wrong_shape(); }
  /// A gradient of the right shape that is not right.
  bool is_wrong() const {
    return claim.gradient && !nearness.matches() && !claim.has_wrong_shape();
  }
};

/// A named line (or a leaf), and where it stands in the lesson.
struct LinePlace {
  std::string name;
  std::optional<Span> span;
};
LinePlace place_of(const BatchGraph&, NodeId line);

/// One mistake, in one or several places.
struct Finding {
  std::string id;
  std::string says;                         ///< half a sentence
  std::vector<LinePlace> lines;             ///< that it stands in
  std::vector<std::string> elsewhere = {};  ///< what was done in the other lines, where it differs
  bool everywhere = false;  ///< in every line where it could be made (and there are several)
  Notation left = {};       ///< ∂L/∂Z1; empty: there is no formula to show
  bool part = false;        ///< what one of several lines sends back: the formulas end in "+ …"
  std::optional<Notation> wrong = {};  ///< what was computed for it, in the first of the places
  std::optional<Notation> right = {};
  std::optional<long double> factor = {};
  std::optional<FactorName> factor_name = {};
};

/// Several explanations of the same numbers: whether other numbers would tell them apart, or whether
/// they are one formula in two wordings.
struct Separation {
  bool separable = false;  ///< at some point the gradients differ by more than a thousandth
  std::string gradient;    ///< the claimed value whose gradient differs most there: "W1"
  std::pair<Eigen::Index, Eigen::Index> entry{0, 0};
  long double first = 0, second = 0;  ///< what the two explanations give for that entry
  std::uint64_t seed = 0;             ///< of the point (claims/point.hpp)
};

/// Mistakes that together reproduce what is claimed.
struct Account {
  std::vector<Finding> findings;
  Eigen::Index entries = 0;                ///< of all claimed gradients
  double digits = 0;                       ///< in which they agree with what these mistakes give
  std::vector<std::string> unexplained;    ///< names that they do not reproduce
  std::map<std::string, Reals> predicted;  ///< the gradients that these mistakes give
};

struct Diagnosis {
  Verdict verdict = Verdict::right;
  std::vector<JudgedClaim> arrays;  ///< values first, then gradients from the loss down
  std::vector<Account> accounts;    ///< the most plausible first; the others fit as well
  std::string first_wrong_value;    ///< of a wrong forward pass: the first line that differs
  std::vector<LinePlace> suspects;  ///< where no mistake fits: the lines between the last right
                                    ///< gradient and the first wrong one
  /// Undecided because a value or gradient of ours overflows, or is 0/0, in 19 digits: where first.
  std::optional<LinePlace> not_finite;
  /// Unnamed because so few digits are claimed that more than one mistake, or none, may give them:
  /// one was found that does, but would be by chance.
  bool chance = false;
  /// Undecided because rounding is as large as the gradients are: a net at its minimum.
  bool rounding_hides = false;
  /// Of several accounts: numbers that would tell the first from one of the others; nothing where
  /// none do, for they are one formula in several wordings.
  std::optional<Separation> apart;
  std::vector<std::string> remarks;
};

/// What is claimed, at which points.
struct Question {
  const Program& program;
  const BatchGraph& batch;
  std::vector<Evidence> evidence;
  /// Gradients of the steps before, added up, by parameter; empty at the first step.
  std::map<std::string, Array<double>> earlier = {};
};

/// Throws Error where the values can't be computed.
Diagnosis diagnose(const Question&, SearchOptions = {});

/// "right", "wrong: named" ...: the word of a verdict, as JSON has it.
std::string_view word_of(Verdict);

}  // namespace tracer
