// What stands in a file's label column, made into targets: classes or numbers. Shared by the
// readers of CSV and NumPy files. Next: csv.hpp.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "datasets/dataset.hpp"

namespace tracer {

/// What is known of the classes before the labels are read.
struct KnownClasses {
  std::optional<int> count;        ///< 0: there are none, labels are numbers to be predicted
  std::vector<std::string> names;  ///< of the training data, for test data: any other is a mistake
};

/// Where a sample (from 0) stands, for messages: "file.csv:3: column 1".
using Where = std::function<std::string(std::size_t)>;

/// Fills targets and classes from one label a sample: of two classes 1 × m of 0 and 1, of more
/// one-hot; numbers 1 × m. N classes are 0 ... N − 1, or 1 ... N if there is an N and no 0.
/// Where nothing is known: classes if the labels are all of 0 ... k − 1 or all of 1 ... k with
/// 2 <= k <= 100 and at least two samples a class on average (of pictures: of 0 ... 9 or more, not
/// all need be there), else numbers.
/// Throws Error beginning with where(sample): a label is no class.
void set_targets(Dataset&, const std::vector<double>& labels, const KnownClasses&, const Where&);

/// Each different text is a class; they are sorted, unless their names are known.
/// Throws Error: a label is none of the names; there are more of them than classes.
void set_targets(Dataset&, const std::vector<std::string>& labels, const KnownClasses&,
                 const Where&);

}  // namespace tracer
