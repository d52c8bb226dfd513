#include "datasets/dataset.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <unordered_map>

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {

std::vector<std::string> feature_names(const Columns& columns) {
  if (columns.values.empty() || columns.features.empty()) return columns.features;
  std::vector<std::string> names;
  for (std::size_t k = 0; k < columns.values.size(); ++k) {
    if (columns.values[k].empty()) names.push_back(columns.features[k]);
    for (const std::string& value : columns.values[k])
      names.push_back(fmt::format("{}={}", columns.features[k], value));
  }
  return names;
}

int feature_count(const Columns& columns) {
  std::size_t count = 0;
  for (const auto& values : columns.values) count += std::max<std::size_t>(values.size(), 1);
  return static_cast<int>(count);
}

std::vector<double> means_of(const Array<float>& features, std::span<const int> samples,
                             std::string_view name, std::string_view where) {
  std::vector<double> means;
  for (Eigen::Index k = 0; k < features.rows(); ++k) {
    const Eigen::ArrayXd row = samples.empty()
                                   ? Eigen::ArrayXd(features.row(k).cast<double>())
                                   : Eigen::ArrayXd(features(k, samples).cast<double>());
    const auto there = row.size() - row.isNaN().count();
    if (there == 0)
      throw Error(
          fmt::format("{}: feature {} has no value in {}, so it has no mean", name, k + 1, where));
    means.push_back(row.isNaN().select(0.0, row).sum() / static_cast<double>(there));
  }
  return means;
}

void fill_gaps(Array<float>& features, std::span<const double> means) {
  for (Eigen::Index k = 0; k < features.rows(); ++k) {
    const auto mean = static_cast<float>(means[static_cast<std::size_t>(k)]);
    features.row(k) = features.row(k).isNaN().select(mean, features.row(k));
  }
}

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
  chosen.columns = data.columns;
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

// Their labels, in the order of the classes; none: the labels are numbers.
using ClassLabels = std::vector<double>;

ClassLabels counted_from(int first, int count) {
  ClassLabels labels;
  for (int k = 0; k < count; ++k) labels.push_back(first + k);
  return labels;
}

ClassLabels found_classes(const std::vector<double>& labels, bool of_pictures) {
  std::set<int> seen;
  for (const double label : labels) {
    if (!(label >= 0 && label <= most_found && label == std::floor(label))) return {};
    seen.insert(static_cast<int>(label));
  }
  if (seen.empty()) return {};
  const int last = *seen.rbegin();
  if (of_pictures && last < most_found) return counted_from(0, std::max(10, last + 1));
  const int first = *seen.begin();
  const int count = last - first + 1;
  const bool each_is_there = seen.size() == static_cast<std::size_t>(count);
  const bool are_classes = first <= 1 && each_is_there && count >= 2 && count <= most_found &&
                           labels.size() >= 2 * static_cast<std::size_t>(count);
  return are_classes ? counted_from(first, count) : ClassLabels{};
}

ClassLabels wanted_classes(const std::vector<double>& labels) {
  std::set<double> seen;
  for (const double label : labels) {
    if (label != std::floor(label)) return {};
    if (seen.insert(label).second && seen.size() > static_cast<std::size_t>(most_found)) return {};
  }
  if (seen.size() < 2 || seen == std::set<double>{-1, 1}) return {};
  return {seen.begin(), seen.end()};
}

ClassLabels told_classes(const std::vector<double>& labels, int count) {
  if (count == 0) return {};
  std::set<double> seen;
  for (const double label : labels) {
    if (seen.insert(label).second && seen.size() > static_cast<std::size_t>(count)) break;
  }
  const auto within = [&](int first) {
    return std::ranges::all_of(seen, [&](double label) {
      return label >= first && label < first + count && label == std::floor(label);
    });
  };
  if (!within(0) && !within(1) && seen.size() == static_cast<std::size_t>(count))
    return {seen.begin(), seen.end()};
  return counted_from(!seen.contains(0) && seen.contains(count) ? 1 : 0, count);
}

// 2^28 entries are a gigabyte: a column of names or numbers of samples taken for the label.
void check_is_no_identifier(const Dataset& data, std::size_t classes, std::size_t samples) {
  constexpr std::size_t most = std::size_t{1} << 28U;
  if (classes < 3 || samples <= most / classes) return;
  throw Error(
      fmt::format("{}: its labels are {} different ones for {} samples; is this column the "
                  "label? label= names another",
                  data.name, classes, samples));
}

void set_classes(Dataset& data, const std::vector<int>& labels, std::vector<std::string> names) {
  check_is_no_identifier(data, names.size(), labels.size());
  data.targets = class_targets(labels, static_cast<int>(names.size()));
  data.classes = std::move(names);
}

}  // namespace

