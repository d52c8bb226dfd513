// A mistake put into a backward pass on purpose: what a training with it comes to, or a page. Next:
// catalogue.hpp, where the mistakes are known.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/derive/rules.hpp"
#include "tracer/language/program.hpp"
#include "tracer/mistake/mistake.hpp"

namespace tracer {

struct PlantedMistake {
  std::string line;  ///< "A1", where it stands
  Mistake mistake;   ///< without a factor
};

/// `wanted`: the id of a kind, "activation_for_slope", made at every place where it can be; and
/// after it, where several formulas are of that kind, words that the right one's sentence has:
/// "activation_for_slope relu(". Throws Error: there is no such mistake in this lesson, naming those
/// there are.
std::vector<PlantedMistake> planted_mistakes(const BatchGraph&, BackwardGraph&,
                                             std::string_view wanted);

/// The gradients that are wrong by themselves where these mistakes are made, and not only because
/// one before them is: by named node the formula that stands in its place, in named values and
/// gradients.
std::map<NodeId, Symbol> wrong_gradients(const BackwardGraph&, const Rules&,
                                         const std::vector<PlantedMistake>&);

/// Every mistake that makes the gradient of that value wrong, likeliest first, those of one formula
/// once.
std::vector<PlantedMistake> mistakes_of_gradient(const BatchGraph&, BackwardGraph&, const Rules&,
                                                 NodeId value);

}  // namespace tracer
