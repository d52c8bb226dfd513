// The list of operations: the one place besides its own room that an operation is named in. The
// graph's kernels, the language's functions, `help ops` and the tests all walk this list. To add
// one: its room, a line here, a test.
#pragma once

#include "tracer/op/abs.hpp"
#include "tracer/op/affine.hpp"
#include "tracer/op/arithmetic.hpp"
#include "tracer/op/cross_entropy.hpp"
#include "tracer/op/elu.hpp"
#include "tracer/op/exponential.hpp"
#include "tracer/op/gelu.hpp"
#include "tracer/op/layers.hpp"
#include "tracer/op/leaky_relu.hpp"
#include "tracer/op/matmul.hpp"
#include "tracer/op/maximum.hpp"
#include "tracer/op/power.hpp"
#include "tracer/op/rearrange.hpp"
#include "tracer/op/reduce.hpp"
#include "tracer/op/relu.hpp"
#include "tracer/op/sigmoid.hpp"
#include "tracer/op/silu.hpp"
#include "tracer/op/sine.hpp"
#include "tracer/op/softmax.hpp"
#include "tracer/op/softplus.hpp"
#include "tracer/op/squared_error.hpp"
#include "tracer/op/tanh.hpp"

namespace tracer::op {

template <class... Ops>
struct List {};

using All = List<
    // arithmetic
    Add, Subtract, Multiply, Divide, Negate, Power, Matmul,
    // functions of one value
    Identity, Exp, Log, Sqrt, Abs, Square, Sin, Cos,
    // activations
    Relu, LeakyRelu, Elu, Sigmoid, Tanh, Softplus, Gelu, Silu, Softmax, LogSoftmax,
    // of two values
    Maximum, Minimum,
    // reductions
    Sum<Over::all>, Sum<Over::each_column>, Sum<Over::each_row>,     //
    Mean<Over::all>, Mean<Over::each_column>, Mean<Over::each_row>,  //
    Max<Over::all>, Max<Over::each_column>, Max<Over::each_row>,     //
    Norm<Over::all>, Norm<Over::each_column>, Norm<Over::each_row>,
    // matrices
    Outer, Transpose, Reshape, Concat<0>, Concat<1>, Slice,
    // losses
    Mse, HalfMse, Bce, BceWithLogits, CrossEntropy, SoftmaxCrossEntropy, Hinge, L1, L2,
    // layers
    BatchNorm, Dropout,
    // the engine's own, met in rules
    Broadcast<Over::all>, Broadcast<Over::each_column>, Broadcast<Over::each_row>,  //
    Slope<Relu>, Slope<LeakyRelu>, Slope<Elu>, Slope<Abs>, ShareOfFirst,            //
    ShareOfLargest<Over::all>, ShareOfLargest<Over::each_column>, ShareOfLargest<Over::each_row>,
    NormalCdf, NormalPdf, XLogY, Ratio, Place, BatchNormEval, RunningMean, RunningVariance,
    // what a training run is made of: graph/fuse.hpp
    Affine>;

template <class... Ops>
void for_each(List<Ops...> /*list*/, auto&& f) {
  (f.template operator()<Ops>(), ...);
}

/// Calls f.operator()<Op>() for every operation.
void for_each_op(auto&& f) { for_each(All{}, f); }

/// Every operation, in the order of the list.
std::span<const Operation* const> operations();

}  // namespace tracer::op
