// A point: a value for every leaf of a lesson's batch. Gradients are compared at several, so that a
// lucky zero passes nothing. Next: program.hpp, which hands points to somebody's program.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tracer/language/program.hpp"

namespace tracer {

/// By name: params, inputs, data, masks, running statistics; each as the batch's graph has it.
using Point = std::map<std::string, Array<double>>;

/// The lesson's own values, for these samples (from 0): parameters as they are at the start, masks
/// as they are given, or drawn in that step. Throws Error where a leaf has no number.
Point point_of(const Program&, const BatchGraph&, const std::vector<int>& samples,
               long long step = 1);

/// Which point a step is at, for claims that were computed there.
struct StepPoint {
  std::shared_ptr<const BatchGraph> batch;
  Point point;
  std::vector<int> samples;  ///< from 1; empty: a lesson without data
  /// The gradients of the steps before it, added up, by parameter; empty at the first.
  std::map<std::string, Array<double>> earlier;
};

/// The lesson before its step `step` (from 1) is run: the steps before it are, exactly. Throws
/// Error: there is no such step, a leaf without a number; what Run::next throws.
StepPoint point_of_step(const Program&, long long step);

enum class Draw {
  freely,
  keeping_signs  ///< what is above (below) 0 stays so: for a lesson that takes logarithms or roots
};

/// Another point of the same kind, the same for the same seed: numbers about as large as 1 (a
/// matrix in a product: 1/√fan-in, so that the sums are), all of them float32 numbers. Of data and
/// inputs, what looks like one-hot classes, 0 and 1, −1 and 1, or probabilities stays so (the last
/// name of the data; of the others only what is one-hot); masks stay masks; running statistics stay
/// what they are.
Point random_point(const Program&, const BatchGraph&, const Point& like, std::uint64_t seed,
                   Draw = Draw::freely);

/// The lesson at that point: its params and inputs, its data (those of one batch, in order, nothing
/// held out), its masks.
Program at_point(Program, const BatchGraph&, const Point&);

/// The point as a program reads it on its standard input:
///
///   {"schema": 1, "loss": "L", "batch_size": 2, "samples": "columns",
///    "wanted": ["L", "dL/dW1", "dL/db1"],
///    "params": {"W1": [[0.5, -1.0]], "b1": 0.25}, "data": {"X": [[1.0, 2.0], [0.0, 1.0]]},
///    "inputs": {}, "masks": {}, "states": {}}
///
/// A matrix is a list of rows, a column [[1.0], [2.0]], a 1×1 value a number. Numbers are the
/// shortest that read back as the same float64, and have a point or an exponent, so that NumPy
/// makes no integers of them.
std::string problem_json(const Program&, const BatchGraph&, const Point&);

/// [[1, 0.5], [0, 2]]; a 1×1 value is a number.
std::string matrix_text(const Array<double>&, std::string (*number_text)(double));

}  // namespace tracer
