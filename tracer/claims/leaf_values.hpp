// Numbers of somebody's file as the value of a leaf. Next: replace_leaves.hpp.
#pragma once

#include "tracer/claims/fit_shape.hpp"
#include "tracer/language/program.hpp"

namespace tracer {

/// float32 numbers as they are; others exactly, what was written in few digits as that decimal (so
/// that "0.1" is a tenth, as it is in a lesson). Throws Error naming `source` where more than
/// 4 million numbers would have to be kept exactly.
LeafValue leaf_value(const Reals& values, const NamedArray& of, const std::string& source);
/// The same for float64 numbers.
LeafValue leaf_value(const Array<double>& values);

/// The nearest float64 numbers.
Array<double> doubles(const Array<Exact>&);

/// What is handed over is trained on whole, in its order: nothing is held out or shuffled.
void take_all_in_order(Training&);

/// What the entries of a value are, which a random point must leave so. Samples are the columns
/// (the rows).
enum class Entries {
  numbers,       ///< anything
  one_hot,       ///< a single 1 in each sample of several entries, else 0
  zeros_ones,    ///< 0 and 1
  signs,         ///< −1 and 1, at least one −1
  shares,        ///< from 0 to 1, each sample of several entries adding up to 1
  probabilities  ///< from 0 to 1
};
Entries entries_of(const Array<double>& value, bool samples_are_rows);
/// Of a name of the data, by its first samples, `most` of them.
Entries entries_of(const Samples&, std::size_t name, int most);

}  // namespace tracer
