#include "datasets/dataset.hpp"

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {

std::vector<int> labels_of(const Dataset& data) {
  if (data.classes.empty() || data.targets.size() == 0) {
    throw Error(fmt::format("{} has no classes, its targets are {}", data.name,
                            data.targets.size() == 0 ? "not there" : "numbers"));
  }
  std::vector<int> labels(static_cast<std::size_t>(data.targets.cols()));
  for (Eigen::Index k = 0; k < data.targets.cols(); ++k) {
    Eigen::Index label = 0;
    if (data.targets.rows() == 1) {
      label = data.targets(0, k) > 0.5F ? 1 : 0;
    } else {
      data.targets.col(k).maxCoeff(&label);
    }
    labels[static_cast<std::size_t>(k)] = static_cast<int>(label);
  }
  return labels;
}

namespace {

void check_label(int label, std::size_t sample, int classes) {
  if (label >= 0 && label < classes) return;
  throw Error(fmt::format("label {} of sample {} is no class: classes are 0 to {}", label,
                          sample + 1, classes - 1));
}

}  // namespace

Array<float> one_hot(const std::vector<int>& labels, int classes) {
  Array<float> targets = Array<float>::Zero(classes, static_cast<Eigen::Index>(labels.size()));
  for (std::size_t k = 0; k < labels.size(); ++k) {
    check_label(labels[k], k, classes);
    targets(labels[k], static_cast<Eigen::Index>(k)) = 1;
  }
  return targets;
}

Array<float> class_targets(const std::vector<int>& labels, int classes) {
  if (classes > 2) return one_hot(labels, classes);
  Array<float> targets(1, static_cast<Eigen::Index>(labels.size()));
  for (std::size_t k = 0; k < labels.size(); ++k) {
    check_label(labels[k], k, classes);
    targets(0, static_cast<Eigen::Index>(k)) = static_cast<float>(labels[k]);
  }
  return targets;
}

Dataset select(const Dataset& data, const std::vector<int>& samples) {
  Dataset chosen;
  chosen.name = data.name;
  chosen.classes = data.classes;
  chosen.image_rows = data.image_rows;
  chosen.image_columns = data.image_columns;
  const bool has_targets = data.targets.size() > 0;
  const auto count = static_cast<Eigen::Index>(samples.size());
  chosen.features.resize(data.features.rows(), count);
  if (has_targets) chosen.targets.resize(data.targets.rows(), count);
  for (Eigen::Index k = 0; k < count; ++k) {
    const int sample = samples[static_cast<std::size_t>(k)];
    if (sample < 0 || sample >= data.count()) {
      throw Error(fmt::format("{} has no sample {}: it has {}, the first is 0", data.name, sample,
                              data.count()));
    }
    chosen.features.col(k) = data.features.col(sample);
    if (has_targets) chosen.targets.col(k) = data.targets.col(sample);
  }
  return chosen;
}

}  // namespace tracer
