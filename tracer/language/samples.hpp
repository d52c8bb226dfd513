// data and test statements: for each name one matrix that holds all samples. Next: lines.hpp.
#pragma once

#include <cstdint>

#include "tracer/language/names.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

/// Reads the samples of one statement. `training`: for test data, the samples of the data
/// statement, whose normalisation they share; else null. Throws BadStatement (or Broken).
///   data x, y in (1, 3), (2, 4)    a tuple for each sample, as Python's for takes them apart
///   data x = [1, 2]                a list for each name: of numbers (one a sample), or of rows,
///                                  with one sample per column (per row where samples are rows)
///   data X, Y = circles(1000)      a data set (data_sets.hpp); data X = ... leaves the targets out
Samples read_samples(const Names&, const ast::Data&, std::uint64_t seed,
                     const Samples* training = nullptr);

}  // namespace tracer
