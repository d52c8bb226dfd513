// softmax and cross-entropy as one, without the softmax's Jacobian and without storing it.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>

#include "tracer/op/fast.hpp"
#include "tracer/op/softmax_cross_entropy.hpp"

namespace tracer::op {

namespace loops {

/// The exponentials of as many columns as fit are computed at once: ten classes alone would not
/// fill a vector.
constexpr Index room = 2048;

template <class S>
S largest(Index m, const S* column) {
  S top = column[0];
  for (Index i = 1; i < m; ++i) top = column[i] > top || column[i] != column[i] ? column[i] : top;
  return top;
}

/// Σ over the columns of −Σ y·log_softmax(z).
template <class S>
double cross_entropy(Index m, Index n, const S* z, const S* y) {
  S shifted[room];
  S powers[room];
  double total = 0;
  const Index most = std::max<Index>(1, room / m);
  for (Index j = 0; j < n; j += most) {
    const Index columns = std::min(most, n - j);
    if (m <= room) {
      for (Index c = 0; c < columns; ++c) {
        const S top = largest(m, z + (j + c) * m);
        for (Index i = 0; i < m; ++i) shifted[c * m + i] = z[(j + c) * m + i] - top;
      }
      for (Index i = 0; i < columns * m; ++i) powers[i] = exp(shifted[i]);
    }
    for (Index c = 0; c < columns; ++c) {
      const S* const logits = z + (j + c) * m;
      const S* const targets = y + (j + c) * m;
      S sum = 0;
      S picked = 0;  // Σ y·(z − top)
      S mass = 0;    // Σ y
      if (m <= room) {
        for (Index i = 0; i < m; ++i) {
          sum += powers[c * m + i];
          picked += targets[i] * shifted[c * m + i];
          mass += targets[i];
        }
      } else {  // more classes than there is room for
        const S top = largest(m, logits);
        for (Index i = 0; i < m; ++i) {
          sum += exp(logits[i] - top);
          picked += targets[i] * (logits[i] - top);
          mass += targets[i];
        }
      }
      total += static_cast<double>(mass * std::log(sum) - picked);
    }
  }
  return total;
}

/// z̄ = factor·(softmax(z)·Σy − y), column by column.
template <class S>
void cross_entropy_back(Index m, Index n, S factor, const S* z, const S* y, S* __restrict z_bar,
                        bool add) {
  S powers[room];
  const Index most = std::max<Index>(1, room / m);
  for (Index j = 0; j < n; j += most) {
    const Index columns = std::min(most, n - j);
    if (m <= room) {
      for (Index c = 0; c < columns; ++c) {
        const S top = largest(m, z + (j + c) * m);
        for (Index i = 0; i < m; ++i) powers[c * m + i] = z[(j + c) * m + i] - top;
      }
      for (Index i = 0; i < columns * m; ++i) powers[i] = exp(powers[i]);
    }
    for (Index c = 0; c < columns; ++c) {
      const S* const logits = z + (j + c) * m;
      const S* const targets = y + (j + c) * m;
      S* const bar = z_bar + (j + c) * m;
      S sum = 0;
      S mass = 0;
      const S top = m <= room ? S(0) : largest(m, logits);
      for (Index i = 0; i < m; ++i) {
        sum += m <= room ? powers[c * m + i] : exp(logits[i] - top);
        mass += targets[i];
      }
      const S share = mass / sum;
      for (Index i = 0; i < m; ++i) {
        const S power = m <= room ? powers[c * m + i] : exp(logits[i] - top);
        put(bar[i], factor * (power * share - targets[i]), add);
      }
    }
  }
}

}  // namespace loops

/// −(1/m) Σ y·log_softmax(z), and its gradient without softmax's Jacobian.
template <std::floating_point S>
struct Fast<SoftmaxCrossEntropy, S> {
  static void forward(const With<S>& with, View<S> loss, std::span<const ConstView<S>> x) {
    const ConstView<S>& z = x[0];
    const ConstView<S>& y = x[1];
    double total = 0;
    if (with.attributes.axis == 0) {
      // parts of equal size whatever the number of threads, so that the sum is always the same
      constexpr std::size_t parts = 8;
      std::array<double, parts> sums{};
      const Eigen::Index n = z.cols();
      const auto sum_part = [&](std::size_t i) {
        const Eigen::Index begin = n * static_cast<Eigen::Index>(i) / parts;
        const Eigen::Index end = n * static_cast<Eigen::Index>(i + 1) / parts;
        sums[i] = on_this_processor<loops::cross_entropy<S>>(
            z.rows(), end - begin, z.data() + begin * z.rows(), y.data() + begin * z.rows());
      };
      in_parts(parts, z.size() > detail::part ? 1 : parts, [&](auto begin, auto end) {
        for (auto i = begin; i < end; ++i) sum_part(static_cast<std::size_t>(i));
      });
      for (const double sum : sums) total += sum;
    } else {
      for (Eigen::Index i = 0; i < z.rows(); ++i) {
        const S top = z.row(i).template maxCoeff<Eigen::PropagateNaN>();
        const S log_sum = std::log((z.row(i) - top).exp().sum());
        total -= static_cast<double>((y.row(i) * (z.row(i) - top - log_sum)).sum());
      }
    }
    loss(0, 0) =
        static_cast<S>(total / static_cast<double>(detail::samples(z, with.attributes.axis)));
  }
  static void pullback(const With<S>& with, int operand, bool first, View<S> x_bar,
                       ConstView<S> l_bar, ConstView<S> /*loss*/, std::span<const ConstView<S>> x) {
    const ConstView<S>& z = x[0];
    const ConstView<S>& y = x[1];
    const int axis = with.attributes.axis;
    const S share = l_bar(0, 0) / static_cast<S>(detail::samples(z, axis));
    if (operand == 0 && axis == 0) {
      in_parts(z.cols(), detail::part / (4 * z.rows()) + 1, [&](auto begin, auto end) {
        const Eigen::Index from = begin * z.rows();
        on_this_processor<loops::cross_entropy_back<S>>(z.rows(), end - begin, share,
                                                        z.data() + from, y.data() + from,
                                                        x_bar.data() + from, !first);
      });
      return;
    }
    for (Eigen::Index i = 0; i < detail::samples(z, axis); ++i) {
      const auto logits = detail::sample(z, i, axis);
      const auto targets = detail::sample(y, i, axis);
      auto to = detail::sample(x_bar, i, axis);
      const S top = logits.template maxCoeff<Eigen::PropagateNaN>();
      const S sum = (logits - top).exp().sum();
      if (first) to.setZero();
      if (operand == 0) {
        to += share * ((logits - top).exp() * (targets.sum() / sum) - targets);
      } else {
        to -= share * (logits - top - std::log(sum));
      }
    }
  }
};

}  // namespace tracer::op
