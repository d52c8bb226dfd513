#include "tracer/diagnosis/telling.hpp"

#include <algorithm>

namespace tracer {

std::vector<const ArrayVerdict*> wrong_gradients(const std::vector<ArrayVerdict>& arrays) {
  std::vector<const ArrayVerdict*> wrong;
  for (const ArrayVerdict& array : arrays) {
    if (array.claim.gradient && !array.nearness.matches() && !array.claim.has_wrong_shape())
      wrong.push_back(&array);
  }
  return wrong;
}

bool is_told(Search& search, Explanation& explanation,
             const std::vector<const ArrayVerdict*>& wrong) {
  double evidence = 0;
  double best = 0;
  for (const ArrayVerdict* array : wrong) {
    const auto made = search.predicted(explanation, array->claim.name, array->point);
    if (!made) continue;
    const Reals& claimed = array->claim.values;
    const Array<double> from_right = (claimed - array->truth.values).abs().cast<double>();
    const Array<double> from_made = (claimed - made->values).abs().cast<double>();
    const Array<double> digits =
        (from_right / from_made.max(left_open(array->claim, *made))).log10().max(0).min(16);
    evidence += digits.sum();
    best = std::max(best, digits.maxCoeff());
  }
  return evidence >= digits_taken(explanation, best);
}

Hidden what_hides(const std::vector<ArrayVerdict>& arrays) {
  double digits = 0;
  double rounding = 0;
  for (const ArrayVerdict& array : arrays) {
    if (!array.claim.gradient || (array.truth.values == 0).all()) continue;
    const Array<double> open = left_open(array.claim, array.truth);
    if ((array.truth.values.abs().cast<double>() > 3 * open).any()) return Hidden::nothing;
    const auto written = static_cast<double>(array.claim.half_unit.maxCoeff());
    digits = std::max(digits, written + array.claim.precision.smallest);
    rounding = std::max(rounding, open.maxCoeff() - written);
  }
  if (digits <= 0 && rounding <= 0) return Hidden::nothing;
  return rounding > digits ? Hidden::by_rounding : Hidden::by_few_digits;
}

}  // namespace tracer
