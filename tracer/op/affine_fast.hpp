// A product, and its bias added to it in place.
#pragma once

#include "tracer/op/affine.hpp"
#include "tracer/op/fast.hpp"
#include "tracer/op/matmul_fast.hpp"
#include "tracer/op/matrix_loops.hpp"

namespace tracer::op {

template <std::floating_point S>
struct Fast<Affine, S> {
  static void forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x) {
    multiply<S>(y.data(), factor_of<S>(x[0]), factor_of<S>(x[1]), false);
    const Eigen::Index m = y.rows();
    in_parts(y.cols(), detail::part / m + 1, [&](std::ptrdiff_t begin, std::ptrdiff_t end) {
      if (with.attributes.axis == 0) {
        on_this_processor<loops::add_column<S>>(m, end - begin, x[2].data(), y.data() + begin * m);
      } else {
        on_this_processor<loops::add_row<S>>(m, end - begin, x[2].data() + begin,
                                             y.data() + begin * m);
      }
    });
  }
  static void pullback(const With<S>& with, int operand, bool first, View<S> x_bar,
                       ConstView<S> y_bar, ConstView<S> /*y*/, std::span<const ConstView<S>> x) {
    if (operand == 0) {
      multiply<S>(x_bar.data(), factor_of<S>(y_bar), turned(factor_of<S>(x[1])), !first);
    } else if (operand == 1) {
      multiply<S>(x_bar.data(), turned(factor_of<S>(x[0])), factor_of<S>(y_bar), !first);
    } else {
      sum_to_bias(with, first, x_bar, y_bar);
    }
  }

  static constexpr int sparse_operand = Fast<Matmul, S>::sparse_operand;
  static void sparse_forward(const With<S>& with, View<S> y, std::span<const ConstView<S>> x,
                             const SparseMatrix<S>& data) {
    if (with.attributes.axis == 0)
      return multiply<S>(y.data(), x[0].data(), y.rows(), data, x[2].data());
    multiply<S>(y.data(), x[0].data(), y.rows(), data, nullptr);
    on_this_processor<loops::add_row<S>>(y.rows(), y.cols(), x[2].data(), y.data());
  }
  static void sparse_pullback(const With<S>& with, int operand, bool first, View<S> x_bar,
                              ConstView<S> y_bar, std::span<const ConstView<S>> x,
                              const SparseMatrix<S>& data) {
    if (operand == 0)
      return Fast<Matmul, S>::sparse_pullback(with, operand, first, x_bar, y_bar, x, data);
    sum_to_bias(with, first, x_bar, y_bar);
  }

 private:
  static void sum_to_bias(const With<S>& with, bool first, View<S> bias_bar, ConstView<S> y_bar) {
    if (with.attributes.axis == 0) {
      on_this_processor<loops::sum_rows<S>>(y_bar.rows(), y_bar.cols(), y_bar.data(),
                                            bias_bar.data(), !first);
    } else {
      on_this_processor<loops::sum_columns<S>>(y_bar.rows(), y_bar.cols(), y_bar.data(),
                                               bias_bar.data(), !first);
    }
  }
};

}  // namespace tracer::op
