// Two derivations, written out by hand as derive/ would write them: sample 2 of the network 1-1-1
// with a ReLU, and a batch through one softmax layer. Every format is tested on them.
#pragma once

#include "tracer/derive/document.hpp"

namespace tracer::examples {

/// Sample 2 of 3, scalars only, with a training step.
Derivation relu_sample_2();

/// A batch of two samples through a softmax, matrices only, without a training step.
Derivation softmax_batch();

/// One line with nothing but a rule, as lessons without numbers have it.
Derivation symbolic();

/// left = rule = numbers = value, with remarks.
Equation equation(Notation left, std::vector<Notation> rule, std::vector<Notation> numbers,
                  std::vector<Notation> value, std::vector<std::string> remarks = {});

/// An exact 1×1 value from a decimal.
Value scalar(const std::string& decimal);

}  // namespace tracer::examples
