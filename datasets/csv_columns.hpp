// Which column of a CSV file is the label, and which feature each of the others is. Next: csv.hpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "datasets/file_options.hpp"

namespace tracer {

/// What a file begins with.
struct CsvStart {
  std::vector<std::string> names;  ///< of the header; empty: there is none
  std::vector<bool> is_number;     ///< of the first sample's fields
  /// Whether the column has text among its first values; empty: nobody has asked.
  std::vector<bool> has_text = {};
  int columns() const { return static_cast<int>(is_number.size()); }
};

struct CsvColumns {
  static constexpr int not_read = -1;
  std::optional<int> label;
  std::vector<int> feature;  ///< of each column: which one it is; not_read: none, or the label
  int features = 0;
  std::vector<bool> one_hot;  ///< of each feature: its column is one-hot, as the options say
  std::vector<std::string> remarks;
};

/// By the options `label`, `labelled`, `features` and `columns`; `file` is for messages.
/// With the training data's columns and a header in both files, columns are matched by name: other
/// orders and columns that the model does not know are remarked on. Otherwise by place: the label is
/// where it was in training, a file without it has the features only.
/// Without, the label is, where it is not told, the column called label, class or target (of several
/// the last), else the only one of text that is not one-hot, else, of 785, the first, else the last.
/// What is one-hot is as in training, or as the options say.
/// Throws Error: a column is missing (naming it), there are too many or too few; the label is one-hot.
CsvColumns csv_columns(const CsvStart&, const FileOptions&, const std::string& file);

/// For messages: "column 3", or "column 3 (pixel1)".
std::string column_text(const CsvStart&, int column);

bool is_pixel(const std::string& column_name);

}  // namespace tracer
