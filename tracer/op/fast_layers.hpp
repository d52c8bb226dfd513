// The kernels of layers over float and double: a product with a bias, batch normalisation and its
// running statistics, dropout. See fast.hpp.
#pragma once

#include <cmath>
#include <concepts>
#include <vector>

#include "tracer/op/affine.hpp"
#include "tracer/op/batch_norm.hpp"
#include "tracer/op/dropout.hpp"
#include "tracer/op/fast.hpp"
#include "tracer/op/running_mean.hpp"
#include "tracer/op/running_variance.hpp"

namespace tracer::op {

template <std::floating_point S>
struct Fast<Affine, S> {
  static void forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x) {
    multiply<S>(y.data(), factor_of<S>(x[0]), factor_of<S>(x[1]), false);
    const Eigen::Index m = y.rows();
    in_parts(y.cols(), detail::part / m + 1, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      if (with.attributes.axis == 0) {
        loops::add_column<S>(m, end - begin, x[2].data(), y.data() + begin * m);
      } else {
        loops::add_row<S>(m, end - begin, x[2].data() + begin, y.data() + begin * m);
      }
    });
  }
  static void pullback(const With<S>& with, int operand, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> /*y*/, std::span<const ConstView<S>> x) {
    const auto turned = [](Factor<S> factor) {
      std::swap(factor.rows, factor.columns);
      factor.transposed = !factor.transposed;
      return factor;
    };
    if (operand == 0) {
      multiply<S>(x_bar.data(), factor_of<S>(y_bar), turned(factor_of<S>(x[1])), !first);
    } else if (operand == 1) {
      multiply<S>(x_bar.data(), turned(factor_of<S>(x[0])), factor_of<S>(y_bar), !first);
    } else if (with.attributes.axis == 0) {
      loops::sum_rows<S>(y_bar.rows(), y_bar.cols(), y_bar.data(), x_bar.data(), !first);
    } else {
      loops::sum_columns<S>(y_bar.rows(), y_bar.cols(), y_bar.data(), x_bar.data(), !first);
    }
  }
};

template <std::floating_point S>
struct Fast<Dropout, S> {
  static S kept(const With<S>& with) { return 1 / (1 - with[0]); }
  static void forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x) {
    in_parts(y.size(), detail::part, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      loops::scaled_product<S>(end - begin, kept(with), x[0].data() + begin, x[1].data() + begin,
                               y.data() + begin, false);
    });
  }
  static void pullback(const With<S>& with, int operand, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> /*y*/, std::span<const ConstView<S>> x) {
    const S* const other = x[operand == 0 ? 1 : 0].data();
    in_parts(x_bar.size(), detail::part, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      loops::scaled_product<S>(end - begin, kept(with), y_bar.data() + begin, other + begin,
                               x_bar.data() + begin, !first);
    });
  }
};

namespace detail {

/// Room for a few vectors of features: grows once on each thread, and is then there.
template <std::floating_point S>
S* scratch(Eigen::Index entries) {
  thread_local std::vector<S> room;
  if (room.size() < static_cast<std::size_t>(entries))
    room.resize(static_cast<std::size_t>(entries));
  return room.data();
}

}  // namespace detail

// Where samples are rows (axis 1) the features are columns, and Eigen's sums of columns are as
// good.
template <std::floating_point S>
struct Fast<BatchNorm, S> {
  static void forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x) {
    const ConstView<S>& z = x[0];
    if (with.attributes.axis == 1) {
      for (Eigen::Index j = 0; j < z.cols(); ++j) {
        const S mean = z.col(j).mean();
        const S variance = (z.col(j) - mean).square().mean();
        y.col(j) = (z.col(j) - mean) * (x[1](j) / std::sqrt(variance + with[0])) + x[2](j);
      }
      return;
    }
    const Eigen::Index m = z.rows();
    S* const mean = detail::scratch<S>(4 * m);
    S* const variance = mean + m;
    S* const scale = variance + m;
    S* const shift = scale + m;
    loops::moments<S>(m, z.cols(), z.data(), mean, variance);
    for (Eigen::Index i = 0; i < m; ++i) {
      scale[i] = x[1](i) / std::sqrt(variance[i] + with[0]);
      shift[i] = x[2](i) - mean[i] * scale[i];
    }
    loops::scale_and_shift<S>(m, z.cols(), scale, shift, z.data(), y.data());
  }

  // With x̂ = (z − μ)/√(σ² + ε):  β̄ = Σ ȳ,  γ̄ = Σ ȳ x̂,  z̄ = γ/√(σ² + ε)·(ȳ − β̄/m − x̂ γ̄/m)
  // (Ioffe & Szegedy 2015, §3).
  static void pullback(const With<S>& with, int operand, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> /*y*/, std::span<const ConstView<S>> x) {
    const ConstView<S>& z = x[0];
    const auto add = [&](S& place, S value) { place = first ? value : place + value; };
    if (with.attributes.axis == 1) {
      const auto n = static_cast<S>(z.rows());
      for (Eigen::Index j = 0; j < z.cols(); ++j) {
        const S mean = z.col(j).mean();
        const S inverse = 1 / std::sqrt((z.col(j) - mean).square().mean() + with[0]);
        const S sum = y_bar.col(j).sum();
        const S sum_scaled = (y_bar.col(j) * (z.col(j) - mean)).sum() * inverse;
        if (operand == 1) add(x_bar(j), sum_scaled);
        if (operand == 2) add(x_bar(j), sum);
        if (operand != 0) continue;
        if (first) x_bar.col(j).setZero();
        x_bar.col(j) += x[1](j) * inverse *
                        (y_bar.col(j) - sum / n - (z.col(j) - mean) * (inverse * sum_scaled / n));
      }
      return;
    }
    const Eigen::Index m = z.rows();
    const auto n = static_cast<S>(z.cols());
    S* const mean = detail::scratch<S>(7 * m);
    S* const variance = mean + m;
    S* const sum = variance + m;
    S* const sum_centred = sum + m;
    S* const a = sum_centred + m;
    S* const b = a + m;
    S* const c = b + m;
    if (operand != 2) loops::moments<S>(m, z.cols(), z.data(), mean, variance);
    if (operand == 2) {
      loops::sum_rows<S>(m, z.cols(), y_bar.data(), x_bar.data(), !first);
      return;
    }
    loops::back_sums<S>(m, z.cols(), y_bar.data(), z.data(), mean, sum, sum_centred);
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
      loops::batch_norm_back<S>(m, z.cols(), a, b, c, mean, y_bar.data(), z.data(), x_bar.data(),
                                !first);
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
  if (with.attributes.axis == 1) {
    for (Eigen::Index j = 0; j < z.cols(); ++j) {
      const S mean = z.col(j).mean();
      move(j, mean, (z.col(j) - mean).square().mean(), z.rows());
    }
    return;
  }
  S* const mean = scratch<S>(2 * z.rows());
  S* const variance = mean + z.rows();
  loops::moments<S>(z.rows(), z.cols(), z.data(), mean, variance);
  for (Eigen::Index i = 0; i < z.rows(); ++i) move(i, mean[i], variance[i], z.cols());
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
