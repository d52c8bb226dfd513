// The backward pass of a lesson by hand, in plain matrices, with a place for each mistake: a member
// of Hand is a line of it, and a test puts another line in its place.
//
//   Hand hand;                                                                of deep_lesson()
//   hand.down = [](int, const M& w, const M&, const M& d) -> M { return w * d; };   Wᵀ forgotten
//   told(s, hand(s))                                                          asked.hpp
#pragma once

#include <cmath>
#include <functional>
#include <string>

#include "tests/diagnosis/asked.hpp"

namespace tracer::asked {

/// Two hidden layers of an activation, four samples.
inline std::string deep_lesson(const std::string& f) {
  return "param W1 = [[1.5, -0.5], [-0.75, 1.25], [0.5, 0.25]]\n"
         "param b1 = [0.25, -0.5, 0.75]\n"
         "param W2 = [[0.5, -1, 0.75], [1.25, 0.5, -0.25], [-0.5, 0.75, 1]]\n"
         "param b2 = [-0.25, 0.5, 0.125]\n"
         "param W3 = [[1, -0.5, 0.25], [-0.75, 1.5, 0.5]]\n"
         "param b3 = [0.5, -0.25]\n"
         "data X, Y in ([1, 0.5], [1, 0]), ([-0.5, 1.5], [0, 1]), ([2, -1], [1, 0]), ([0.25, "
         "-0.75], "
         "[0, 1])\n"
         "Z1 = W1 @ X + b1\n"  // line 8
         "A1 = " +
         f +
         "(Z1)\n"               // line 9
         "Z2 = W2 @ A1 + b2\n"  // line 10
         "A2 = " +
         f +
         "(Z2)\n"                     // line 11
         "Z3 = W3 @ A2 + b3\n"        // line 12
         "P = softmax(Z3)\n"          // line 13
         "L = cross_entropy(P, Y)\n"  // line 14
         "train L with sgd(lr=0.1), batch_size=all\n";
}

inline M each(const M& x, double (*f)(double)) { return x.unaryExpr(f); }
inline double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }
inline double tanh_of(double x) { return std::tanh(x); }
inline double relu_of(double x) { return x > 0 ? x : 0; }
inline M times(const M& a, const M& b) { return a.cwiseProduct(b); }
inline M softmax_of(const M& z) {
  M e = z.array().exp();
  for (Eigen::Index j = 0; j < e.cols(); ++j) e.col(j) /= e.col(j).sum();
  return e;
}

/// The backward pass of that lesson. Z, A: before and after the activation of a layer; d: ∂L/∂Z.
struct Hand {
  double (*f)(double) = sigmoid_of;
  double (*slope_of_result)(double) = [](double a) { return a * (1 - a); };

  /// ∂L/∂Z of the last layer.
  std::function<M(const M& p, const M& y)> at_top = [](const M& p, const M& y) -> M {
    return (p - y) / static_cast<double>(y.cols());
  };
  /// e = ∂L/∂A through the activation, to ∂L/∂Z.
  std::function<M(int layer, const M& e, const M& z, const M& a)> through =
      [this](int, const M& e, const M&, const M& a) -> M {
    return times(e, each(a, slope_of_result));
  };
  /// ∂L/∂Z down through the weights, to ∂L/∂A of the layer below; dw: ∂L/∂W, as it is claimed.
  std::function<M(int layer, const M& w, const M& dw, const M& d)> down =
      [](int, const M& w, const M&, const M& d) -> M { return w.transpose() * d; };
  /// ∂L/∂W, x being what W is multiplied with.
  std::function<M(int layer, const M& d, const M& x)> of_weights =
      [](int, const M& d, const M& x) -> M { return d * x.transpose(); };
  std::function<M(int layer, const M& d)> of_bias = [](int, const M& d) -> M {
    return d.rowwise().sum();
  };

  Hand() = default;
  Hand(const Hand&) = delete;
  Hand& operator=(const Hand&) = delete;

  Claimed operator()(const Subject& s) const {
    const M z1 = (s["W1"] * s["X"]).colwise() + s["b1"].col(0);
    const M a1 = each(z1, f);
    const M z2 = (s["W2"] * a1).colwise() + s["b2"].col(0);
    const M a2 = each(z2, f);
    const M z3 = (s["W3"] * a2).colwise() + s["b3"].col(0);
    const M d3 = at_top(softmax_of(z3), s["Y"]);
    const M dw3 = of_weights(3, d3, a2);
    const M d2 = through(2, down(2, s["W3"], dw3, d3), z2, a2);
    const M dw2 = of_weights(2, d2, a1);
    const M d1 = through(1, down(1, s["W2"], dw2, d2), z1, a1);
    return {{"dL/dW3", dw3},
            {"dL/db3", of_bias(3, d3)},
            {"dL/dW2", dw2},
            {"dL/db2", of_bias(2, d2)},
            {"dL/dW1", of_weights(1, d1, s["X"])},
            {"dL/db1", of_bias(1, d1)}};
  }
};

}  // namespace tracer::asked
