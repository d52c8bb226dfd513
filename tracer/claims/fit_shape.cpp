#include "tracer/claims/fit_shape.hpp"

#include <fmt/format.h>

namespace tracer {

std::vector<std::int64_t> long_sides(const NamedArray& array) {
  std::vector<std::int64_t> sides;
  for (const std::int64_t side : array.shape) {
    if (side != 1) sides.push_back(side);
  }
  return sides;
}

Fitted as_matrix(const NamedArray& array, Eigen::Index rows, Eigen::Index columns,
                 bool transposed) {
  using RowMajor = Eigen::Array<long double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const auto laid_out = [&](const std::vector<long double>& numbers) -> Reals {
    if (transposed)  // C order of columns × rows is Eigen's own order of rows × columns
      return Eigen::Map<const Reals>(numbers.data(), rows, columns);
    return Eigen::Map<const RowMajor>(numbers.data(), rows, columns);
  };
  Fitted fitted;
  fitted.values = laid_out(array.values);
  fitted.half_unit =
      array.half_units.empty() ? Reals::Zero(rows, columns) : laid_out(array.half_units);
  return fitted;
}

std::optional<Fitted> fit_shape(const NamedArray& array, const Shape& wanted) {
  const Eigen::Index rows = wanted.rows.count, columns = wanted.columns.count;
  if (static_cast<long long>(array.values.size()) != wanted.count()) return std::nullopt;
  const std::vector<std::int64_t> sides = long_sides(array);
  const bool is_vector = rows == 1 || columns == 1;
  const bool as_it_is = sides.size() == 2 && sides[0] == rows && sides[1] == columns;
  const bool turned = sides.size() == 2 && sides[0] == columns && sides[1] == rows && !as_it_is;
  if (sides.size() == 2 && !is_vector && !as_it_is && !turned) return std::nullopt;

  Fitted fitted = as_matrix(array, rows, columns, turned);
  fitted.turned = turned && !is_vector;
  if (turned) {
    fitted.remarks.push_back(fmt::format("stored as {}, the transpose", shape_text(array)));
  } else if (is_vector && sides.size() <= 1) {
    const bool lies_across =
        array.shape.size() == 2 && array.shape[0] != rows && array.shape[1] != columns;
    if (lies_across)
      fitted.remarks.push_back(fmt::format("stored as {}, the transpose", shape_text(array)));
  } else if (!as_it_is) {
    fitted.remarks.push_back(
        sides.size() <= 1
            ? fmt::format("stored as a flat list of {}, read row by row", array.values.size())
            : fmt::format("stored as {}, read row by row", shape_text(array)));
  }
  return fitted;
}

}  // namespace tracer
