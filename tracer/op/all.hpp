// The list of operations: the one place besides its own room that an operation is named in. The
// graph's kernels, the language's functions, `help ops` and the tests all walk this list. To add
// one: its room, a line here, a test.
#pragma once

#include "tracer/op/abs.hpp"
#include "tracer/op/add.hpp"
#include "tracer/op/affine.hpp"
#include "tracer/op/batch_norm.hpp"
#include "tracer/op/batch_norm_eval.hpp"
#include "tracer/op/batch_statistics.hpp"
#include "tracer/op/bce.hpp"
#include "tracer/op/bce_with_logits.hpp"
#include "tracer/op/broadcast.hpp"
#include "tracer/op/clip.hpp"
#include "tracer/op/cofactors.hpp"
#include "tracer/op/cofactors_along.hpp"
#include "tracer/op/compare.hpp"
#include "tracer/op/concat.hpp"
#include "tracer/op/cos.hpp"
#include "tracer/op/cross_entropy.hpp"
#include "tracer/op/cumsum.hpp"
#include "tracer/op/determinant.hpp"
#include "tracer/op/diagonal.hpp"
#include "tracer/op/divide.hpp"
#include "tracer/op/dropout.hpp"
#include "tracer/op/elu.hpp"
#include "tracer/op/erf.hpp"
#include "tracer/op/exp.hpp"
#include "tracer/op/focal.hpp"
#include "tracer/op/gelu.hpp"
#include "tracer/op/half_mse.hpp"
#include "tracer/op/hinge.hpp"
#include "tracer/op/huber.hpp"
#include "tracer/op/huber_of_one.hpp"
#include "tracer/op/identity.hpp"
#include "tracer/op/identity_matrix.hpp"
#include "tracer/op/inverse.hpp"
#include "tracer/op/kl.hpp"
#include "tracer/op/l1.hpp"
#include "tracer/op/l2.hpp"
#include "tracer/op/leaky_relu.hpp"
#include "tracer/op/log.hpp"
#include "tracer/op/log_softmax.hpp"
#include "tracer/op/logsumexp.hpp"
#include "tracer/op/matmul.hpp"
#include "tracer/op/max.hpp"
#include "tracer/op/maximum.hpp"
#include "tracer/op/mean.hpp"
#include "tracer/op/minimum.hpp"
#include "tracer/op/mse.hpp"
#include "tracer/op/multiply.hpp"
#include "tracer/op/negate.hpp"
#include "tracer/op/nll.hpp"
#include "tracer/op/norm.hpp"
#include "tracer/op/normal_cdf.hpp"
#include "tracer/op/normal_pdf.hpp"
#include "tracer/op/opposite.hpp"
#include "tracer/op/others_along.hpp"
#include "tracer/op/outer.hpp"
#include "tracer/op/perceptron.hpp"
#include "tracer/op/place.hpp"
#include "tracer/op/power.hpp"
#include "tracer/op/prod.hpp"
#include "tracer/op/product_of_others.hpp"
#include "tracer/op/ratio.hpp"
#include "tracer/op/relu.hpp"
#include "tracer/op/reshape.hpp"
#include "tracer/op/running_mean.hpp"
#include "tracer/op/running_variance.hpp"
#include "tracer/op/share_of_first.hpp"
#include "tracer/op/share_of_largest.hpp"
#include "tracer/op/sigmoid.hpp"
#include "tracer/op/sign.hpp"
#include "tracer/op/silu.hpp"
#include "tracer/op/sin.hpp"
#include "tracer/op/slice.hpp"
#include "tracer/op/softmax.hpp"
#include "tracer/op/softmax_cross_entropy.hpp"
#include "tracer/op/softplus.hpp"
#include "tracer/op/sqrt.hpp"
#include "tracer/op/square.hpp"
#include "tracer/op/squared_norm.hpp"
#include "tracer/op/standard_deviation.hpp"
#include "tracer/op/step.hpp"
#include "tracer/op/subtract.hpp"
#include "tracer/op/sum.hpp"
#include "tracer/op/tanh.hpp"
#include "tracer/op/times_constant.hpp"
#include "tracer/op/trace.hpp"
#include "tracer/op/transpose.hpp"
#include "tracer/op/variance.hpp"
#include "tracer/op/where.hpp"
#include "tracer/op/xlogy.hpp"

