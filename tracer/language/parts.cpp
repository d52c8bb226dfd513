#include "tracer/language/parts.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "datasets/split.hpp"
#include "tracer/error.hpp"
#include "tracer/language/decision.hpp"
#include "tracer/language/sample_set.hpp"
#include "tracer/language/targets.hpp"

namespace tracer {

Parts parts_of(const Program& program) {
  const Training& training = *program.training;
  const auto share = [](const std::optional<Rational>& of) {
    return of ? Exact(*of).to_double() : 0.0;
  };
  const SplitShares shares{.validation = program.validation ? 0 : share(training.validation),
                           .test = program.test ? 0 : share(training.test),
                           .seed = training.split_seed.value_or(program.seed),
                           .folds = training.folds,
                           .fold = training.fold,
                           .train = share(training.train_size)};
  if (!program.data || shares.takes_all()) return {};
  const Samples& data = *program.data;
  const SampleSet<float> samples(data);
  const std::vector<int> labels =
      training.stratify ? class_labels(samples, task_of(program)) : std::vector<int>{};
  tracer::Split made = split(data.count, labels, shares, data.classes);
  if (made.train.empty()) {
    throw Error(
        fmt::format("of {} samples nothing is left to train on; hold out less", data.count));
  }
  if (shares.validation > 0 && made.validation.empty()) {
    throw Error(fmt::format(
        "of {} samples none are held out for validation; hold out a larger share", data.count));
  }
  return {std::move(made.train), std::move(made.validation), std::move(made.test)};
}

namespace {

// The features of all samples, one in each column whatever the layout, changed by `change`.
template <class Change>
void with_features(Samples& samples, const Change& change) {
  auto& features = std::get<Array<float>>(samples.values.front());
  if (samples.rows) features.transposeInPlace();
  change(features);
  if (samples.rows) features.transposeInPlace();
}

void scale_all(Samples& samples) {
  with_features(samples, [&](Array<float>& features) { scale(features, *samples.scaling); });
}

// `measured`: the samples that tell the numbers; empty: all
void normalise_by(Samples& samples, std::span<const int> measured) {
  with_features(samples, [&](Array<float>& features) {
    samples.scaling = samples.normalisation == Normalisation::standard
                          ? standard_scaling(features, measured)
                          : minmax_scaling(features, measured);
    scale(features, *samples.scaling);
  });
}

// Where missing="mean" waits for what is trained on (FileOptions::Mean): NaN stands for the means.
bool lacks_means(const Samples& samples) {
  return samples.columns && !samples.columns->means.empty() &&
         std::isnan(samples.columns->means.front());
}

// As the file has them: features are divided by its scale, but for those that a value makes.
void keep_means(Columns& columns, const std::vector<double>& means) {
  const double scale = columns.scale.value_or(1);
  std::vector<bool> is_value;
  for (const auto& values : columns.values)
    is_value.insert(is_value.end(), std::max<std::size_t>(values.size(), 1), !values.empty());
  is_value.resize(means.size(), false);
  for (std::size_t k = 0; k < means.size(); ++k)
    columns.means[k] = means[k] * (is_value[k] ? 1 : scale);
}

void put_means(Program& program, std::span<const int> trained) {
  if (!lacks_means(*program.data)) return;
  std::vector<double> means;
  with_features(*program.data, [&](const Array<float>& features) {
    means = means_of(features, trained, program.data->source, "any sample that is trained on");
  });
  for (std::optional<Samples>* samples : {&program.data, &program.validation, &program.test}) {
    if (!*samples || !(*samples)->columns) continue;
    with_features(**samples, [&](Array<float>& features) { fill_gaps(features, means); });
    if (lacks_means(**samples)) keep_means(*(*samples)->columns, means);
  }
}

bool is_to_be_normalised(const Samples& samples) {
  return samples.normalisation != Normalisation::none && !samples.scaling;
}

}  // namespace

void normalise(Samples& samples) {
  if (is_to_be_normalised(samples)) normalise_by(samples, {});
}

void normalise(Program& program) {
  if (!program.data) return;
  if (!is_to_be_normalised(*program.data) && !lacks_means(*program.data)) return;
  Parts parts;
  try {
    if (program.training) parts = parts_of(program);
  } catch (const Error&) {
  }
  put_means(program, parts.train);
  if (!is_to_be_normalised(*program.data)) return;
  normalise_by(*program.data, parts.train);
  for (std::optional<Samples>* others : {&program.validation, &program.test}) {
    if (!*others || (*others)->scaling) continue;
    (*others)->scaling = program.data->scaling;
    scale_all(**others);
  }
}

}  // namespace tracer
