#include "datasets/dataset.hpp"

#include <algorithm>
#include <cmath>
#include <set>

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

namespace {

constexpr int most_found = 100;  // more different whole numbers than that are hardly classes

struct Classes {
  int first = 0;  // the label of class 0: 0 or 1
  int count = 0;  // 0: the labels are numbers
};

Classes found_classes(const std::vector<double>& labels, bool of_pictures) {
  std::set<int> seen;
  for (const double label : labels) {
    if (!(label >= 0 && label <= most_found && label == std::floor(label))) return {};
    seen.insert(static_cast<int>(label));
  }
  if (seen.empty()) return {};
  const int last = *seen.rbegin();
  if (of_pictures && last < most_found) return {0, std::max(10, last + 1)};
  const int first = *seen.begin();
  const int count = last - first + 1;
  const bool each_is_there = seen.size() == static_cast<std::size_t>(count);
  const bool are_classes = first <= 1 && each_is_there && count >= 2 && count <= most_found &&
                           labels.size() >= 2 * static_cast<std::size_t>(count);
  return are_classes ? Classes{first, count} : Classes{};
}

Classes told_classes(const std::vector<double>& labels, int count) {
  const bool has_0 = std::ranges::find(labels, 0.0) != labels.end();
  const bool has_last = std::ranges::find(labels, static_cast<double>(count)) != labels.end();
  return {!has_0 && has_last ? 1 : 0, count};
}

void set_classes(Dataset& data, const std::vector<int>& labels, std::vector<std::string> names) {
  data.targets = class_targets(labels, static_cast<int>(names.size()));
  data.classes = std::move(names);
}

}  // namespace

void set_targets(Dataset& data, const std::vector<double>& labels, const KnownClasses& known,
                 const Where& where) {
  if (!known.names.empty()) {
    std::vector<std::string> texts;
    for (const double label : labels) texts.push_back(fmt::format("{}", label));
    set_targets(data, texts, known, where);
    return;
  }
  const Classes classes =
      known.count ? told_classes(labels, *known.count) : found_classes(labels, data.is_images());
  if (classes.count == 0) {
    data.targets.resize(1, static_cast<Eigen::Index>(labels.size()));
    for (std::size_t k = 0; k < labels.size(); ++k) {
      data.targets(0, static_cast<Eigen::Index>(k)) = static_cast<float>(labels[k]);
    }
    return;
  }
  std::vector<int> numbers;
  numbers.reserve(labels.size());
  for (std::size_t k = 0; k < labels.size(); ++k) {
    const double label = labels[k] - classes.first;
    if (!(label >= 0 && label < classes.count && label == std::floor(label))) {
      throw Error(fmt::format("{}: label {} is no class: with {} classes they are {} to {}",
                              where(k), labels[k], classes.count, classes.first,
                              classes.first + classes.count - 1));
    }
    numbers.push_back(static_cast<int>(label));
  }
  std::vector<std::string> names;
  for (int k = 0; k < classes.count; ++k) names.push_back(std::to_string(classes.first + k));
  set_classes(data, numbers, std::move(names));
}

void set_targets(Dataset& data, const std::vector<std::string>& labels, const KnownClasses& known,
                 const Where& where) {
  std::vector<std::string> names = known.names;
  if (names.empty()) {
    names = labels;
    std::ranges::sort(names);
    const auto repeated = std::ranges::unique(names);
    names.erase(repeated.begin(), repeated.end());
    if (known.count && static_cast<std::size_t>(*known.count) != names.size()) {
      throw Error(fmt::format("{}: the labels have {} different texts, expected {} classes",
                              where(0), names.size(), *known.count));
    }
  }
  std::vector<int> numbers;
  numbers.reserve(labels.size());
  // The names need not be sorted, but most are few.
  for (std::size_t k = 0; k < labels.size(); ++k) {
    const auto name = std::ranges::find(names, labels[k]);
    if (name == names.end()) {
      throw Error(fmt::format(
          "{}: label '{}' is no class of the training data ({}{})", where(k), labels[k],
          fmt::join(
              names.begin(),
              names.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(names.size(), 10)),
              ", "),
          names.size() > 10 ? ", ..." : ""));
    }
    numbers.push_back(static_cast<int>(name - names.begin()));
  }
  set_classes(data, numbers, std::move(names));
}

}  // namespace tracer
