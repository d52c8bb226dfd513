#include "tracer/cli/layer_values.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/language/decision.hpp"
#include "tracer/number/random.hpp"
#include "tracer/train/evaluate.hpp"

namespace tracer::cli {
namespace {

// From 0, rising.
std::vector<int> chosen_numbers(const LayerChoice& choice, int count, std::uint64_t seed) {
  std::vector<int> numbers(static_cast<std::size_t>(count));
  std::iota(numbers.begin(), numbers.end(), 0);
  if (choice.n && *choice.n < count) numbers = RandomStream(seed, "sample").permutation(count);
  const int wanted = std::min(choice.n.value_or(choice.first.value_or(count)), count);
  numbers.resize(static_cast<std::size_t>(wanted));
  std::ranges::sort(numbers);
  return numbers;
}

// The class of each sample: as the model's targets say, or else, where it predicts no classes (an
// autoencoder), as the data do.
void find_labels(const SavedModel& saved, const PartSamples& part, LayerValues& values) {
  const Decision decision = decision_of(saved.program);
  if (decision.task != Task::numbers) {
    values.labels = part.labels(decision.task);
    if (!values.labels.empty()) values.classes = class_names(saved.program, decision);
  } else if (!values.set.classes.empty() && values.set.targets.size() > 0) {
    values.labels = labels_of(values.set);
    values.classes = values.set.classes;
  }
}

Array<float> put_out(const SavedModel& saved, const std::string& layer, const Samples& samples) {
  try {
    const Array<float> values =
        values_of_line(saved.program, layer, saved.model.parameters, saved.model.states, samples);
    return samples.rows ? Array<float>(values.transpose()) : values;
  } catch (const NoSuchLine& error) {
    const std::string& input = saved.program.data->names.front();
    throw Error(fmt::format("{}, and {} is what goes in", error.what(), input));
  }
}

}  // namespace

Flags layer_flags(LayerChoice& to) {
  Flags flags{model_flag(to.model),
              {"--layer", &to.layer,
               "a line of its lesson: A1 (default: the data themselves, by their own name)",
               Anything{"NAME"}}};
  flags += choice_flags(to.samples);
  flags.push_back(
      {"--n", &to.n, "so many samples, drawn at random", Between{1, 1'000'000'000, "N"}});
  flags.push_back({.name = "--first",
                   .into = &to.first,
                   .says = "the first so many samples",
                   .value = Between{1, 1'000'000'000, "N"},
                   .excludes = "--n"});
  return flags;
}

LayerValues layer_values(SavedModel& saved, const LayerChoice& choice, std::uint64_t seed) {
  const AskedSamples asked = asked_samples(saved, choice.samples);
  const std::vector<int> numbers = chosen_numbers(choice, asked.part.count(), seed);
  const Samples samples = asked.part.picked(numbers);
  LayerValues values;
  values.data = asked.name;
  values.set = dataset_of(samples);
  for (const int number : numbers) values.numbers.push_back(number + 1);
  find_labels(saved, {&samples, {}}, values);
  const std::string& input = saved.program.data->names.front();
  values.layer = choice.layer.empty() ? input : choice.layer;
  if (values.layer != input) {
    values.set.features = put_out(saved, values.layer, samples);
    values.set.image_rows = values.set.image_columns = 0;
    values.all_finite = !says_nothing(saved, values.set.features);
  }
  return values;
}

}  // namespace tracer::cli
