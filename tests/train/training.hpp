// Lessons trained in tests.
#pragma once

#include <cstring>
#include <map>
#include <string>
#include <variant>

#include "tests/derive/lessons.hpp"
#include "tracer/mistake/planted.hpp"
#include "tracer/train/trainer.hpp"

namespace tracer::test {

/// Small enough to be computed elsewhere: 2-3-2 tanh, written-out numbers. `train`: what stands
/// after "with".
inline Program small_lesson(const std::string& train, const std::string& more = "") {
  return lesson(R"(
param W1 = [[0.5, -0.25], [0.75, 0.125], [-0.5, 1.0]]
param b1 = [[0.1], [0.0], [-0.2]]
param W2 = [[0.3, -0.6, 0.9], [0.2, 0.4, -0.8]]
param b2 = zeros(2, 1)
data X, Y = [[0.5, -1.0, 2.0, 0.25], [1.5, 0.75, -0.5, -2.0]], [[1, 0, 0, 1], [0, 1, 1, 0]]
A1 = tanh(W1 @ X + b1)
Z2 = W2 @ A1 + b2
P = softmax(Z2)
L = cross_entropy(P, Y)
train L with )" +
                train + "\n" + more);
}

/// Everything that a network of today has: shuffling, dropout, batch norm, a remainder of 4.
inline std::string rich_lesson(const std::string& train, int epochs) {
  return R"(
seed 5
param W1 = kaiming(8, 2)
param gamma1 = ones(8, 1)
param beta1 = zeros(8, 1)
param W2 = xavier(1, 8)
param b2 = zeros(1, 1)
data X, Y = circles(52, factor=0.4, noise=0.1)
Z1 = W1 @ X
N1 = batch_norm(Z1, gamma1, beta1)
A1 = relu(N1)
D1 = dropout(A1, 0.25)
Z2 = W2 @ D1 + b2
P = sigmoid(Z2)
L = bce(P, Y)
train L with )" +
         train + ", epochs=" + std::to_string(epochs) + "\n";
}

/// Trains to the end.
inline void run(Trainer& trainer) {
  while (!trainer.done()) trainer.epoch();
  trainer.finish();
}

template <class S>
const Array<S>& parameter(const Model& model, const std::string& name) {
  return std::get<Array<S>>(model.parameters.at(name));
}

/// What an Error says; empty where none is thrown.
template <class F>
std::string error_of(const F& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}
inline bool said(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Bit for bit: a NaN equals itself.
inline bool same_bits(const Tensor& a, const Tensor& b) {
  return std::visit(
      [](const auto& x, const auto& y) {
        if constexpr (std::is_same_v<decltype(x), decltype(y)>) {
          return x.rows() == y.rows() && x.cols() == y.cols() &&
                 std::memcmp(x.data(), y.data(),
                             static_cast<std::size_t>(x.size()) * sizeof(*x.data())) == 0;
        } else {
          return false;
        }
      },
      a, b);
}
inline bool same_bits(const std::map<std::string, Tensor>& a,
                      const std::map<std::string, Tensor>& b) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, tensor] : a) {
    if (!b.contains(name) || !same_bits(tensor, b.at(name))) return false;
  }
  return true;
}

/// The weights W1 after training in float64 with these mistakes; "" plants none, but goes the same way.
inline Array<double> w1_trained_with(const Program& program, const std::string& mistake) {
  TrainerOptions options;
  options.dtype = Dtype::float64;
  options.planted = [&](const BatchGraph& batch, BackwardGraph& back) {
    std::vector<std::shared_ptr<const Edit>> edits;
    if (mistake.empty()) return edits;
    for (const PlantedMistake& one : planted_mistakes(batch, back, mistake))
      edits.push_back(one.mistake.edit);
    return edits;
  };
  Trainer trainer(program, options);
  run(trainer);
  return parameter<double>(trainer.model(), "W1");
}

}  // namespace tracer::test
