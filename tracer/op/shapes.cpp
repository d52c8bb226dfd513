// The shapes of operations that are not entry by entry, and the notation of those that need more
// than a line.
#include <fmt/format.h>

#include "tracer/op/all.hpp"

namespace tracer::op {
namespace {

Shape scalar_of_two(std::string_view name, std::span<const Shape> x) {
  if (!(x[0] == x[1])) {
    throw ShapeError(
        fmt::format("{}: the shapes differ: {} and {}", name, to_string(x[0]), to_string(x[1])));
  }
  return scalar_shape;
}

// one entry a feature: a column where samples are columns, a row where they are rows
void require_feature_vector(std::string_view what, const Shape& vector, const Shape& z, int axis) {
  const Shape wanted = axis == 0 ? Shape{z.rows, {}} : Shape{{}, z.columns};
  if (!(vector == wanted)) {
    throw ShapeError(fmt::format("batch_norm: {} is {}, but a layer of {} needs {}", what,
                                 to_string(vector), to_string(z), to_string(wanted)));
  }
}

}  // namespace

Shape same_shape(std::string_view name, std::span<const Shape> shapes) {
  for (const Shape& shape : shapes) {
    if (!(shape == shapes[0])) {
      throw ShapeError(fmt::format("{}: the shapes differ: {} and {}", name, to_string(shapes[0]),
                                   to_string(shape)));
    }
  }
  // a side that one operand calls by name keeps it: the m of a batch
  Shape result = shapes[0];
  for (const Shape& shape : shapes) {
    if (result.rows.name.empty()) result.rows.name = shape.rows.name;
    if (result.columns.name.empty()) result.columns.name = shape.columns.name;
  }
  return result;
}

Shape reduced(Over over, const Shape& x) {
  switch (over) {
    case Over::all:
      return scalar_shape;
    case Over::each_column:
      return {{}, x.columns};
    case Over::each_row:
      return {x.rows, {}};
  }
  return x;
}

Shape Affine::shape(std::span<const Shape> x, const Attributes& with) {
  const Shape product = Matmul::shape(x.first(2), with);
  const Shape wanted = with.axis == 0 ? Shape{product.rows, {}} : Shape{{}, product.columns};
  if (!(x[2] == wanted)) {
    throw ShapeError(fmt::format("affine: the bias is {}, but a product of {} needs {}",
                                 to_string(x[2]), to_string(product), to_string(wanted)));
  }
  return product;
}

Shape Matmul::shape(std::span<const Shape> x, const Attributes&) {
  if (!(x[0].columns == x[1].rows)) {
    throw ShapeError(fmt::format("matmul: inner sizes differ: left is {}, right is {}",
                                 to_string(x[0]), to_string(x[1])));
  }
  return {x[0].rows, x[1].columns};
}

Shape Outer::shape(std::span<const Shape> x, const Attributes&) {
  for (const Shape& s : x) {
    if (!s.rows.is_one() && !s.columns.is_one()) {
      throw ShapeError(
          fmt::format("outer: wants two vectors, got {} and {}", to_string(x[0]), to_string(x[1])));
    }
  }
  return {x[0].rows.is_one() ? x[0].columns : x[0].rows,
          x[1].rows.is_one() ? x[1].columns : x[1].rows};
}

Symbol Outer::expansion(const Symbol& a, const Symbol& b) {
  const bool a_is_row = a.shape().rows.is_one() && !a.shape().columns.is_one();
  const bool b_is_column = b.shape().columns.is_one() && !b.shape().rows.is_one();
  return dot(a_is_row ? transpose(a) : a, b_is_column ? transpose(b) : b);
}

template <Over over>
Shape Broadcast<over>::shape(std::span<const Shape> x, const Attributes& with) {
  const Shape& to = with.shape;
  const bool fits = over == Over::all           ? x[0].is_scalar()
                    : over == Over::each_column ? x[0].rows.is_one() && x[0].columns == to.columns
                                                : x[0].columns.is_one() && x[0].rows == to.rows;
  if (!fits) {
    throw ShapeError(
        fmt::format("broadcast: {} can't be repeated to {}", to_string(x[0]), to_string(to)));
  }
  return to;
}
template struct Broadcast<Over::all>;
template struct Broadcast<Over::each_column>;
template struct Broadcast<Over::each_row>;

template <Over over>
Shape Norm<over>::shape(std::span<const Shape> x, const Attributes&) {
  return reduced(over, x[0]);
}
template struct Norm<Over::all>;
template struct Norm<Over::each_column>;
template struct Norm<Over::each_row>;

Shape Reshape::shape(std::span<const Shape> x, const Attributes& with) {
  if (!x[0].known() || !with.shape.known() || x[0].count() != with.shape.count()) {
    throw ShapeError(fmt::format("reshape: {} can't become {}: the number of entries differs",
                                 to_string(x[0]), to_string(with.shape)));
  }
  return with.shape;
}

template <int axis>
Shape Concat<axis>::shape(std::span<const Shape> x, const Attributes&) {
  const bool fits = axis == 0 ? x[0].columns == x[1].columns : x[0].rows == x[1].rows;
  if (!fits || !x[0].known() || !x[1].known()) {
    throw ShapeError(fmt::format("concat: {} and {} can't be put {}", to_string(x[0]),
                                 to_string(x[1]), axis == 0 ? "below each other" : "side by side"));
  }
  return axis == 0 ? Shape{{x[0].rows.count + x[1].rows.count, ""}, x[0].columns}
                   : Shape{x[0].rows, {x[0].columns.count + x[1].columns.count, ""}};
}
template struct Concat<0>;
template struct Concat<1>;

Shape Slice::shape(std::span<const Shape> x, const Attributes& with) {
  const Shape& part = with.shape;
  if (!x[0].known() || with.row < 0 || with.column < 0 ||
      with.row + part.rows.count > x[0].rows.count ||
      with.column + part.columns.count > x[0].columns.count) {
    throw ShapeError(fmt::format("slice: [{}:{}, {}:{}] reaches beyond {}", with.row,
                                 with.row + part.rows.count, with.column,
                                 with.column + part.columns.count, to_string(x[0])));
  }
  return part;
}

Notation Slice::notation(std::span<const Operand> x, const Attributes& with) {
  const auto range = [](int first, const Size& taken, const Size& all) {
    if (taken.count == 1 && all.count != 1) return std::to_string(first);
    if (taken.count == all.count) return std::string(":");
    return fmt::format("{}:{}", first, first + taken.count);
  };
  if (with.shape.is_scalar())
    return notation::index(x[0].notation, fmt::format("{},{}", with.row, with.column));
  return notation::index(x[0].notation,
                         range(with.row, with.shape.rows, x[0].shape.rows) + "," +
                             range(with.column, with.shape.columns, x[0].shape.columns));
}

Shape Place::shape(std::span<const Shape> x, const Attributes& with) {
  if (with.row < 0 || with.column < 0 || with.row + x[0].rows.count > with.shape.rows.count ||
      with.column + x[0].columns.count > with.shape.columns.count) {
    throw ShapeError(fmt::format("place: {} at [{},{}] reaches beyond {}", to_string(x[0]),
                                 with.row, with.column, to_string(with.shape)));
  }
  return with.shape;
}

Notation Place::notation(std::span<const Operand> x, const Attributes& with) {
  return notation::call(fmt::format("place[{},{}]", with.row, with.column), {x[0].notation});
}

Shape Mse::shape(std::span<const Shape> x, const Attributes&) { return scalar_of_two(name, x); }
Shape HalfMse::shape(std::span<const Shape> x, const Attributes&) { return scalar_of_two(name, x); }
Shape L1::shape(std::span<const Shape>, const Attributes&) { return scalar_shape; }
Shape L2::shape(std::span<const Shape>, const Attributes&) { return scalar_shape; }
Shape CrossEntropy::shape(std::span<const Shape> x, const Attributes&) {
  return scalar_of_two(name, x);
}
Shape SoftmaxCrossEntropy::shape(std::span<const Shape> x, const Attributes&) {
  return scalar_of_two(name, x);
}
Shape Bce::shape(std::span<const Shape> x, const Attributes&) { return scalar_of_two(name, x); }
Shape BceWithLogits::shape(std::span<const Shape> x, const Attributes&) {
  return scalar_of_two(name, x);
}
Shape Hinge::shape(std::span<const Shape> x, const Attributes&) { return scalar_of_two(name, x); }

Notation CrossEntropy::notation(std::span<const Operand> x, const Attributes& with) {
  const Size& samples = with.axis == 0 ? x[0].shape.columns : x[0].shape.rows;
  Notation terms = notation::words(
      "Σ", {notation::product({x[1].notation, notation::call("ln", {x[0].notation})},
                              Notation::Product::hadamard)});
  if (samples.is_one()) return notation::negate(std::move(terms));
  const Notation m = samples.name.empty() ? notation::number(std::to_string(samples.count))
                                          : notation::name(samples.name);
  return notation::negate(
      notation::product({notation::quotient(notation::number("1"), m), std::move(terms)}));
}

Shape RunningMean::shape(std::span<const Shape> x, const Attributes& with) {
  require_feature_vector("the old statistic", x[0], x[1], with.axis);
  return x[0];
}
Shape RunningVariance::shape(std::span<const Shape> x, const Attributes& with) {
  if ((with.axis == 0 ? x[1].columns : x[1].rows).is_one())
    throw ShapeError("batch_norm: a single sample has no unbiased variance");
  return RunningMean::shape(x, with);
}

Shape BatchNorm::shape(std::span<const Shape> x, const Attributes& with) {
  require_feature_vector("gamma", x[1], x[0], with.axis);
  require_feature_vector("beta", x[2], x[0], with.axis);
  return x[0];
}

Shape BatchNormEval::shape(std::span<const Shape> x, const Attributes& with) {
  require_feature_vector("gamma", x[1], x[0], with.axis);
  require_feature_vector("beta", x[2], x[0], with.axis);
  require_feature_vector("the running mean", x[3], x[0], with.axis);
  require_feature_vector("the running variance", x[4], x[0], with.axis);
  return x[0];
}

Symbol BatchNorm::expansion(const With<Symbol>& with, const Symbol& z, const Symbol& gamma,
                            const Symbol& beta) {
  const BatchStatistics of(with, z);
  return of.spread(gamma) * of.normal + of.spread(beta);
}

Symbol RunningMean::expansion(const With<Symbol>& with, const Symbol& old, const Symbol& z) {
  const int across = with.attributes.axis == 0 ? 1 : 0;
  return (1 - with[0]) * old + with[0] * (sum(z, across) / sample_count(z, with.attributes.axis));
}

Symbol RunningVariance::expansion(const With<Symbol>& with, const Symbol& old, const Symbol& z) {
  const int across = with.attributes.axis == 0 ? 1 : 0;
  const Symbol m = sample_count(z, with.attributes.axis);
  const Symbol centred = z - broadcast(sum(z, across) / m, z, across);
  return (1 - with[0]) * old + with[0] * (sum(centred * centred, across) / (m - 1));
}

Symbol BatchNormEval::expansion(const With<Symbol>& with, const Symbol& z, const Symbol& gamma,
                                const Symbol& beta, const Symbol& mean, const Symbol& variance) {
  const int across = with.attributes.axis == 0 ? 1 : 0;
  return broadcast(gamma / sqrt(variance + with[0]), z, across) * (z - broadcast(mean, z, across)) +
         broadcast(beta, z, across);
}

}  // namespace tracer::op
