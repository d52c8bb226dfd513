// What a layer of a saved model makes of samples: what tracer embed draws and tracer features writes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tracer/cli/sample_data.hpp"

namespace tracer::cli {

/// Which samples, which line of the lesson, and how many.
struct LayerChoice {
  std::string model;
  std::string layer;  ///< empty, or the data's own name: what goes in
  SampleChoice samples;
  std::optional<int> n;      ///< so many of them, drawn at random
  std::optional<int> first;  ///< the first so many
};
Flags layer_flags(LayerChoice&);

struct LayerValues {
  std::string layer;  ///< A1, or X
  std::string data;   ///< "test", or the file
  Dataset set;        ///< features: units × samples; targets and classes those of the samples
  std::vector<int> numbers;  ///< of the samples, among those of the part or the file, from 1
  std::vector<int> labels;   ///< the class of each; empty: they have none
  std::vector<std::string> classes;
  bool all_finite = true;  ///< else it has been said on standard error what is not
};

/// `seed`: of the n that are drawn. Throws Error: no such model, samples or line.
LayerValues layer_values(SavedModel&, const LayerChoice&, std::uint64_t seed);

}  // namespace tracer::cli