namespace {

std::string name_of_label(double label) { return fmt::format("{}", label); }

// As name_of_label says it, where it is a number: 1.0 is 1.
std::string plain_label(const std::string& label) {
  double number = 0;
  const char* const end = label.data() + label.size();
  const auto [after, problem] = std::from_chars(label.data(), end, number);
  return problem == std::errc() && after == end ? name_of_label(number) : label;
}

std::unordered_map<std::string, int> numbered(const std::vector<std::string>& names) {
  std::unordered_map<std::string, int> numbers;
  for (std::size_t k = 0; k < names.size(); ++k)
    numbers.emplace(names[k], static_cast<int>(k));  // of equal names the first
  return numbers;
}

std::string some_of(const std::vector<std::string>& names) {
  constexpr std::size_t most = 10;
  const auto end =
      names.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(names.size(), most));
  return fmt::format("{}{}", fmt::join(names.begin(), end, ", "),
                     names.size() > most ? ", ..." : "");
}

}  // namespace

void set_targets(Dataset& data, const std::vector<double>& labels, const KnownClasses& known,
                 const Where& where) {
  if (!known.names.empty()) {
    TextLabels texts;
    for (const double label : labels) texts.add(name_of_label(label));
    set_targets(data, texts, known, where);
    return;
  }
  ClassLabels classes =
      known.count ? told_classes(labels, *known.count) : found_classes(labels, data.is_images());
  if (!known.count && classes.empty() && known.wanted) classes = wanted_classes(labels);
  if (classes.empty()) {
    data.targets.resize(1, static_cast<Eigen::Index>(labels.size()));
    for (std::size_t k = 0; k < labels.size(); ++k) {
      data.targets(0, static_cast<Eigen::Index>(k)) = static_cast<float>(labels[k]);
    }
    return;
  }
  std::vector<int> numbers;
  numbers.reserve(labels.size());
  for (std::size_t k = 0; k < labels.size(); ++k) {
    const auto at = std::ranges::lower_bound(classes, labels[k]);
    if (at == classes.end() || *at != labels[k]) {
      throw Error(fmt::format("{}: label {} is no class: with {} classes they are {} to {}",
                              where(k), labels[k], classes.size(), classes.front(),
                              classes.back()));
    }
    numbers.push_back(static_cast<int>(at - classes.begin()));
  }
  std::vector<std::string> names;
  for (const double label : classes) names.push_back(name_of_label(label));
  set_classes(data, numbers, std::move(names));
}

void TextLabels::add(std::string_view text) {
  const auto [found, is_new] =
      known_.try_emplace(std::string(text), static_cast<int>(texts_.size()));
  if (is_new) texts_.emplace_back(text);
  numbers_.push_back(found->second);
}

void set_targets(Dataset& data, const TextLabels& labels, const KnownClasses& known,
                 const Where& where) {
  std::vector<std::string> names = known.names;
  if (names.empty()) {
    std::vector<bool> occurs(labels.texts().size());
    for (const int number : labels.numbers()) occurs[static_cast<std::size_t>(number)] = true;
    for (std::size_t k = 0; k < occurs.size(); ++k) {
      if (occurs[k]) names.push_back(labels.texts()[k]);
    }
    std::ranges::sort(names);
    if (known.count && static_cast<std::size_t>(*known.count) != names.size()) {
      throw Error(fmt::format("{}: the labels have {} different texts, expected {} classes",
                              where(0), names.size(), *known.count));
    }
  }
  const std::unordered_map<std::string, int> numbers = numbered(names);
  constexpr int no_class = -1;
  std::vector<int> class_of_text;
  for (const std::string& text : labels.texts()) {
    auto found = numbers.find(text);
    if (found == numbers.end()) found = numbers.find(plain_label(text));
    class_of_text.push_back(found == numbers.end() ? no_class : found->second);
  }
  std::vector<int> classes;
  classes.reserve(labels.size());
  for (std::size_t k = 0; k < labels.size(); ++k) {
    const auto text = static_cast<std::size_t>(labels.numbers()[k]);
    if (class_of_text[text] == no_class) {
      throw Error(fmt::format("{}: label '{}' is no class of the training data ({})", where(k),
                              labels.texts()[text], some_of(names)));
    }
    classes.push_back(class_of_text[text]);
  }
  set_classes(data, classes, std::move(names));
}

}  // namespace tracer
