#include "datasets/csv_one_hot.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include <fmt/format.h>

#include "datasets/csv_fields.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr std::size_t most_values = 1000;  // more are names of samples, and no kinds

std::string some_values(const std::vector<std::string>& values) {
  std::vector<std::string> some;
  for (const std::string& value : values) {
    if (some.size() < 10) some.push_back(shown(value));
  }
  return fmt::format("{}{}", fmt::join(some, ", "), values.size() > some.size() ? ", ..." : "");
}

}  // namespace

OneHotColumns::OneHotColumns(const CsvColumns& columns, const std::optional<Columns>& trained)
    : columns_(columns.one_hot.size()), is_known_(trained && !trained->values.empty()) {
  for (std::size_t k = 0; k < columns_.size(); ++k) {
    Column& column = columns_[k];
    column.is = columns.one_hot[k];
    any_ = any_ || column.is;
    if (!is_known_ || !column.is) continue;
    column.values = trained->values[k];
    for (std::size_t i = 0; i < column.values.size(); ++i)
      column.numbers.emplace(column.values[i], static_cast<int>(i));
  }
}

float OneHotColumns::number_of(int feature, std::string_view value) {
  Column& column = columns_[static_cast<std::size_t>(feature)];
  const auto [found, is_new] =
      column.numbers.try_emplace(std::string(value), static_cast<int>(column.values.size()));
  if (!is_new) return static_cast<float>(found->second);
  if (is_known_) {
    throw Error(fmt::format("'{}' is none of the values in the training data ({})", shown(value),
                            some_values(column.values)));
  }
  column.values.emplace_back(value);
  if (column.values.size() > most_values) {
    throw Error(
        fmt::format("has more than {} different values: are they names of samples, and no "
                    "kinds? leave the column out of one_hot",
                    most_values));
  }
  return static_cast<float>(found->second);
}

void OneHotColumns::spread(Array<float>& features) {
  if (!any_) return;
  std::vector<std::vector<int>> places(columns_.size());  // of each value's number
  is_value_.clear();
  for (std::size_t k = 0; k < columns_.size(); ++k) {
    Column& column = columns_[k];
    if (!column.is) {
      is_value_.push_back(false);
      continue;
    }
    if (column.values.empty())
      throw Error(
          fmt::format("one_hot: column {} of the features has no value in any sample", k + 1));
    std::vector<int> order(column.values.size());
    std::iota(order.begin(), order.end(), 0);
    if (!is_known_) {
      std::ranges::sort(order, {}, [&](int i) -> const std::string& {
        return column.values[static_cast<std::size_t>(i)];
      });
    }
    places[k].resize(order.size());
    std::vector<std::string> sorted;
    for (const int number : order) {
      places[k][static_cast<std::size_t>(number)] = static_cast<int>(sorted.size());
      sorted.push_back(column.values[static_cast<std::size_t>(number)]);
    }
    column.values = std::move(sorted);
    is_value_.insert(is_value_.end(), column.values.size(), true);
  }
  const auto rows = static_cast<Eigen::Index>(is_value_.size());
  constexpr Eigen::Index most_entries = Eigen::Index{1} << 28U;
  if (features.cols() > 0 && rows > most_entries / features.cols()) {
    throw Error(
        fmt::format("one_hot makes {} features of each of {} samples, which is too much; "
                    "one_hot=[...] names fewer columns",
                    rows, features.cols()));
  }
  Array<float> wide(rows, features.cols());
  for (Eigen::Index sample = 0; sample < features.cols(); ++sample) {
    Eigen::Index row = 0;
    for (std::size_t k = 0; k < columns_.size(); ++k) {
      const float number = features(static_cast<Eigen::Index>(k), sample);
      const auto count = static_cast<Eigen::Index>(places[k].size());
      if (!columns_[k].is) {
        wide(row++, sample) = number;
        continue;
      }
      wide.col(sample).segment(row, count).setConstant(std::isnan(number) ? number : 0.0F);
      if (number >= 0) wide(row + places[k][static_cast<std::size_t>(number)], sample) = 1;
      row += count;
    }
  }
  features.swap(wide);
}

std::vector<std::vector<std::string>> OneHotColumns::values() const {
  std::vector<std::vector<std::string>> all;
  if (!any_) return all;
  for (const Column& column : columns_) all.push_back(column.values);
  return all;
}

}  // namespace tracer
