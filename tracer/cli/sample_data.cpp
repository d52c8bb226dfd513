#include "tracer/cli/sample_data.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "datasets/generator.hpp"
#include "datasets/load.hpp"
#include "datasets/split.hpp"
#include "tracer/error.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/part_samples.hpp"

namespace tracer::cli {

Dataset named_dataset(const std::string& what, unsigned seed) {
  if (what.find('(') != std::string::npos) {
    Dataset made = dataset_of(samples_of_call(what, seed, "<command line>"));
    if (made.name.empty()) made.name = what;
    return made;
  }
  std::error_code none;
  if (std::filesystem::is_regular_file(what, none)) return load_file(what);
  if (is_image_set(what)) return load_images(what, "train");
  if (const Generator* const one = generator(what))
    return make_samples(*one, {.numbers = {{"n", 500}}, .seed = seed});
  std::vector<std::string_view> names;
  for (const Generator& one : generators()) names.push_back(one.name);
  for (const ImageSet& set : image_sets()) names.push_back(set.name);
  const auto near = closest(what, std::span<const std::string_view>(names));
  throw Error(fmt::format("{}: there is no such file and no data set of that name{}", what,
                          near ? fmt::format("; did you mean {}?", *near)
                               : " (tracer data list names those there are)"));
}

std::unique_ptr<SavedModel> saved_model(const std::string& path) {
  auto saved = std::make_unique<SavedModel>();
  saved->path = path;
  if (path.ends_with(".npz")) {
    throw Error(fmt::format(
        "{0}: an .npz holds the weights alone, without the lesson that says what to do with them: "
        "a lesson reads one with param W1 = npz(\"{0}\", \"W1\"); for eval and predict save the "
        "model as .safetensors",
        path));
  }
  saved->model = load_model(path);
  saved->program = program_of(saved->model);
  if (!saved->program.data)
    throw Error(
        fmt::format("{}: its lesson has no data line, and so nothing to predict from", path));
  return saved;
}

void read_data(SavedModel& saved) {
  saved.program = load_program(Source(saved.model.lesson_name, saved.model.lesson));
}

Dataset dataset_for(const SavedModel& saved, const std::string& what) {
  const Samples& data = *saved.program.data;
  const auto features = data.entries(0);
  std::error_code none;
  Dataset set;
  if (std::filesystem::is_regular_file(what, none)) {
    FileOptions options;
    options.features = static_cast<int>(features);
    // not every class of the model needs to occur in these samples
    if (!data.classes.empty()) options.classes = static_cast<int>(data.classes.size());
    if (data.image_rows > 0) {
      options.image_rows = data.image_rows;
      options.image_columns = data.image_columns;
    }
    set = load_file(what, options);
  } else {
    set = named_dataset(what, saved.program.seed);
  }
  if (set.features.rows() != features) {
    throw Error(fmt::format("{}: its samples have {} features, and {} was trained on samples of {}",
                            what, set.features.rows(), saved.path, features));
  }
  return set;
}

Samples samples_for(const SavedModel& saved, const Dataset& set) {
  const Samples& data = *saved.program.data;
  Samples samples;
  samples.rows = data.rows;
  samples.count = set.count();
  samples.source = set.name;
  samples.classes = data.classes;
  samples.image_rows = data.image_rows;
  samples.image_columns = data.image_columns;
  const auto add = [&](std::size_t name, const Array<float>& columns) {
    samples.names.push_back(data.names[name]);
    samples.values.push_back(data.rows ? Array<float>(columns.transpose()) : columns);
  };
  Array<float> features = set.features;
  if (data.scaling) scale(features, *data.scaling);
  add(0, features);
  if (set.targets.size() == 0 || data.names.size() < 2) return samples;
  const std::size_t last = data.names.size() - 1;
  Array<float> targets = set.targets;
  const auto wanted = data.entries(last);
  if (targets.rows() != wanted && wanted > 1 && !set.classes.empty())
    targets = one_hot(labels_of(set), static_cast<int>(wanted));
  if (targets.rows() == wanted) add(last, targets);  // else they are of another kind: no metrics
  return samples;
}

}  // namespace tracer::cli
