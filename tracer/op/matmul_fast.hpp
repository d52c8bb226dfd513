// A product with data that is mostly 0 at its right: W·X of a first layer.
#pragma once

#include "tracer/op/fast.hpp"
#include "tracer/op/matmul.hpp"

namespace tracer::op {

template <std::floating_point S>
struct Fast<Matmul, S> {
  static constexpr int sparse_operand = 1;
  static void sparse_forward(const With<S>& /*with*/, View<S> y, std::span<const ConstView<S>> x,
                             const SparseMatrix<S>& data) {
    multiply<S>(y.data(), x[0].data(), y.rows(), data, nullptr);
  }
  static void sparse_pullback(const With<S>& /*with*/, int /*operand*/, bool first, View<S> x_bar,
                              ConstView<S> y_bar, std::span<const ConstView<S>> /*x*/,
                              const SparseMatrix<S>& data) {
    multiply_turned<S>(x_bar.data(), y_bar.data(), y_bar.rows(), data, !first);
  }
};

}  // namespace tracer::op
