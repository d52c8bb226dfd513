// The classes of mistakes that stand in several rooms, and sentences about them (MistakenRule::says)
// that do. A class that one room alone knows stands in that room.
#pragma once

#include "tracer/symbol/operation.hpp"

namespace tracer::mistake_kinds {

inline constexpr MistakeKind slope_formula{"slope_formula", 12};
inline constexpr MistakeKind output_slope_extra{"output_slope_extra", 3};
inline constexpr MistakeKind targets_ignored{"targets_ignored", 1};
inline constexpr MistakeKind logits_for_probabilities{"logits_for_probabilities", 0};
inline constexpr MistakeKind log_slope_missing{"log_slope_missing", 0};
inline constexpr MistakeKind softmax_diagonal{"softmax_diagonal", 4};
inline constexpr MistakeKind softmax_wrong_axis{"softmax_wrong_axis", 0};

}  // namespace tracer::mistake_kinds

namespace tracer::mistake_says {

inline constexpr std::string_view targets_ignored =
    "the slope of the loss does not look at the targets";
/// Of a loss of probabilities.
inline constexpr std::string_view difference_for_slope =
    "{x} minus the targets, which is the gradient before the {f} already, stands for the slope of "
    "the loss at {x}, and the {f}'s slope is multiplied in once more";
/// Of a loss that is joined with its activation.
inline constexpr std::string_view extra_slope =
    "{f} minus the targets is the gradient at {x} already; the slope p(1 − p) is multiplied in "
    "once "
    "more";

}  // namespace tracer::mistake_says
