#include "tracer/claims/fit_shape.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/error.hpp"

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

namespace {

bool is_vector(const Shape& shape) { return shape.rows.is_one() || shape.columns.is_one(); }

// One gradient a sample, entries × samples: of a vector n × m or m × n, of a matrix m × r × c.
std::optional<Fitted> one_a_sample(const NamedArray& array, const Shape& wanted, int samples,
                                   bool rows) {
  const auto entries = static_cast<Eigen::Index>(wanted.count());
  const std::vector<std::int64_t> sides = long_sides(array);
  if (samples < 2 || static_cast<Eigen::Index>(array.values.size()) != entries * samples)
    return std::nullopt;
  if (is_vector(wanted)) {
    if (entries == 1) return as_matrix(array, 1, samples, false);
    if (sides.size() != 2) return std::nullopt;
    const bool is_square = sides[0] == sides[1];
    const bool samples_first = is_square ? rows : sides[0] == samples;
    return as_matrix(array, entries, samples, samples_first);
  }
  const bool fits = sides.size() == 3 && sides[0] == samples && sides[1] == wanted.rows.count &&
                    sides[2] == wanted.columns.count;
  if (!fits) return std::nullopt;
  Fitted fitted = as_matrix(array, entries, samples, true);
  // a sample's numbers come row by row, and a matrix is kept column by column
  for (Reals* numbers : {&fitted.values, &fitted.half_unit}) {
    for (Eigen::Index k = 0; k < samples; ++k) {
      const Reals of_sample =
          Eigen::Map<const Reals>(numbers->col(k).data(), wanted.columns.count, wanted.rows.count);
      const Reals turned = of_sample.transpose();
      numbers->col(k) =
          Eigen::Map<const Eigen::Array<long double, Eigen::Dynamic, 1>>(turned.data(), entries);
    }
  }
  return fitted;
}

// Along what the gradient of a parameter is summed: the samples of a batch. A lesson whose samples
// are an input, as in grad Y wrt W, b with dY, has no batch that it knows of; there they are the
// columns (or rows) that a bias is repeated for.
struct SummedOver {
  int samples = 1;
  bool rows = false;  // one row a sample
};

SummedOver summed_over(const Program& program, const BatchGraph& batch, NodeId parameter) {
  if (batch.batch_size > 1) return {batch.batch_size, program.data && program.data->rows};
  const Shape& own = batch.graph[parameter].shape;
  for (NodeId id = 0; id < batch.graph.size(); ++id) {
    const Node& node = batch.graph[id];
    if (node.is_leaf() || node.operation->law != Law::broadcast || node.operands[0] != parameter)
      continue;
    const bool more_rows = node.shape.rows.count > own.rows.count;
    const bool more_columns = node.shape.columns.count > own.columns.count;
    if (more_rows && more_columns) continue;  // a number that is added to a matrix
    if (more_rows) return {node.shape.rows.count, true};
    if (more_columns) return {node.shape.columns.count, false};
  }
  return {};
}

struct Fitter {
  const NamedArray& array_;
  NodeId node_;
  bool gradient_;
  const Program& program_;
  const BatchGraph& batch_;
  const std::string& source_;
  const Node& value_ = batch_.graph[node_];
  Claim claim_ = {};

  Claim run() {
    claim_.called = array_.name;
    claim_.name = value_.name;
    claim_.gradient = gradient_;
    claim_.precision = array_.precision;
    claim_.written = array_.written;
    claim_.remarks = array_.remarks;
    if (auto fitted = fit_shape(array_, value_.shape)) {
      claim_.values = std::move(fitted->values);
      claim_.half_unit = std::move(fitted->half_unit);
      claim_.turned = fitted->turned;
      claim_.remarks.insert(claim_.remarks.end(), fitted->remarks.begin(), fitted->remarks.end());
    } else if (!is_known_mistake()) {
      fail();
    }
    return std::move(claim_);
  }

  bool is_known_mistake() {
    const bool is_parameter = gradient_ && value_.leaf == LeafKind::parameter;
    if (!is_parameter) return false;
    const Eigen::Index rows = value_.shape.rows.count, columns = value_.shape.columns.count;
    const auto [m, samples_are_rows] = summed_over(program_, batch_, node_);
    if (auto each = one_a_sample(array_, value_.shape, m, samples_are_rows)) {
      const Reals sums = each->values.rowwise().sum();
      const Reals units = each->half_unit.rowwise().sum();
      claim_.values = Eigen::Map<const Reals>(sums.data(), rows, columns);
      claim_.half_unit = Eigen::Map<const Reals>(units.data(), rows, columns);
      claim_.unsummed = std::move(each->values);
      claim_.remarks.push_back(
          fmt::format("has a gradient for each of the {} samples ({}): not summed over the batch",
                      m, shape_text(array_)));
      return true;
    }
    if (!is_vector(value_.shape)) return false;
    if (array_.values.size() == 1) {
      claim_.values = Reals::Constant(rows, columns, array_.values[0]);
      claim_.half_unit =
          Reals::Constant(rows, columns, array_.half_units.empty() ? 0.0L : array_.half_units[0]);
      claim_.one_for_all = true;
      claim_.remarks.push_back(fmt::format("is one number for all {} entries", rows * columns));
      return true;
    }
    if (m > 1 && array_.values.size() == static_cast<std::size_t>(m) &&
        long_sides(array_).size() == 1) {
      claim_.values = Reals::Zero(rows, columns);
      claim_.half_unit = Reals::Zero(rows, columns);
      claim_.summed_over_units = as_matrix(array_, 1, m, false).values;
      claim_.remarks.push_back(
          fmt::format("has {} entries, one a sample, where {} has {}: summed over the units", m,
                      value_.name, rows * columns));
      return true;
    }
    return false;
  }

  // the parameters that an array of these sides would fit
  std::string others() const {
    std::string names;
    for (const std::string& name : program_.parameters) {
      if (gradient_ && fit_shape(array_, program_.shapes.at(name)))
        names += (names.empty() ? "" : " and ") + name;
    }
    return names;
  }

  [[noreturn]] void fail() const {
    std::string remedy;
    const auto has_side = [&](std::int64_t side) {
      return std::ranges::count(array_.shape, side) > 0;
    };
    const bool is_of_samples = value_.leaf == LeafKind::none && !value_.shape.is_scalar();
    if (const std::string fitting = others(); !fitting.empty()) {
      remedy = fmt::format("it would fit {}: are two of the arrays swapped?", fitting);
    } else if (is_of_samples && !has_side(batch_.batch_size)) {
      remedy =
          fmt::format("the batch has {} {}: claim the same ones, or hand over yours with --data",
                      batch_.batch_size, batch_.batch_size == 1 ? "sample" : "samples");
    } else if (gradient_) {
      remedy = fmt::format(
          "a gradient has the shape of what it belongs to; if your {0} is {1}, "
          "change the lesson, or hand it over with --params",
          value_.name, shape_text(array_));
    } else {
      remedy = "claim that value, or leave it out";
    }
    throw Error(fmt::format("{} is {} in {}, {} is {} in the lesson; {}", array_.name,
                            shape_text(array_), source_, value_.name, to_string(value_.shape),
                            remedy));
  }
};

}  // namespace

Claim fit_claim(const NamedArray& array, NodeId node, bool gradient, const Program& program,
                const BatchGraph& batch, const std::string& source) {
  return Fitter{array, node, gradient, program, batch, source}.run();
}

}  // namespace tracer
