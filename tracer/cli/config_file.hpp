// Files of --config: flags of a command, or options under scikit-learn's names (sklearn_grid.hpp), as
// TOML or as JSON.
//
//   layers = [784, 128, 10]      {"hidden_layer_sizes": [[64], [128, 64]],
//   batch_size = 64               "solver": ["sgd", "adam"]}
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace tracer::cli {

/// What such a file says; JSON is told from TOML by its first bracket. Of TOML: lines such as
/// name = value (numbers, true, false, texts, lists of these; a word without quotes is a text; texts
/// under one name, line after line, are a list), and tables, [name] (an object) and [[name]] (a list
/// of objects). Throws Error: no such file, or what is neither, with its line.
nlohmann::ordered_json read_config(const std::string& path);

}  // namespace tracer::cli
