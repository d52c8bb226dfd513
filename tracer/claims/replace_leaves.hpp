// Somebody's own numbers in place of the lesson's: what their gradients were computed at. Params,
// inputs, running statistics and dropout masks (--params), samples (--data). Next: leaf_values.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tracer/claims/named_arrays.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

/// Changes Program::values. Names are the lesson's (spelling may differ where that leaves no
/// choice), or PyTorch's (state_dict.hpp); shapes as fit_shape.hpp takes them. A leaf without a
/// number gets its sizes from the array. A mask ("A1.mask": the line, a point, mask) has an entry
/// for each of the batch or of all the data, and is then not drawn any more. What is not there
/// keeps the lesson's value; arrays in objects "data" and "grads" are left alone. Returns remarks:
/// "W1: stored as 2×3, the transpose".
///
/// Throws Error naming `source`: a name that the lesson has not (with what may be meant), or that
/// holds samples or is computed; a shape that does not fit; nothing to replace.
std::vector<std::string> replace_values(Program&, const std::vector<NamedArray>&,
                                        const std::string& source);

/// Gives a leaf without numbers (`param X: (6, 4)`) random ones of float32, standard normal; sizes
/// that are names become 3, 4 and so on. Returns the names.
std::vector<std::string> draw_missing_values(Program&, std::uint64_t seed);

/// Changes Program::data, to as many samples as the arrays have; which of their sides is the
/// samples', the lesson's features say, and the lesson's layout where both fit. More than two sides
/// (m × 28 × 28) are samples first. A list of classes, counted from 0 or from 1, for a one-hot name
/// is made one-hot. Numbers are taken as they are: the lesson's normalise= is not done to them. The
/// samples are all trained on, in their order: nothing is held out or shuffled any more. Arrays in
/// objects "params", "inputs", "masks" and "grads" are left alone. Returns remarks.
///
/// Throws Error naming `source`: the lesson has no data; a name that it has not; sizes that do not
/// fit the features, or one another.
std::vector<std::string> replace_samples(Program&, const std::vector<NamedArray>&,
                                         const std::string& source);

}  // namespace tracer
