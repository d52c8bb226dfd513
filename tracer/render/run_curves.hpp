// The curves of several runs in one picture: those of one setting with several seeds as their mean,
// with a band from the lowest to the highest. Next: comparison_page.hpp, sweep_page.hpp.
#pragma once

#include <string>
#include <vector>

#include "tracer/render/blocks.hpp"
#include "tracer/train/history.hpp"

namespace tracer {

/// Runs of one setting. Where an epoch is not in all of them, the curve ends before it.
struct RunGroup {
  std::string name;
  std::vector<const History*> runs;  ///< they must live as long as the page
};

/// Loss and, where there is one, accuracy: of the validation data, where all runs have them, else of
/// the training data. The first eight groups have colours and names, in a browser the others, up to
/// the 200th, are grey.
/// Empty where there are no epochs.
Document run_curves(const std::vector<RunGroup>&);

}  // namespace tracer
