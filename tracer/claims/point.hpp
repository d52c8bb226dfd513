// A point: a value for every leaf of a lesson's batch. Gradients are compared at several, so that a
// lucky zero passes nothing. Next: program.hpp, which hands points to somebody's program.
#pragma once

#include <cstdint>
#include <map>
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

}  // namespace tracer
