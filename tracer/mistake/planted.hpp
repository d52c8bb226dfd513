// A mistake put into a backward pass on purpose: what a training with it comes to, or a page. Next:
// catalogue.hpp, where the mistakes are known.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/language/program.hpp"
#include "tracer/mistake/mistake.hpp"

namespace tracer {

struct PlantedMistake {
  std::string line;  ///< "A1", where it stands
  std::string says;
  std::shared_ptr<const Edit> edit;
};

/// `wanted`: the id of a kind, "activation_for_slope", made at every place where it can be; and
/// after it, where several formulas are of that kind, words that the right one's sentence has:
/// "activation_for_slope relu(". Throws Error: there is no such mistake in this lesson, naming those
/// there are.
std::vector<PlantedMistake> planted_mistakes(const BatchGraph&, BackwardGraph&,
                                             std::string_view wanted);

}  // namespace tracer
