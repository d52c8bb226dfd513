// The gradients that training computes, in float or double: the fused graph, its kernels, the batch
// and the dropout masks of a step; against differences that share no rule with them.
//
// Small ones against differences over Exact (exact_check.hpp), large ones against differences of
// the unfused graph's forward pass in double, with Richardson's step towards h = 0 (Ridders 1982)
// and an estimate of their own error. What may be between the two is what rounding may do
// (absolute_terms.hpp) plus that estimate: there is no tolerance to choose.
#pragma once

#include "tracer/check/lesson_check.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer {

/// Throws Error (no such step or name, a loss that is not finite), LessonError, Undecided.
GradientReport check_training(const Program&, Dtype, const LessonCheckOptions&);

/// The same of any graph: its gradients over S, run as training runs them, and what rounding may do
/// to them. The values of the leaves must be numbers of S.
template <class S>
ExactPoint rounded_point(const CheckedGraph&, std::span<const NodeId> kept, bool exactly);

/// Every wrt of a point against differences in double, where those over Exact would take long.
GradientReport check_by_doubles(const ExactPoint&, const ExactCheckOptions&);

/// Multiplications that differences over Exact would take; options.entries as there.
double exact_cost(const CheckedGraph&, const ExactCheckOptions&);

}  // namespace tracer
