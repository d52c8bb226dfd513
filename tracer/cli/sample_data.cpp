#include "tracer/cli/sample_data.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "datasets/generator.hpp"
#include "datasets/load.hpp"
#include "datasets/split.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/language/decision.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/train/model_file.hpp"
#include "tracer/train/part_samples.hpp"

namespace tracer::cli {

Dataset named_dataset(const std::string& what, unsigned seed, const Samples* training) {
  if (what.find('(') != std::string::npos) {
    const Samples samples = samples_of_call(what, seed, "<command line>", training);
    Dataset made = dataset_of(samples);
    made.remarks = samples.remarks;
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

void read_data(SavedModel& saved, bool opens_files) {
  saved.program = program_with_data(saved.model, opens_files);
  if (!saved.model.data || !saved.program.data) return;
  const std::vector<std::string>& trained = saved.model.data->classes;
  const std::vector<std::string>& now = saved.program.data->classes;
  if (trained == now) return;
  throw Error(
      fmt::format("{}: the data that its lesson names have the classes {} now, and it was "
                  "trained on {}; --data names samples to judge it by",
                  saved.path, fmt::join(now, ", "), fmt::join(trained, ", ")));
}

namespace {

// "W1 holds NaN or infinity in 3 of its 16 entries"; empty: all are numbers
std::string not_finite_in(const std::map<std::string, Tensor>& tensors) {
  for (const auto& [name, tensor] : tensors) {
    const auto [bad, all] = std::visit(
        [](const auto& m) { return std::pair(m.size() - m.isFinite().count(), m.size()); }, tensor);
    if (bad > 0)
      return fmt::format("{} holds NaN or infinity in {} of its {} entries", name, bad, all);
  }
  return "";
}

}  // namespace

bool says_nothing(const SavedModel& saved) {
  std::string why = not_finite_in(saved.model.parameters);
  if (why.empty()) why = not_finite_in(saved.model.states);
  if (why.empty()) return false;
  remark(fmt::format("tracer: {}: {}, so it can say nothing; train it anew, with a smaller lr",
                     saved.path, why));
  return true;
}

bool says_nothing(const SavedModel& saved, const Array<float>& outputs) {
  for (Eigen::Index k = 0; k < outputs.cols(); ++k) {
    if (outputs.col(k).isFinite().all()) continue;
    remark(
        fmt::format("tracer: {}: what it makes of sample {} is not a number; are the features "
                    "like those that it was trained on?",
                    saved.path, k + 1));
    return true;
  }
  return false;
}

namespace {

// What the model calls its classes; empty: it predicts numbers.
std::vector<std::string> classes_of_model(const SavedModel& saved) {
  const Decision decision = decision_of(saved.program);
  if (decision.task != Task::numbers) return class_names(saved.program, decision);
  return saved.program.data->classes;
}

// Files of image sets count their classes, whatever these are called.
bool are_counted(const std::vector<std::string>& classes) {
  return std::ranges::any_of(
      image_sets(), [&](const ImageSet& set) { return std::ranges::equal(set.classes, classes); });
}

FileOptions options_for(const SavedModel& saved) {
  const Samples& data = *saved.program.data;
  FileOptions options;
  options.features = data.entries(0);
  options.columns = data.columns;
  if (data.columns) options.scale = data.columns->scale;
  const std::vector<std::string> classes = classes_of_model(saved);
  if (classes.empty()) options.classes = 0;
  options.class_names = classes;
  for (std::size_t k = 0; are_counted(classes) && k < classes.size(); ++k)
    options.class_names[k] = std::to_string(k);
  if (data.image_rows > 0) {
    options.image_rows = data.image_rows;
    options.image_columns = data.image_columns;
  }
  return options;
}

// The class of each sample among those of the model: by name.
std::vector<int> model_labels(const SavedModel& saved, const Dataset& set,
                              const std::vector<std::string>& classes) {
  std::vector<int> places;  // of each class of the set
  for (const std::string& name : set.classes) {
    const auto at = std::ranges::find(classes, name);
    places.push_back(at == classes.end() ? -1 : static_cast<int>(at - classes.begin()));
  }
  std::vector<int> labels = labels_of(set);
  for (std::size_t k = 0; k < labels.size(); ++k) {
    const auto label = static_cast<std::size_t>(labels[k]);
    if (places[label] < 0) {
      throw Error(
          fmt::format("{}: sample {} is of the class {}, which {} has not: its classes are "
                      "{}",
                      set.name, k + 1, set.classes[label], saved.path, fmt::join(classes, ", ")));
    }
    labels[k] = places[label];
  }
  return labels;
}

// Targets without names, of a model whose own have none: -1 and 1, or 0 and 1.
void check_are_classes(const SavedModel& saved, const Dataset& set,
                       const std::vector<std::string>& classes) {
  for (Eigen::Index k = 0; k < set.targets.cols(); ++k) {
    const std::string label = fmt::format("{}", set.targets(0, k));
    if (std::ranges::find(classes, label) != classes.end()) continue;
    throw Error(fmt::format("{}: the label of sample {} is {}, and {} has the classes {}", set.name,
                            k + 1, label, saved.path, fmt::join(classes, ", ")));
  }
}

// As the model's own targets are: −1 and 1, or 0 and 1, or one-hot.
Array<float> targets_for(const SavedModel& saved, const Dataset& set) {
  const Samples& data = *saved.program.data;
  const int wanted = data.entries(data.names.size() - 1);
  const std::vector<std::string> classes = classes_of_model(saved);
  if (set.classes.empty() && set.targets.rows() == wanted) {
    if (wanted == 1 && !classes.empty()) check_are_classes(saved, set, classes);
    return set.targets;
  }
  if (set.classes.empty() || classes.empty()) {
    throw Error(fmt::format(
        "{}: its targets are {}, and {} was trained on {}", set.name,
        set.classes.empty() ? fmt::format("{} numbers a sample", set.targets.rows()) : "classes",
        saved.path, classes.empty() ? fmt::format("{} numbers a sample", wanted) : "classes"));
  }
  const std::vector<int> labels = model_labels(saved, set, classes);
  if (wanted > 1) return one_hot(labels, wanted);
  const Array<float> second = class_targets(labels, 2);
  return decision_of(saved.program).signs ? Array<float>(2.0F * second - 1.0F) : second;
}

}  // namespace

Dataset dataset_for(const SavedModel& saved, const std::string& what) {
  const Samples& data = *saved.program.data;
  const auto features = data.entries(0);
  std::error_code none;
  Dataset set;
  if (what == "-" || std::filesystem::is_regular_file(what, none)) {
    const FileOptions options = options_for(saved);
    set = load_file(what == "-" ? "/dev/stdin" : what, options);
    if (what == "-") set.name = "standard input";
    if (const auto classes = classes_of_model(saved);
        set.classes.size() == classes.size() && are_counted(classes))
      set.classes = classes;
  } else {
    set = named_dataset(what, saved.program.seed, &data);
  }
  if (set.features.rows() != features) {
    throw Error(fmt::format("{}: its samples have {} features, and {} was trained on samples of {}",
                            what, set.features.rows(), saved.path, features));
  }
  return set;
}

Samples samples_for(const SavedModel& saved, Dataset set) {
  const Samples& data = *saved.program.data;
  Samples samples;
  samples.rows = data.rows;
  samples.count = set.count();
  samples.source = set.name;
  samples.classes = data.classes;
  samples.image_rows = data.image_rows;
  samples.image_columns = data.image_columns;
  const auto add = [&](std::size_t name, Array<float> columns) {
    samples.names.push_back(data.names[name]);
    if (data.rows) columns.transposeInPlace();
    samples.values.emplace_back(std::move(columns));
  };
  if (data.scaling) scale(set.features, *data.scaling);
  add(0, std::move(set.features));
  if (set.targets.size() > 0 && data.names.size() > 1)
    add(data.names.size() - 1, targets_for(saved, set));
  return samples;
}

Flags choice_flags(SampleChoice& to) {
  return {{"--data", &to.data, "other samples: a file, or 'mnist(\"test\")'"},
          {"--lesson-data", &to.lesson_data, "open the files that the model's lesson names"},
          {.name = "--part",
           .into = &to.part,
           .says = "training, validation or test, of its lesson's data",
           .value = OneOf{{"training", "validation", "test"}},
           .excludes = "--data"}};
}

AskedSamples asked_samples(SavedModel& saved, const SampleChoice& choice) {
  if (!choice.data.empty()) {
    Dataset set = dataset_for(saved, choice.data);
    for (const std::string& text : set.remarks) remark(text);
    auto given = std::make_shared<const Samples>(samples_for(saved, std::move(set)));
    return {choice.data, given, {given.get(), {}}};
  }
  read_data(saved, choice.lesson_data);
  for (const Part part : {Part::test, Part::validation, Part::train}) {
    if (!choice.part.empty() && choice.part != name_of(part)) continue;
    PartSamples samples = part_samples(saved.program, part);
    if (samples.count() > 0) return {name_of(part), nullptr, std::move(samples)};
  }
  throw Error(
      fmt::format("{}: its lesson has no {} data; --data names others", saved.path, choice.part));
}

}  // namespace tracer::cli
