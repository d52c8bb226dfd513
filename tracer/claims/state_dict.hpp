// Gradients under the names that PyTorch gives parameters (fc1.weight, 0.bias, layers.2.weight; and
// kernel, as Keras and Flax say; weight and bias alone, of a network that is one layer): which of
// the lesson's parameters they are, order and shape tell.
// Next: read_claims.hpp.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "tracer/claims/named_arrays.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

struct LayerMatch {
  std::size_t array = 0;  ///< its index
  std::string parameter;
  /// Of a square matrix that the file has transposed: how that is known, "like the others of the
  /// file". Empty: it is as it is, or its sides tell.
  std::string square_because = {};
};

/// Those among `which` that can be told. Matrices go with what the lesson multiplies by @, in
/// order; the weights and biases of normalising layers (their weight is a list) with gamma and beta
/// of batch_norm; other biases with the parameters that are left. Where names differ in their
/// numbers only, those are the order, else the file's is. A kind of which there are more or fewer
/// than in the lesson is matched by shape, if that leaves no choice.
std::vector<LayerMatch> match_layers(const std::vector<NamedArray>&,
                                     const std::vector<std::size_t>& which, const Program&,
                                     const BatchGraph&);

/// The array as the lesson has it, where only the match tells: a square matrix that is turned, with
/// a remark that says so. Others as they are: their shapes tell (fit_shape.hpp).
NamedArray as_matched(const NamedArray&, const LayerMatch&);

}  // namespace tracer
