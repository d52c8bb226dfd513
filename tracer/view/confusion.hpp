// The confusion matrix as a heat map: rows are true classes, columns predicted ones, a cell's shade
// is its share of the row; right ones blue, wrong ones red. Next: report.hpp.
#pragma once

#include <string>

#include "tracer/text/style.hpp"
#include "tracer/train/metrics.hpp"

namespace tracer {

/// Counts where they fit in style.width, else shares of the row in %, else shades alone, else a
/// sentence and the most frequent confusions. Columns bear numbers where the names are too long for
/// them. "" where there are no classes.
std::string confusion_matrix(const Metrics& metrics, const Style& style);

/// A table of the pairs of classes that are mistaken for one another most often, largest first;
/// "no sample was mistaken" where there are none.
std::string confusion_list(const Metrics& metrics, std::size_t most, const Style& style);

}  // namespace tracer
