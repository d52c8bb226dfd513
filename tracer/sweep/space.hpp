// Which settings a sweep tries: options with their values, and how they are combined. Next: plan.hpp,
// the runs that come of it.
//
//   {lr: 0.2, 0.02} and {batch_size: 64, 128}     grid: four settings; zip: two
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracer {

/// An option that is varied, and its values as a lesson would have them.
struct SweepOption {
  std::string name;
  std::vector<std::string> values;
};

/// "lr=0.2,0.02", "schedule=cosine,step(step_size=10, gamma=0.1)", "h=10..50 step 10",
/// "lr=log(1e-4, 1e-1, 7)" (so many from the one to the other, evenly in their logarithm). A comma
/// within brackets or quotes separates nothing. Throws Error: no name, no value, brackets that don't
/// close.
SweepOption parse_sweep_option(std::string_view text);

/// A value for each option, in their order.
using Candidate = std::vector<std::string>;

struct Combination {
  bool zip = false;                   ///< side by side, not each with each
  std::optional<int> at_random = {};  ///< so many of them, without repeats
  std::uint64_t seed = 0;             ///< of that choice
};

/// The last option varies fastest. Throws Error: options of different length to zip; a value that is
/// given twice, where each is put with each; more than 100,000.
std::vector<Candidate> candidates_of(const std::vector<SweepOption>&, const Combination&);

/// Of these as many as are to be taken at random; all where it says nothing of that.
std::vector<Candidate> chosen_of(std::vector<Candidate>, const Combination&);

/// In the place of a value: a setting of another grid, which has not that option.
inline constexpr std::string_view not_said = "–";

/// "lr=0.2, batch_size=64", without what is not said; of no options "as it is".
std::string name_of(const std::vector<SweepOption>&, const Candidate&);

}  // namespace tracer
