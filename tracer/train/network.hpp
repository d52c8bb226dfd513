// `tracer train --layers 784,20,10 ...`: the lesson that these flags stand for. There is no other
// way to train: the flags only write its text.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tracer {

/// Names and defaults are PyTorch's and scikit-learn's.
struct NetworkOptions {
  std::vector<int> layers;          ///< units of every layer, inputs first: 784, 128, 64, 10
  std::string activation = "relu";  ///< that has HiddenUnits
  std::string init;  ///< kaiming, xavier_normal, normal(std=0.01), zeros ...; empty: the
                     ///< activation's
  std::string loss;  ///< cross_entropy, bce, mse ...; empty: by the data's targets
  std::string optimizer = "adam";
  std::optional<std::string> lr;  ///< as written, so that 0.1 stays a tenth
  std::optional<std::string> momentum;
  std::optional<std::string> weight_decay;
  bool nesterov = false;
  std::string batch_size = "128";  ///< or "all"
  int epochs = 10;
  /// Layers beside every hidden activation, by their flag (Layer::flag), with the number that it
  /// gives: {"--dropout", "0.2"}, {"--batch-norm", ""}.
  std::map<std::string, std::string, std::less<>> beside;
  std::optional<std::string> l2;          ///< λ/2 Σ W² added to the loss
  std::optional<std::string> validation;  ///< share
  std::optional<std::string> test;        ///< share, where the data have no test set of their own
  bool stratify = true;
  bool early_stopping = false;
  std::optional<int> patience;
  std::string schedule;  ///< as in a lesson: "cosine", "step(step_size=10, gamma=0.1)"
  std::optional<int> warmup;
  std::optional<std::string> clip_norm, clip_value;
  unsigned seed = 0;
  bool shuffle = true;
  std::string data =
      "mnist";  ///< mnist, fashion_mnist, circles, moons, ...; a call as in a lesson; or a file
  std::optional<int> n;   ///< the first n samples only
  std::string normalise;  ///< standard, minmax; empty: features as they are
  /// Data of their own, as `data` says them; empty: none. These come before an image set's own.
  std::string validation_data, test_data;
  /// "balanced", or a number for each class: how much a sample of it counts in the loss.
  std::string class_weights;
  std::string command;  ///< the command line, for the introduction
};

/// The text of the lesson: it elaborates without remarks, but for what the options ask for against
/// each other (a warm-up longer than the training). Throws Error: fewer than two layers, an unknown
/// word (with the nearest known), sizes or a loss that do not fit the data; and what reading a file
/// throws.
std::string lesson_of(const NetworkOptions&);

}  // namespace tracer
