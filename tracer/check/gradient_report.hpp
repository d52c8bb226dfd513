// What a gradient check found: entry by entry, for each parameter, and in all. exact_check.hpp and
// float_check.hpp fill it in, render/check_page.hpp shows it.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tracer/number/eigen.hpp"
#include "tracer/symbol/shape.hpp"

namespace tracer {

enum class Agreement {
  equal,      ///< as fractions: a proof
  agrees,     ///< within what the difference, and the arithmetic, can err by
  corner,     ///< a value is on a corner, and the gradient lies between the slopes of both sides
  no_choice,  ///< a corner lies within the smallest step that can be taken: not compared
  edge,       ///< the loss has no value on one side: not compared
  undecided,  ///< not at the limit of precision
  wrong
};
/// Compared, and found in order.
inline bool is_right(Agreement a) {
  return a == Agreement::equal || a == Agreement::agrees || a == Agreement::corner;
}

struct CheckedEntry {
  Eigen::Index row = 0;  ///< from 0
  Eigen::Index column = 0;
  Agreement agreement = Agreement::undecided;
  Exact gradient;       ///< what is checked
  Exact reference;      ///< the difference
  bool finite = true;   ///< false: what is checked is NaN or infinite (gradient says nothing then)
  double error = 0;     ///< |gradient − reference|; of intervals a bound
  double allowed = 0;   ///< what may be between them: rounding, and the reference's own error
  double rounding = 0;  ///< what rounding may do: 0 over Exact (absolute_terms.hpp)
  double reference_error = 0;  ///< how far off the reference may be
  double terms = 0;            ///< of a rounded gradient: the sum of the entry's absolute terms
  double unit = 0;             ///< of rounding: the roundoff times the entry's absolute terms
  std::optional<std::pair<Exact, Exact>> slopes;  ///< on a corner: from the left, from the right
  bool narrowed = false;  ///< the step was made smaller, for a corner was within it

  double relative() const;  ///< error in units of the larger of the two values; 0 for 0 and 0
  /// Right, but so near 0 that there is no digit to agree in: the gradient of a bias that
  /// batch_norm takes away again.
  bool is_about_zero() const;
};

struct CheckedParameter {
  std::string name;
  Shape shape;
  long long entries = 0;  ///< all there are
  std::vector<CheckedEntry> checked;

  long long count(Agreement) const;
  long long right() const;
  /// The entry with the largest error for what is allowed, wrong ones first; null: none compared.
  const CheckedEntry* worst() const;
  double largest_error() const;
  double largest_relative() const;  ///< of what is not about 0
  /// The largest error in units of the arithmetic's roundoff times the entry's absolute terms.
  double largest_units() const;
  /// Digits that all entries compared have in common with their reference, at least; nothing where
  /// all are equal. Entries whose difference can't be told from 0 have none and do not count.
  std::optional<double> digits() const;
};

/// A corner that the run stands on, in words: "relu in A1", and how many of its entries.
struct CornerReport {
  std::string place;
  long long on = 0;
  long long unsure = 0;
};

/// Of a whole check. Undecided: nothing is wrong, but of some entry it could not be told, or there
/// was none that could be compared.
enum class Outcome { right, undecided, wrong };

struct GradientReport {
  std::string title;    ///< of the lesson
  int order = 1;        ///< 2: what is checked are Hessian-vector products
  std::string result;   ///< L; of an upstream gradient "⟨dY, Y⟩"
  std::string checked;  ///< "the engine's gradients over Exact"
  std::string against;  ///< "central differences over Exact, h = 2^-56"
  std::string at;       ///< "step 1, sample 1 of 3"
  std::vector<CheckedParameter> parameters;
  std::vector<CornerReport> corners;
  bool corners_known = false;  ///< whether it was proved (over Exact) that there are no others
  bool rounded = false;        ///< the arithmetic that is checked rounds: float or double
  std::vector<std::string> remarks;

  long long count(Agreement) const;
  long long narrowed() const;  ///< entries whose step was made smaller
  long long compared() const;  ///< entries with a verdict
  long long checked_entries() const;
  long long entries() const;
  bool passed() const { return count(Agreement::wrong) == 0; }
  /// What the page, the JSON and the exit status all say.
  Outcome outcome() const;
};

// ---- one entry beside its reference: equal, right within what the reference can be off, wrong, or
// not known well enough to say

/// A reference: a difference, and how far it may be from the derivative.
struct Estimate {
  Exact value;
  double error = 0;
};

/// How well a reference must be known for "right" to mean something.
struct Needed {
  double relative = 1e-12;  ///< of the larger of the two values
  double absolute = 0;      ///< or this, for an entry that is about 0
};

/// Sets what the entry says of its reference: value, error, what is allowed (with entry.rounding)
/// and the agreement. False: too little is known; over Exact it takes more bits.
bool judge(CheckedEntry&, const Estimate&, const Needed&);

/// Equal fractions need no judgement: sets reference and agreement. False: they are not.
bool judge_equal(CheckedEntry&, const Exact& reference);

/// A bound of |x|, rounded up.
double magnitude(const Exact& x);
/// How far apart the ends of an interval are, rounded up; 0 for a rational.
double width(const Exact& x);

}  // namespace tracer
