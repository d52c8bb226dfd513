// The columns of a CSV file whose values are names: each value becomes a feature of its own. Next:
// csv.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "datasets/csv_columns.hpp"
#include "datasets/dataset.hpp"

namespace tracer {

/// While the file is read such a column is one number, that of its value in the order in which they
/// come; spread() makes features of them.
class OneHotColumns {
 public:
  OneHotColumns() = default;
  /// `trained`: what the training data's columns have; of other files no value may be another.
  OneHotColumns(const CsvColumns&, const std::optional<Columns>& trained);

  bool any() const { return any_; }
  bool has(int feature) const { return any_ && columns_[static_cast<std::size_t>(feature)].is; }

  /// What stands for a sample that has none of the values.
  static constexpr float none = -1;
  /// The number of a value. Throws Error: the training data have no such value (naming those that
  /// they have), or there are so many that the column can't be one of kinds.
  float number_of(int feature, std::string_view value);

  /// One row for each column → one for each feature; of text 1 where the value stands and else 0, and
  /// NaN in all of them where it is missing. Values are sorted, or stand as in training. Throws Error
  /// where that makes more than 2^28 entries.
  void spread(Array<float>& features);
  /// As Columns::values has them. After spread().
  std::vector<std::vector<std::string>> values() const;
  /// Of each feature whether it is a value's. After spread().
  const std::vector<bool>& is_value() const { return is_value_; }

 private:
  struct Column {
    bool is = false;
    std::vector<std::string> values;
    std::unordered_map<std::string, int> numbers;
  };
  std::vector<Column> columns_;
  std::vector<bool> is_value_;
  bool any_ = false;
  bool is_known_ = false;
};

}  // namespace tracer
