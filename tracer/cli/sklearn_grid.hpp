// Dictionaries of scikit-learn's MLPClassifier and MLPRegressor, as GridSearchCV takes them for its
// param_grid: names with a value, or with a list of values to be tried; a list of dictionaries is
// several grids. Here is what they say; sklearn_lesson.hpp writes the lessons.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "tracer/sweep/space.hpp"

namespace tracer::cli {

struct SklearnOption {
  enum class Kind { number, truth, word, sizes, number_or_word };
  std::string_view name;
  Kind kind;
  std::string_view standard;  ///< its default, as text
  bool is_flag = false;       ///< a flag of ours has that name, too
};
/// All of scikit-learn 1.2's, in the order of its documentation.
std::span<const SklearnOption> sklearn_options();
/// Null: there is none of that name.
const SklearnOption* sklearn_option(std::string_view name);

/// Values by name, as text: numbers, true, words, sizes as "(64, 32)".
using SklearnValues = std::map<std::string, std::string, std::less<>>;

struct SklearnGrid {
  SklearnValues fixed;               ///< one value for all settings
  std::vector<SweepOption> options;  ///< what has several, in the order of the file
  std::vector<Candidate> candidates;

  bool has(std::string_view name) const;
  SklearnValues values_of(const Candidate&) const;
  /// random_state, where the file says one.
  std::optional<unsigned> seed() const;
};

/// What several grids are called in a file that has flags beside them.
inline constexpr std::string_view sklearn_grids = "param_grid";

/// A list of dictionaries, or a dictionary that has a name of scikit-learn's that no flag has, or
/// param_grid.
bool is_sklearn(const nlohmann::ordered_json& config);

/// All grids of the file, with their values put together as `combination` says. What is neither
/// scikit-learn's nor a grid is passed over (it is a flag). Throws Error: a value that is none for
/// its option; random_state as a list; too many settings.
SklearnGrid sklearn_grid(const std::string& path, const Combination& combination);

}  // namespace tracer::cli
