// Batch normalisation without its intermediate matrices, and the statistics that it keeps.
#pragma once

#include <cmath>
#include <vector>

#include "tracer/number/joint.hpp"
#include "tracer/op/batch_norm.hpp"
#include "tracer/op/fast.hpp"
#include "tracer/op/matrix_loops.hpp"
#include "tracer/op/running_mean.hpp"
#include "tracer/op/running_variance.hpp"

namespace tracer::op {

namespace loops {

// Each row is one feature over n samples.

/// Mean and (biased) variance of each row: both m × 1.
template <class S>
void moments(Index m, Index n, const S* z, S* __restrict mean, S* __restrict variance) {
  std::fill_n(mean, m, S(0));
  std::fill_n(variance, m, S(0));
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) mean[i] += z[j * m + i];
  }
  for (Index i = 0; i < m; ++i) mean[i] /= static_cast<S>(n);
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) {
      const S centred = z[j * m + i] - mean[i];
      variance[i] += centred * centred;
    }
  }
  for (Index i = 0; i < m; ++i) variance[i] /= static_cast<S>(n);
}
/// y = scale·z + shift, both m × 1
template <class S>
void scale_and_shift(Index m, Index n, const S* scale, const S* shift, const S* z,
                     S* __restrict y) {
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) y[j * m + i] = scale[i] * z[j * m + i] + shift[i];
  }
}
/// What the adjoints of batch_norm need of each row: Σ ȳ and Σ ȳ ⊙ (z − mean), both m × 1.
template <class S>
void back_sums(Index m, Index n, const S* y_bar, const S* z, const S* mean, S* __restrict sum,
               S* __restrict sum_centred) {
  std::fill_n(sum, m, S(0));
  std::fill_n(sum_centred, m, S(0));
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) {
      sum[i] += y_bar[j * m + i];
      sum_centred[i] += y_bar[j * m + i] * (z[j * m + i] - mean[i]);
    }
  }
}
/// z̄ = a·ȳ + b·(z − mean) + c, where a, b, c, mean are m × 1
template <class S>
void batch_norm_back(Index m, Index n, const S* a, const S* b, const S* c, const S* mean,
                     const S* y_bar, const S* z, S* __restrict z_bar, bool add) {
  for (Index j = 0; j < n; ++j) {
    for (Index i = 0; i < m; ++i) {
      const Index k = j * m + i;
      put(z_bar[k], a[i] * y_bar[k] + b[i] * (z[k] - mean[i]) + c[i], add);
    }
  }
}

}  // namespace loops

namespace detail {

/// Room for a few vectors of features: grows once on each thread, and is then there.
template <std::floating_point S>
S* scratch(Eigen::Index entries) {
  thread_local std::vector<S> room;
  if (room.size() < static_cast<std::size_t>(entries))
    room.resize(static_cast<std::size_t>(entries));
  return room.data();
}

/// Mean and (biased) variance of each feature of z over the batch, which other processes may have parts
/// of (number/joint.hpp); returns how many samples that is.
template <std::floating_point S>
Eigen::Index batch_moments(ConstView<S> z, int axis, S* mean, S* variance) {
  const Eigen::Index own = axis == 1 ? z.rows() : z.cols();
  const Eigen::Index features = axis == 1 ? z.cols() : z.rows();
  if (axis == 1) {
    for (Eigen::Index j = 0; j < features; ++j) {
      mean[j] = z.col(j).mean();
      variance[j] = (z.col(j) - mean[j]).square().mean();
    }
  } else {
    on_this_processor<loops::moments<S>>(features, own, z.data(), mean, variance);
  }
  JointBatch* const joint = joint_batch();
  if (joint == nullptr) return own;
  const auto m = static_cast<std::size_t>(features);
  joint->join_moments(z.data(), own, std::span<S>(mean, m), std::span<S>(variance, m));
  return joint->samples();
}

/// The sums of its pullback over the batch, of which `own` samples are here.
template <std::floating_point S>
void join_back_sums(Eigen::Index own, S* sums, Eigen::Index count) {
  if (JointBatch* const joint = joint_batch())
    joint->join_gradients(own, std::span<S>(sums, static_cast<std::size_t>(count)));
}

}  // namespace detail