namespace tracer::op {

template <class... Ops>
struct List {};

using All = List<
    // arithmetic
    Add, Subtract, Multiply, Divide, Negate, Power, Matmul,
    // functions of one value
    Identity, Exp, Log, Sqrt, Abs, Square, Sin, Cos, Erf, Sign, Step,  //
    Clip<Bounds::both>, Clip<Bounds::low>, Clip<Bounds::high>,
    // activations
    Relu, LeakyRelu, Elu, Sigmoid, Tanh, Softplus, Gelu, Silu, Softmax, LogSoftmax,
    // of two values
    Maximum, Minimum,
    // comparisons, and what they choose
    Compare<Relation::less>, Compare<Relation::at_most>, Compare<Relation::greater>,
    Compare<Relation::at_least>, Compare<Relation::equal>, Compare<Relation::not_equal>, Where,
    // numbers
    TimesConstant<Constant::pi>, TimesConstant<Constant::e>,
    // reductions
    Sum<Over::all>, Sum<Over::each_column>, Sum<Over::each_row>,     //
    Mean<Over::all>, Mean<Over::each_column>, Mean<Over::each_row>,  //
    Max<Over::all>, Max<Over::each_column>, Max<Over::each_row>,     //
    Norm<Over::all>, Norm<Over::each_column>, Norm<Over::each_row>,  //
    SquaredNorm<Over::all>, SquaredNorm<Over::each_column>,
    SquaredNorm<Over::each_row>,                                                    //
    LogSumExp<Over::all>, LogSumExp<Over::each_column>, LogSumExp<Over::each_row>,  //
    Variance<Over::all>, Variance<Over::each_column>, Variance<Over::each_row>,     //
    StandardDeviation<Over::all>, StandardDeviation<Over::each_column>,
    StandardDeviation<Over::each_row>,  //
    Prod<Over::all>, Prod<Over::each_column>, Prod<Over::each_row>,
    // running sums
    Cumsum<0, Running::up_to>, Cumsum<1, Running::up_to>,
    // matrices
    Outer, Transpose, Reshape, Concat<0>, Concat<1>, Slice,  //
    Trace, DiagonalMatrix, Diagonal, Determinant, Inverse,
    // losses
    Mse, HalfMse, Bce, BceWithLogits, CrossEntropy, SoftmaxCrossEntropy, Hinge, Perceptron, Huber,
    Nll, KullbackLeibler, Focal, L1, L2,
    // layers
    BatchNorm, Dropout,
    // the engine's own, met in rules
    Broadcast<Over::all>, Broadcast<Over::each_column>, Broadcast<Over::each_row>,  //
    Slope<Relu>, Slope<LeakyRelu>, Slope<Elu>, Slope<Abs>, ShareOfFirst,            //
    ShareOfLargest<Over::all>, ShareOfLargest<Over::each_column>, ShareOfLargest<Over::each_row>,
    Opposite, Cumsum<0, Running::from>, Cumsum<1, Running::from>, ProductOfOthers<Over::all>,
    ProductOfOthers<Over::each_column>, ProductOfOthers<Over::each_row>, OthersAlong<Over::all>,
    OthersAlong<Over::each_column>, OthersAlong<Over::each_row>, IdentityMatrix, Cofactors,
    CofactorsAlong, Within<Bounds::both>, Within<Bounds::low>, Within<Bounds::high>, HuberOfOne,  //
    NormalCdf, NormalPdf, XLogY, Ratio, Place, BatchNormEval, BatchNormal, BatchVariance,
    RunningMean, RunningVariance,
    // what a training run is made of: graph/fuse.hpp
    Affine>;

template <class... Ops>
void for_each(List<Ops...> /*list*/, auto&& f) {
  (f.template operator()<Ops>(), ...);
}

/// Calls f.operator()<Op>() for every operation.
void for_each_op(auto&& f) { for_each(All{}, f); }

}  // namespace tracer::op
