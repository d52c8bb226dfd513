// The vocabulary over symbols, and what rooms left to be written down once.
#include "tracer/op/all.hpp"

#include <vector>

namespace tracer {

using op::apply;
using op::operation;

namespace {

// of operations in three directions the one that goes along `axis`
template <template <Over> class Op>
const Operation& along(int axis) {
  return axis == 0   ? operation<Op<Over::each_column>>()
         : axis == 1 ? operation<Op<Over::each_row>>()
                     : operation<Op<Over::all>>();
}

}  // namespace

const Operation& operation_for(Law law, int axis) {
  switch (law) {
    case Law::add:
      return operation<op::Add>();
    case Law::subtract:
      return operation<op::Subtract>();
    case Law::multiply:
      return operation<op::Multiply>();
    case Law::divide:
      return operation<op::Divide>();
    case Law::negate:
      return operation<op::Negate>();
    case Law::power:
      return operation<op::Power>();
    case Law::square:
      return operation<op::Square>();
    case Law::transpose:
      return operation<op::Transpose>();
    case Law::matmul:
      return operation<op::Matmul>();
    case Law::sum:
      return along<op::Sum>(axis);
    case Law::mean:
      return along<op::Mean>(axis);
    case Law::broadcast:
      return along<op::Broadcast>(axis);
    case Law::reshape:
      return operation<op::Reshape>();
    case Law::slice:
      return operation<op::Slice>();
    case Law::place:
      return operation<op::Place>();
    case Law::concat:
      return axis == 1 ? operation<op::Concat<1>>() : operation<op::Concat<0>>();
    case Law::identity:
    case Law::none:
      break;
  }
  return operation<op::Identity>();
}

const OutputPair* pair_of_activation(const Operation& activation) {
  for (const Operation* loss : op::operations()) {
    if (loss->output != nullptr && &loss->output->activation() == &activation) return loss->output;
  }
  return nullptr;
}

const OutputPair* pair_of_joined(const Operation& joined) {
  for (const Operation* loss : op::operations()) {
    if (loss->output != nullptr && loss->output->joined != nullptr &&
        &loss->output->joined() == &joined)
      return loss->output;
  }
  return nullptr;
}

std::vector<Rational> standard_numbers(const Operation& operation) {
  std::vector<Rational> numbers;
  for (const Setting& setting : operation.settings)
    numbers.push_back(parse_rational(setting.standard));
  return numbers;
}

Symbol operator+(const Symbol& a, const Symbol& b) { return apply<op::Add>(a, b); }
Symbol operator-(const Symbol& a, const Symbol& b) { return apply<op::Subtract>(a, b); }
Symbol operator*(const Symbol& a, const Symbol& b) { return apply<op::Multiply>(a, b); }
Symbol operator/(const Symbol& a, const Symbol& b) { return apply<op::Divide>(a, b); }
Symbol operator-(const Symbol& x) { return apply<op::Negate>(x); }
Symbol dot(const Symbol& a, const Symbol& b) { return apply<op::Matmul>(a, b); }
Symbol transpose(const Symbol& x) { return apply<op::Transpose>(x); }

namespace {

Attributes to_shape(const Shape& shape, int row = 0, int column = 0) {
  Attributes with;
  with.shape = shape;
  with.row = row;
  with.column = column;
  return with;
}

template <Over over>
Symbol broadcast_to(const Symbol& x, const Shape& shape) {
  if (x.shape() == shape) return x;
  return Symbol::apply(operation<op::Broadcast<over>>(), {x}, to_shape(shape));
}

}  // namespace

Symbol reshape_like(const Symbol& x, const Symbol& like) {
  return Symbol::apply(operation<op::Reshape>(), {x}, to_shape(like.shape()));
}
Symbol window_like(const Symbol& x, int row, int column, const Symbol& like) {
  return Symbol::apply(operation<op::Slice>(), {x}, to_shape(like.shape(), row, column));
}
Symbol place_like(const Symbol& x, int row, int column, const Symbol& like) {
  return Symbol::apply(operation<op::Place>(), {x}, to_shape(like.shape(), row, column));
}
template <int axis>
Symbol first_part(const Symbol& y, const Symbol& a) {
  return window_like(y, 0, 0, a);
}
template <int axis>
Symbol second_part(const Symbol& y, const Symbol& a, const Symbol& b) {
  return window_like(y, axis == 0 ? a.shape().rows.count : 0,
                     axis == 0 ? 0 : a.shape().columns.count, b);
}
template Symbol first_part<0>(const Symbol&, const Symbol&);
template Symbol first_part<1>(const Symbol&, const Symbol&);
template Symbol second_part<0>(const Symbol&, const Symbol&, const Symbol&);
template Symbol second_part<1>(const Symbol&, const Symbol&, const Symbol&);

template <Over over>
Symbol sum(const Symbol& x) {
  return apply<op::Sum<over>>(x);
}
template <Over over>
Symbol broadcast(const Symbol& x, const Symbol& like) {
  return broadcast_to<over>(x, like.shape());
}
template <Over over>
Symbol count(const Symbol& x) {
  const Shape& shape = x.shape();
  if constexpr (over == Over::each_column) return Symbol::size(shape.rows);
  if constexpr (over == Over::each_row) return Symbol::size(shape.columns);
  if (shape.rows.is_one()) return Symbol::size(shape.columns);
  if (shape.columns.is_one()) return Symbol::size(shape.rows);
  if (shape.known() && shape.rows.name.empty() && shape.columns.name.empty()) {
    return Symbol(Rational(shape.count()));
  }
  return Symbol::size(shape.rows) * Symbol::size(shape.columns);
}
template <Over over>
Symbol share_of_largest(const Symbol& x) {
  return apply<op::ShareOfLargest<over>>(x);
}
#define TRACER_INSTANTIATE(over)                                 \
  template Symbol sum<over>(const Symbol&);                      \
  template Symbol broadcast<over>(const Symbol&, const Symbol&); \
  template Symbol count<over>(const Symbol&);                    \
  template Symbol share_of_largest<over>(const Symbol&);
TRACER_INSTANTIATE(Over::all)
TRACER_INSTANTIATE(Over::each_column)
TRACER_INSTANTIATE(Over::each_row)
#undef TRACER_INSTANTIATE

Symbol sum(const Symbol& x, int axis) {
  return axis == 0 ? sum<Over::each_column>(x) : sum<Over::each_row>(x);
}
Symbol broadcast(const Symbol& x, const Symbol& like, int axis) {
  return axis == 0 ? broadcast<Over::each_column>(x, like) : broadcast<Over::each_row>(x, like);
}
Symbol sample_count(const Symbol& x, int axis) {
  return Symbol::size(axis == 0 ? x.shape().columns : x.shape().rows);
}

namespace op {

std::span<const Operation* const> operations() {
  static const std::vector<const Operation*> list = [] {
    std::vector<const Operation*> made;
    for_each_op([&]<class Op>() { made.push_back(&operation<Op>()); });
    return made;
  }();
  return list;
}

}  // namespace op
}  // namespace tracer
