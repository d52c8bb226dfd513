// The classes of mistakes that stand in several rooms. A class that one room alone knows stands in
// that room.
#pragma once

#include "tracer/symbol/operation.hpp"

namespace tracer::mistake_kinds {

inline constexpr MistakeKind slope_formula{"slope_formula", 12};
inline constexpr MistakeKind output_slope_extra{"output_slope_extra", 3};
inline constexpr MistakeKind targets_ignored{"targets_ignored", 1};
inline constexpr MistakeKind logits_for_probabilities{"logits_for_probabilities"};
inline constexpr MistakeKind log_slope_missing{"log_slope_missing"};
inline constexpr MistakeKind softmax_diagonal{"softmax_diagonal", 4};
inline constexpr MistakeKind softmax_wrong_axis{"softmax_wrong_axis"};

}  // namespace tracer::mistake_kinds
