// What is said of a file of samples beside its name, whatever kind of file it is: each reader takes
// what concerns it. Next: load.hpp, which chooses the reader.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "datasets/dataset.hpp"

namespace tracer {

struct FileOptions {
  int n = 0;         ///< only the first n samples; 0: all
  int features = 0;  ///< how many there must be, if > 0
  std::optional<double>
      scale;             ///< features are divided by it; not given: 255 for pictures of bytes,
                         ///< else 1
  bool labelled = true;  ///< false: no targets are looked for
  std::optional<int> classes;  ///< how many; 0: the labels are numbers; not given: found, as
                               ///< dataset.hpp says
  /// Labels of whole numbers are classes whatever these are: {2, 4}, {3 ... 8}.
  bool wants_classes = false;
  std::vector<std::string> class_names;  ///< of the training data, where these are test data

  struct NoLabel {};
  /// Of CSV, which column is the label: nothing (found, as csv.hpp says), its number from 0
  /// (negative: from the end), its name in the header, or none.
  std::variant<std::monostate, int, std::string, NoLabel> label;
  /// Of CSV: how those of the training data were read. Where both files have a header, columns are
  /// found by their names in it, else by their places.
  std::optional<Columns> columns;
  /// Of CSV; not given: found: the first line has text where the second has a number.
  std::optional<bool> header;
  /// Of CSV; not given: found, where the file leaves no doubt.
  std::optional<char> separator, decimal, thousands;
  /// Of CSV: what is done about a feature that is not there ("", NA, nan, ?): the file is refused;
  /// or samples without it are left out; or the mean of its column or this number takes
  /// its place.
  struct LeaveOut {};
  /// Of the values of its column that are there. `later`: whoever reads the file knows which samples
  /// tell it: NaN stays where nothing is, and for the means (not of columns that are called pixel...).
  struct Mean {
    bool later = false;
  };
  std::variant<std::monostate, LeaveOut, Mean, double> missing;
  /// Of CSV: columns whose values are names and no amounts. Each value gets a feature of its own, 1
  /// where it stands and else 0. They are told by number (from 0; negative: from the end) or by name,
  /// or are all that have text among their first values.
  struct TextColumns {};
  using ColumnName = std::variant<int, std::string>;
  std::variant<std::monostate, TextColumns, std::vector<ColumnName>> one_hot;

  /// Of an .npz: the array's name; empty: x_train or x_test (by `part`), X, x, images, data, features.
  std::string features_name;
  /// Empty: y_train or y_test, Y, y, labels, label, targets, target; where none is there, there are
  /// no targets.
  std::string targets_name;
  std::string part = "train";  ///< which of x_train and x_test

  /// The file with the labels of IDX pictures, or y.npy for X.npy; empty: of IDX pictures they are
  /// looked for beside (…images-idx3… → …labels-idx1…).
  std::filesystem::path labels;
  int image_rows = 28;  ///< of a PNG
  int image_columns = 28;
};

}  // namespace tracer
