#include "tracer/cli/sklearn_grid.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "tracer/cli/config_file.hpp"
#include "tracer/error.hpp"
#include "tracer/text/number_text.hpp"
#include "tracer/train/network.hpp"

namespace tracer::cli {
namespace {

using Json = nlohmann::ordered_json;
using Kind = SklearnOption::Kind;

// "(64, 32)", as scikit-learn prints it; a single number is a layer.
std::optional<std::string> sizes_text(const Json& value) {
  if (value.is_number_integer()) return fmt::format("({},)", value.dump());
  if (!value.is_array() || value.empty()) return std::nullopt;
  std::vector<std::string> sizes;
  for (const Json& size : value) {
    if (!size.is_number_integer() || size.get<double>() < 1) return std::nullopt;
    sizes.push_back(size.dump());
  }
  return fmt::format("({}{})", fmt::join(sizes, ", "), sizes.size() == 1 ? "," : "");
}

std::optional<std::string> text_of(const SklearnOption& option, const Json& value) {
  switch (option.kind) {
    case Kind::number:
      return value.is_number() ? std::optional(value.dump()) : std::nullopt;
    case Kind::truth:
      return value.is_boolean() ? std::optional(value.dump()) : std::nullopt;
    case Kind::word:
      return value.is_string() ? std::optional(value.get<std::string>()) : std::nullopt;
    case Kind::number_or_word:
      if (value.is_string()) return value.get<std::string>();
      return value.is_number() ? std::optional(value.dump()) : std::nullopt;
    case Kind::sizes:
      break;
  }
  return sizes_text(value);
}

// A list of numbers is one network, as the constructor takes it; networks are lists of lists.
bool is_list_of_values(const SklearnOption& option, const Json& value) {
  if (!value.is_array()) return false;
  return option.kind != Kind::sizes || (!value.empty() && value.front().is_array());
}

std::string_view wanted_by(const SklearnOption& option) {
  switch (option.kind) {
    case Kind::number:
      return "a number";
    case Kind::truth:
      return "true or false";
    case Kind::word:
      return "a word";
    case Kind::number_or_word:
      return "a number or a word";
    case Kind::sizes:
      break;
  }
  return "the units of the hidden layers, as in [64, 32] (several networks: [[64], [128, 64]])";
}

// Of one dictionary: its names with their values as text. `place` is said where something is wrong.
std::vector<SweepOption> values_in(const Json& dictionary, const std::string& place) {
  std::vector<SweepOption> all;
  for (const auto& item : dictionary.items()) {
    const std::string& name = item.key();
    const Json& value = item.value();
    const SklearnOption* option = sklearn_option(name);
    if (option == nullptr) continue;
    if (value.is_null()) continue;  // None: as if it were not there
    SweepOption made{name, {}};
    const auto add = [&](const Json& one) {
      const auto text = text_of(*option, one);
      if (!text)
        throw Error(fmt::format("{}: {}: expected {}, got {}", place, name, wanted_by(*option),
                                one.dump()));
      if (std::ranges::find(made.values, *text) != made.values.end())
        throw Error(fmt::format("{}: {}: {} stands there twice", place, name, *text));
      made.values.push_back(*text);
    };
    if (is_list_of_values(*option, value)) {
      for (const Json& one : value) add(one);
    } else {
      add(value);
    }
    if (made.values.empty())
      throw Error(
          fmt::format("{}: {}: the list is empty; give it a value, or leave it out", place, name));
    if (name == "random_state" && !number_in_text<unsigned>(made.values.front())) {
      throw Error(fmt::format("{}: random_state: expected a whole number from 0 on, got {}", place,
                              made.values.front()));
    }
    if (name == "random_state" && made.values.size() > 1) {
      throw Error(
          fmt::format("{}: random_state: every setting gets the same seeds; take --seeds {} (and "
                      "one random_state, the first of them)",
                      place, made.values.size()));
    }
    all.push_back(std::move(made));
  }
  return all;
}

// The dictionaries of a file, each with what stands beside them.
std::vector<std::pair<Json, std::string>> dictionaries_in(const Json& config,
                                                          const std::string& path) {
  std::vector<std::pair<Json, std::string>> all;
  const std::string file = "--config " + path;
  const bool is_list = config.is_array();
  const Json grids = is_list ? config : config.value(std::string(sklearn_grids), Json());
  if (grids.is_null()) return {{config, file}};
  if (grids.empty())
    throw Error(
        fmt::format("{}: there is no grid in it; write one, such as [{{\"max_iter\": 20}}]", file));
  int number = 0;
  for (const Json& grid : grids.is_array() ? grids : Json::array({grids})) {
    const std::string place = grids.is_array() ? fmt::format("{}, grid {}", file, ++number) : file;
    if (!grid.is_object())
      throw Error(fmt::format("{}: expected a dictionary such as {{\"max_iter\": 20}}, got {}",
                              place, grid.dump()));
    Json joined = is_list ? Json::object() : config;
    for (const auto& [name, value] : grid.items()) {
      if (sklearn_option(name) == nullptr) {
        throw Error(
            fmt::format("{}: {} is no option of scikit-learn's networks; a flag of tracer "
                        "stands beside the grids, not in them",
                        place, name));
      }
      joined[name] = value;
    }
    all.emplace_back(std::move(joined), place);
  }
  return all;
}

}  // namespace

std::span<const SklearnOption> sklearn_options() {
  static const std::array<SklearnOption, 23> all{
      {{"hidden_layer_sizes", Kind::sizes, "(100,)"},
       {"activation", Kind::word, "", true},  // the usual one
       {"solver", Kind::word, "adam"},
       {"alpha", Kind::number, "0.0001"},
       {"batch_size", Kind::number_or_word, "auto", true},
       {"learning_rate", Kind::word, "constant"},
       {"learning_rate_init", Kind::number, "0.001"},
       {"power_t", Kind::number, "0.5"},
       {"max_iter", Kind::number, "200"},
       {"shuffle", Kind::truth, "true", true},
       {"random_state", Kind::number, ""},
       {"tol", Kind::number, "0.0001"},
       {"verbose", Kind::truth, "false", true},
       {"warm_start", Kind::truth, "false"},
       {"momentum", Kind::number, "0.9", true},
       {"nesterovs_momentum", Kind::truth, "true"},
       {"early_stopping", Kind::truth, "false", true},
       {"validation_fraction", Kind::number, "0.1"},
       {"beta_1", Kind::number, "0.9"},
       {"beta_2", Kind::number, "0.999"},
       {"epsilon", Kind::number, "1e-08"},
       {"n_iter_no_change", Kind::number, "10"},
       {"max_fun", Kind::number, "15000"}}};
  return all;
}

const SklearnOption* sklearn_option(std::string_view name) {
  const auto all = sklearn_options();
  const auto at = std::ranges::find(all, name, &SklearnOption::name);
  return at == all.end() ? nullptr : &*at;
}

bool SklearnGrid::has(std::string_view name) const {
  return fixed.contains(name) ||
         std::ranges::find(options, name, &SweepOption::name) != options.end();
}

SklearnValues SklearnGrid::values_of(const Candidate& candidate) const {
  SklearnValues values = fixed;
  for (std::size_t k = 0; k < options.size(); ++k) {
    if (candidate[k] != not_said) values[options[k].name] = candidate[k];
  }
  return values;
}

std::optional<unsigned> SklearnGrid::seed() const {
  const auto at = fixed.find("random_state");
  return at == fixed.end() ? std::nullopt : number_in_text<unsigned>(at->second);
}

bool is_sklearn(const Json& config) {
  if (config.is_array() || config.contains(sklearn_grids)) return true;
  if (!config.is_object()) return false;
  for (const auto& [name, value] : config.items()) {
    const SklearnOption* option = sklearn_option(name);
    if (option != nullptr && !option->is_flag) return true;
  }
  return false;
}

SklearnGrid sklearn_grid(const std::string& path, const Combination& combination) {
  std::vector<std::vector<SweepOption>> grids;
  for (const auto& [dictionary, place] : dictionaries_in(read_config(path), path))
    grids.push_back(values_in(dictionary, place));
  SklearnGrid made;
  // what has one value, the same everywhere, is fixed
  for (const std::vector<SweepOption>& grid : grids) {
    for (const SweepOption& option : grid) {
      if (made.has(option.name)) continue;
      const bool is_fixed = std::ranges::all_of(grids, [&](const auto& other) {
        const auto at = std::ranges::find(other, option.name, &SweepOption::name);
        return at != other.end() && at->values.size() == 1 && at->values == option.values;
      });
      if (is_fixed) {
        made.fixed[option.name] = option.values.front();
      } else {
        made.options.push_back({option.name, {}});
      }
    }
  }
  for (const std::vector<SweepOption>& grid : grids) {
    std::vector<SweepOption> varied;
    std::vector<std::size_t> places;  // among all options
    for (std::size_t k = 0; k < made.options.size(); ++k) {
      const auto at = std::ranges::find(grid, made.options[k].name, &SweepOption::name);
      if (at == grid.end()) continue;
      varied.push_back(*at);
      places.push_back(k);
      for (const std::string& value : at->values) {
        std::vector<std::string>& of_all = made.options[k].values;
        if (std::ranges::find(of_all, value) == of_all.end()) of_all.push_back(value);
      }
    }
    for (const Candidate& one : candidates_of(varied, {.zip = combination.zip})) {
      Candidate whole(made.options.size(), std::string(not_said));
      for (std::size_t k = 0; k < one.size(); ++k) whole[places[k]] = one[k];
      made.candidates.push_back(std::move(whole));
    }
  }
  made.candidates = chosen_of(std::move(made.candidates), combination);
  return made;
}

}  // namespace tracer::cli
