#include "datasets/npz.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "datasets/targets.hpp"

namespace tracer {
namespace {

std::string first_there(const std::vector<std::string>& names,
                        const std::vector<std::string>& wanted) {
  for (const std::string& name : wanted) {
    if (std::ranges::find(names, name) != names.end()) return name;
  }
  return "";
}

bool is_flat(const NpyArray& array) {
  return array.shape.size() <= 1 || array.rows() == 1 || array.columns() == 1;
}

// Whether the second index counts the samples.
bool samples_are_columns(const NpyArray& x, const NpyArray* y, int feature_count) {
  if (x.shape.size() != 2) return false;
  const std::int64_t rows = x.rows(), columns = x.columns();
  if (feature_count > 0 && rows != columns && (rows == feature_count || columns == feature_count)) {
    return rows == feature_count;
  }
  if (y == nullptr || rows == columns) return false;
  if (is_flat(*y)) {
    const auto count = static_cast<std::int64_t>(y->size());
    return columns == count && rows != count;
  }
  return x.columns() == y->columns() && x.rows() != y->rows();
}

void set_targets_from(Dataset& data, const NpyArray& y, const FileOptions& options,
                      std::int64_t samples, bool in_columns, const std::string& name) {
  const Where where = [&](std::size_t k) { return fmt::format("{}, sample {}", name, k + 1); };
  if (is_flat(y) && static_cast<std::int64_t>(y.size()) == samples) {
    std::vector<double> labels;
    for (std::size_t k = 0; k < y.size(); ++k) {
      if (!std::isfinite(y.at(k))) fail_file(where(k), fmt::format("the target is {}", y.at(k)));
      labels.push_back(y.at(k));
    }
    set_targets(data, labels, {options.classes, options.class_names}, where);
    return;
  }
  const std::int64_t count = in_columns ? y.columns() : y.rows();
  if (count != samples || y.shape.size() > 2) {
    fail_file(name,
              fmt::format("targets of shape {} for {} samples of {} features; expected one target "
                          "(or row of targets) a sample",
                          y.shape_text(), samples, data.features.rows()));
  }
  data.targets = in_columns ? matrix_of<float>(y) : transposed_matrix_of<float>(y);
  if (!data.targets.isFinite().all()) fail_file(name, "the targets hold NaN or infinity");
  const Array<float>& t = data.targets;
  const bool is_one_hot = (t == 0 || t == 1).all() && (t.colwise().sum() == 1).all();
  if (!is_one_hot || options.classes == 0) return;
  if (options.classes && *options.classes != t.rows()) {
    fail_file(name,
              fmt::format("the targets have {} classes, expected {}", t.rows(), *options.classes));
  }
  for (Eigen::Index k = 0; k < t.rows(); ++k) data.classes.push_back(std::to_string(k));
  if (options.class_names.size() == data.classes.size()) data.classes = options.class_names;
}

}  // namespace

Dataset npy_dataset(const NpyArray& x, const NpyArray* y, const FileOptions& options,
                    const std::string& name) {
  const bool in_columns = samples_are_columns(x, y, options.features);
  Dataset data;
  data.name = name;
  // C order of m × features is Eigen's order of features × m: a plain copy.
  data.features = in_columns ? matrix_of<float>(x) : transposed_matrix_of<float>(x);
  const std::int64_t samples = data.features.cols();
  if (samples > 2'000'000'000 || data.features.rows() > 2'000'000'000) {
    fail_file(name, fmt::format("an array of shape {} is too large", x.shape_text()));
  }
  if (options.features > 0 && data.features.rows() != options.features) {
    fail_file(name, fmt::format("has {} features (an array of shape {}), expected {}",
                                data.features.rows(), x.shape_text(), options.features));
  }
  if (!data.features.isFinite().all()) fail_file(name, "the features hold NaN or infinity");

  // n × r × c, and n × r × c × 1, are pictures; so are bytes in the size of MNIST's.
  const bool has_sides = x.shape.size() == 3 || (x.shape.size() == 4 && x.shape[3] == 1);
  if (has_sides) {
    data.image_rows = static_cast<int>(x.shape[1]);
    data.image_columns = static_cast<int>(x.shape[2]);
  } else if (x.dtype == "u1" && data.features.rows() == 784) {
    data.image_rows = data.image_columns = 28;
  }
  const bool is_bytes = data.is_images() && x.dtype == "u1" && data.features.maxCoeff() > 1;
  const double by = options.scale.value_or(is_bytes ? 255 : 1);
  if (by != 1) data.features /= static_cast<float>(by);

  if (y != nullptr) set_targets_from(data, *y, options, samples, in_columns, name);
  if (options.n < 0 || options.n > data.count()) {
    fail_file(name, fmt::format("has {} samples, not {}", data.count(), options.n));
  }
  if (options.n > 0 && options.n < data.count()) {
    data.features.conservativeResize(Eigen::NoChange, options.n);
    if (data.targets.size() > 0) data.targets.conservativeResize(Eigen::NoChange, options.n);
  }
  return data;
}

Dataset npz_dataset(const Npz& archive, const FileOptions& options) {
  const std::vector<std::string> names = archive.names();
  std::string features = options.features_name;
  if (features.empty()) {
    features = first_there(
        names, {"x_" + options.part, "X_" + options.part, "X", "x", "images", "data", "features"});
  }
  if (features.empty()) {
    fail_file(archive.name(),
              fmt::format("none of its arrays ({}) is called X; say which holds the "
                          "features",
                          fmt::join(names, ", ")));
  }
  std::string targets = options.targets_name;
  if (targets.empty()) {
    targets = first_there(names, {"y_" + options.part, "Y_" + options.part, "Y", "y", "labels",
                                  "label", "targets", "target"});
  }
  const NpyArray x = archive.read(features);
  if (targets.empty() || !options.labelled) {
    return npy_dataset(x, nullptr, options, archive.name());
  }
  const NpyArray y = archive.read(targets);
  return npy_dataset(x, &y, options, archive.name());
}

}  // namespace tracer