// Where samples are rows (axis 1) the features are columns, and Eigen's sums of columns are as
// good.
template <std::floating_point S>
struct Fast<BatchNorm, S> {
  static void forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x) {
    const ConstView<S>& z = x[0];
    if (with.attributes.axis == 1) {
      S* const mean = detail::scratch<S>(2 * z.cols());
      S* const variance = mean + z.cols();
      detail::batch_moments<S>(z, 1, mean, variance);
      for (Eigen::Index j = 0; j < z.cols(); ++j)
        y.col(j) = (z.col(j) - mean[j]) * (x[1](j) / std::sqrt(variance[j] + with[0])) + x[2](j);
      return;
    }
    const Eigen::Index m = z.rows();
    S* const mean = detail::scratch<S>(4 * m);
    S* const variance = mean + m;
    S* const scale = variance + m;
    S* const shift = scale + m;
    detail::batch_moments<S>(z, 0, mean, variance);
    for (Eigen::Index i = 0; i < m; ++i) {
      scale[i] = x[1](i) / std::sqrt(variance[i] + with[0]);
      shift[i] = x[2](i) - mean[i] * scale[i];
    }
    on_this_processor<loops::scale_and_shift<S>>(m, z.cols(), scale, shift, z.data(), y.data());
  }

  // With x̂ = (z − μ)/√(σ² + ε):  β̄ = Σ ȳ,  γ̄ = Σ ȳ x̂,  z̄ = γ/√(σ² + ε)·(ȳ − β̄/m − x̂ γ̄/m)
  // (Ioffe & Szegedy 2015, §3).
  static void pullback(const With<S>& with, int operand, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> /*y*/, std::span<const ConstView<S>> x) {
    const ConstView<S>& z = x[0];
    const auto add = [&](S& place, S value) { place = first ? value : place + value; };
    if (with.attributes.axis == 1) {
      const Eigen::Index features = z.cols();
      S* const mean = detail::scratch<S>(4 * features);
      S* const variance = mean + features;
      S* const sum = variance + features;
      S* const sum_scaled = sum + features;
      const auto n = static_cast<S>(detail::batch_moments<S>(z, 1, mean, variance));
      const auto inverse_of = [&](Eigen::Index j) { return 1 / std::sqrt(variance[j] + with[0]); };
      for (Eigen::Index j = 0; j < features; ++j) {
        sum[j] = y_bar.col(j).sum();
        sum_scaled[j] = (y_bar.col(j) * (z.col(j) - mean[j])).sum() * inverse_of(j);
        if (operand == 1) add(x_bar(j), sum_scaled[j]);
        if (operand == 2) add(x_bar(j), sum[j]);
      }
      if (operand != 0) return;
      detail::join_back_sums<S>(z.rows(), sum, 2 * features);
      for (Eigen::Index j = 0; j < features; ++j) {
        const S inverse = inverse_of(j);
        if (first) x_bar.col(j).setZero();
        x_bar.col(j) +=
            x[1](j) * inverse *
            (y_bar.col(j) - sum[j] / n - (z.col(j) - mean[j]) * (inverse * sum_scaled[j] / n));
      }
      return;
    }
    const Eigen::Index m = z.rows();
    S* const mean = detail::scratch<S>(7 * m);
    S* const variance = mean + m;
    S* const sum = variance + m;
    S* const sum_centred = sum + m;
    S* const a = sum_centred + m;
    S* const b = a + m;
    S* const c = b + m;
    if (operand == 2) {
      on_this_processor<loops::sum_rows<S>>(m, z.cols(), y_bar.data(), x_bar.data(), !first);
      return;
    }
    const auto n = static_cast<S>(detail::batch_moments<S>(z, 0, mean, variance));
    on_this_processor<loops::back_sums<S>>(m, z.cols(), y_bar.data(), z.data(), mean, sum,
                                           sum_centred);
    if (operand == 0) detail::join_back_sums<S>(z.cols(), sum, 2 * m);
    for (Eigen::Index i = 0; i < m; ++i) {
      const S inverse = 1 / std::sqrt(variance[i] + with[0]);
      if (operand == 1) {
        add(x_bar(i), sum_centred[i] * inverse);
        continue;
      }
      a[i] = x[1](i) * inverse;
      b[i] = -a[i] * inverse * inverse * sum_centred[i] / n;
      c[i] = -a[i] * sum[i] / n;
    }
    if (operand == 0) {
      on_this_processor<loops::batch_norm_back<S>>(m, z.cols(), a, b, c, mean, y_bar.data(),
                                                   z.data(), x_bar.data(), !first);
    }
  }
};

namespace detail {

/// new = (1 − momentum)·old + momentum·statistic, for the mean or the unbiased variance.
template <std::floating_point S>
void move_statistic(const With<S>& with, View<S> y, std::span<const ConstView<S>> x,
                    bool of_variance) {
  const ConstView<S>& z = x[1];
  const S momentum = with[0];
  const auto move = [&](Eigen::Index i, S mean, S variance, Eigen::Index n) {
    const S unbiased = variance * (static_cast<S>(n) / static_cast<S>(n - 1));
    y(i) = (1 - momentum) * x[0](i) + momentum * (of_variance ? unbiased : mean);
  };
  const int axis = with.attributes.axis;
  const Eigen::Index features = axis == 1 ? z.cols() : z.rows();
  S* const mean = scratch<S>(2 * features);
  S* const variance = mean + features;
  const Eigen::Index n = batch_moments<S>(z, axis, mean, variance);
  for (Eigen::Index i = 0; i < features; ++i) move(i, mean[i], variance[i], n);
}

}  // namespace detail

template <std::floating_point S>
struct Fast<RunningMean, S> {
  static void forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x) {
    detail::move_statistic<S>(with, y, x, false);
  }
};

template <std::floating_point S>
struct Fast<RunningVariance, S> {
  static void forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x) {
    detail::move_statistic<S>(with, y, x, true);
  }
};

}  // namespace tracer::op
