// What a formula may be simplified by beyond algebra: what the lesson says of a leaf (`input y: (k)
// one_hot`), and what its data show of every sample. So p − y stands where else the column sums of
// y would.
#pragma once

#include <optional>
#include <set>
#include <string>

#include "tracer/language/program.hpp"

namespace tracer {

/// Whether each sample sums to 1, and what it is makes that no accident: the samples of the lesson,
/// or an input of zeros and ones.
bool may_be_targets(LeafKind, const LeafValue&, int axis);

class Assumptions {
 public:
  Assumptions() = default;
  Assumptions(const Program&, const BatchGraph&);

  /// Each sample of that leaf, or of what is made of one by numbers, sums to 1, as one-hot targets do
  /// (axis 0: a sample is a column).
  bool samples_sum_to_one(const Symbol& formula, int axis) const;
  /// The formula with what is assumed put in; not simplified. `used` is set where there was
  /// something to put in.
  Symbol applied(const Symbol& formula, bool& used) const;

 private:
  std::optional<Rational> sum_of_sample(const Symbol&, const Size& classes) const;

  int axis_ = 0;  ///< how a sample lies
  std::set<std::string> sum_to_one_;
};

/// Sums over the entries of each sample that are all 1 become 1, as `sums_to_one(leaf, axis)` says of
/// leaves: where there are several samples, what spreads the sums; of one there is nothing to spread.
Symbol with_unit_sums(const Symbol& formula,
                      const std::function<bool(const Symbol& leaf, int axis)>& sums_to_one,
                      bool& used);

}  // namespace tracer
