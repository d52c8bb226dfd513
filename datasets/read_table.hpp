// A data set from a file of any kind: csv, npz, npy, idx or png, chosen by what the file holds.
// Next: csv.hpp, npz.hpp, idx.hpp, png.hpp.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "datasets/csv.hpp"
#include "datasets/dataset.hpp"
#include "datasets/npz.hpp"

namespace tracer {

struct FileOptions {
  /// label and header are of CSV only; classes, class_names, scale, features (how many there must
  /// be) and n go for every kind where they make sense.
  CsvOptions csv;
  std::string features_name, targets_name;  ///< of arrays in an .npz
  std::string part = "train";               ///< of an .npz with x_train and x_test
  std::filesystem::path labels;  ///< of IDX pictures, or y.npy for X.npy; empty: of IDX pictures
      ///< they are looked for beside (…images-idx3… → …labels-idx1…)
  bool labelled = true;  ///< false: no targets are looked for
  int image_rows = 28;   ///< of a PNG
  int image_columns = 28;
};

/// Throws Error: what the readers throw, and a binary file of no known kind.
Dataset load_file(const std::filesystem::path&, const FileOptions& = {});

}  // namespace tracer
