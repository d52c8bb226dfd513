// A dense network with its backward pass as people write one by hand, and the mistakes that they
// make in it: what the diagnosis is measured with. It shares nothing with tracer but the numbers of
// the lesson: plain matrices (plain_matrix.hpp), one column a sample, no graph.
//
//   Plan plan{.sizes = {5, 4, 3}, .units = {Unit::tanh}};         a network
//   lesson_of(plan, 1)                                            as a lesson, for the diagnosis
//   gradients<double>(plan, leaves, {{"transpose_missing", 2}})   by hand, a mistake in layer 2
//
// planted_net.cpp is that backward pass, with the place of each fault beside the line that it
// changes; planted_faults.cpp lists the faults, where each can be made, and what a diagnosis may
// call it. diagnosis_measure.hpp plants all of them and counts.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tests/diagnosis/plain_matrix.hpp"

namespace tracer::planted {

enum class Unit { sigmoid, tanh, relu, leaky };
enum class Output {
  softmax_cross_entropy,  ///< P = softmax(Z), L = cross_entropy(P, Y)
  softmax_logits,         ///< L = softmax_cross_entropy(Z, Y)
  sigmoid_bce,            ///< P = sigmoid(Z), L = bce(P, Y)
  sigmoid_mse,            ///< P = sigmoid(Z), L = mse(P, Y)
  linear_half_mse         ///< L = half_mse(Z, Y)
};

struct Plan {
  std::vector<int> sizes;   ///< inputs, units of each layer
  std::vector<Unit> units;  ///< of each hidden layer
  Output output = Output::softmax_cross_entropy;
  int batch = 7;
  double l2 = 0;            ///< λ: L has λ·Σ Wₗ² added, over all layers; 0: none
  bool dropout = false;     ///< behind the first hidden layer, p = 0.4
  bool batch_norm = false;  ///< before the first hidden activation
  bool skip = false;        ///< the last hidden layer's input is added to its output; same sizes
  int layers() const { return static_cast<int>(sizes.size()) - 1; }
  std::string text() const;  ///< "5-4-3 tanh, softmax + cross-entropy, m = 7"
};

/// A mistake to be made in the backward pass (or the forward pass) below.
struct Fault {
  std::string name;  ///< see planted_faults.cpp; empty: none
  int layer = 0;     ///< 0: in every layer where it can be made
  bool at(const std::string& fault, int here) const {
    return name == fault && (layer == 0 || layer == here);
  }
};

/// The lesson of that network, with initialisers and X, Y as data.
std::string lesson_of(const Plan&, unsigned seed);

template <class S>
using Numbers = std::map<std::string, Plain<S>>;

/// dL/dW1, dL/db1 ... by hand, under the faults. `leaves`: W1, b1, ..., X, Y, gamma1, beta1, mask1.
/// Where a bias was not summed, D1 is what was claimed for b1. (That gradients were not set to zero
/// is no matter of one call: the caller adds those of another batch.)
template <class S>
Numbers<S> gradients(const Plan&, const Numbers<S>& leaves, const std::vector<Fault>& faults);
extern template Numbers<float> gradients(const Plan&, const Numbers<float>&,
                                         const std::vector<Fault>&);
extern template Numbers<double> gradients(const Plan&, const Numbers<double>&,
                                          const std::vector<Fault>&);

/// A kind of mistake: how it is planted, and what a diagnosis may call it.
struct FaultKind {
  std::string name;
  std::vector<std::string> called;  ///< classes that name it: several where they are one formula
};
const std::vector<FaultKind>& fault_kinds();
/// Whether it changes anything in such a network that claims can show; 0: no layer. Else how many
/// hidden or other layers it can be made in.
std::vector<int> layers_for(const std::string& fault, const Plan&);

}  // namespace tracer::planted
