// The vocabulary over symbols, and what rooms left to be written down once.
#include "tracer/op/all.hpp"

#include <array>
#include <vector>

#include "tracer/op/describe.hpp"

namespace tracer {

using op::apply;
using op::operation;

const Operation& operation_for(Law law, int axis) {
  // by law and axis + 1, the first of the list each
  static const auto found = [] {
    std::array<std::array<const Operation*, 3>, static_cast<std::size_t>(Law::concat) + 1> made{};
    for (const Operation* o : op::operations()) {
      const auto of_axis = static_cast<std::size_t>(o->axis + 1);
      const Operation*& place = made[static_cast<std::size_t>(o->law)][of_axis];
      if (place == nullptr) place = o;
    }
    return made;
  }();
  return *found[static_cast<std::size_t>(law)][static_cast<std::size_t>(axis + 1)];
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

Symbol reshape_like(const Symbol& x, const Symbol& like) {
  return Symbol::apply(operation<op::Reshape>(), {x}, {.shape = like.shape()});
}
Symbol window_like(const Symbol& x, int row, int column, const Symbol& like) {
  return Symbol::apply(operation<op::Slice>(), {x},
                       {.shape = like.shape(), .row = row, .column = column});
}
Symbol place_like(const Symbol& x, int row, int column, const Symbol& like) {
  return Symbol::apply(operation<op::Place>(), {x},
                       {.shape = like.shape(), .row = row, .column = column});
}
Symbol second_part(const Symbol& y, const Symbol& a, const Symbol& b, int axis) {
  const Size& before = axis == 0 ? a.shape().rows : a.shape().columns;
  const int first = before.known() ? before.count : -1;  // without numbers: what is left
  return window_like(y, axis == 0 ? first : 0, axis == 0 ? 0 : first, b);
}

template <Over over>
Symbol sum(const Symbol& x) {
  return apply<op::Sum<over>>(x);
}
template <Over over>
Symbol broadcast(const Symbol& x, const Symbol& like) {
  if (x.shape() == like.shape()) return x;
  return Symbol::apply(operation<op::Broadcast<over>>(), {x}, {.shape = like.shape()});
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

Symbol cut(const Symbol& x, const Rational& most) {
  const auto spread = [&](const Rational& bound) {
    return x.shape().is_scalar() ? Symbol(bound) : broadcast<Over::all>(Symbol(bound), x);
  };
  return apply<op::Minimum>(apply<op::Maximum>(x, spread(-most)), spread(most));
}

namespace op {
namespace {

template <class... Ops>
constexpr auto makers_of(List<Ops...> /*list*/) {
  return std::array{&operation<Ops>...};
}

}  // namespace

/// Not local to this file, so that every operation<Op>() is compiled here, once for all.
extern const std::array makers = makers_of(All{});

std::span<const Operation* const> operations() {
  static const std::vector<const Operation*> list = [] {
    std::vector<const Operation*> made;
    for (const auto maker : makers) made.push_back(&maker());
    return made;
  }();
  return list;
}

}  // namespace op
}  // namespace tracer
