// For every operation of the list: applications of it to try, with shapes, attributes and values.
// Shapes are found by asking the operation itself which of a handful it accepts, values are mixed
// from the room's samples and settings, so that a new operation needs nothing here.
#pragma once

#include <string>
#include <vector>

#include "tests/graph/probe.hpp"
#include "tracer/error.hpp"
#include "tracer/op/all.hpp"

namespace tracer::probe {

struct Case {
  const Operation* operation = nullptr;
  std::vector<Shape> shapes;
  Attributes with;
  std::vector<Array<Exact>> operands;
  Shape result;
  std::string text() const {
    std::string words(operation->name);
    for (const Shape& shape : shapes) words += " " + to_string(shape);
    words += ", axis " + std::to_string(with.axis) + ", to " + to_string(with.shape) + " at " +
             std::to_string(with.row) + "," + std::to_string(with.column);
    for (const Rational& number : with.numbers) words += ", " + to_string(number);
    return words;
  }
};

inline Attributes with_numbers(std::vector<Rational> numbers, int axis = 0) {
  Attributes with;
  with.numbers = std::move(numbers);
  with.axis = axis;
  return with;
}

/// The numbers of an operation at their standard, and each at another value that makes sense.
inline std::vector<std::vector<Rational>> numbers_for(const Operation& operation) {
  std::vector<std::vector<Rational>> all{standard_numbers(operation)};
  if (operation.settings.empty()) return all;
  std::vector<Rational> others = all.front();
  for (std::size_t i = 0; i < others.size(); ++i) {
    const Setting::Range range = operation.settings[i].range;
    const bool is_share =
        range == Setting::Range::below_one || range == Setting::Range::at_most_one;
    others[i] *= is_share ? Rational(1, 2) : Rational(2);
  }
  all.push_back(others);
  return all;
}

/// Shapes to reach and places there.
inline std::vector<Attributes> places_for(Law law) {
  std::vector<Attributes> all;
  const bool window = law == Law::slice || law == Law::place;
  if (!window && law != Law::reshape && law != Law::broadcast) return {Attributes{}};
  for (const Shape& shape : {shape_of(1, 1), shape_of(2, 3), shape_of(3, 1), shape_of(1, 2),
                             shape_of(3, 2), shape_of(1, 6), shape_of(2, 1), shape_of(4, 4)}) {
    for (int place = 0; place < (window ? 4 : 1); ++place) {
      Attributes with;
      with.shape = shape;
      with.row = place / 2;
      with.column = place % 2;
      all.push_back(with);
    }
  }
  return all;
}

/// What an operation is to be tried with besides its operands. What does not fit it rejects.
inline std::vector<Attributes> attributes_for(const Operation& operation) {
  std::vector<Attributes> all;
  for (const Attributes& place : places_for(operation.law)) {
    for (int axis = 0; axis < (operation.is_by_sample ? 2 : 1); ++axis) {
      for (std::vector<Rational>& numbers : numbers_for(operation)) {
        all.push_back(place);
        all.back().axis = axis;
        all.back().numbers = std::move(numbers);
      }
    }
  }
  return all;
}

/// The sample values of a room, dealt out to the entries; `apart` moves every entry a little, so
/// that no two are equal and none is on a corner.
template <class Op>
std::vector<Array<Exact>> mixed_samples(const std::vector<Shape>& shapes, bool apart) {
  std::vector<Array<Exact>> operands;
  int turn = 0;
  for (const Shape& shape : shapes) {
    Array<Exact> value = filled(shape, 0);
    if constexpr (requires { Op::condition_first; }) {
      if (operands.empty()) {  // 0 and 1 in turn
        for (Exact& entry : value.reshaped()) entry = Exact(++turn % 2);
        operands.push_back(value);
        continue;
      }
    }
    for (Exact& entry : value.reshaped()) {
      // 5 has no factor in common with the three or four samples, so all of them get their turn
      entry = Exact::from_double(
          op::samples_of<Op>[static_cast<std::size_t>(turn * 5 + 1) % op::samples_of<Op>.size()]);
      if (apart)
        entry += Exact(Rational(1 + turn, 997));  // 997 is prime: no sum of these is a round number
      ++turn;
    }
    operands.push_back(value);
  }
  return operands;
}

/// At most a dozen applications an attribute, with the first operand 1×1, 2×3, 3×1 and 1×2 in turn.
template <class Op>
std::vector<Case> cases_of(bool apart) {
  const std::vector<Shape> first{shape_of(1, 1), shape_of(2, 3), shape_of(3, 1), shape_of(1, 2)};
  std::vector<Shape> other = first;
  for (const Shape& shape : {shape_of(3, 2), shape_of(2, 1), shape_of(1, 3)})
    other.push_back(shape);
  const Operation& operation = op::operation<Op>();
  std::vector<Case> cases;
  // what takes nothing but square matrices is tried on larger ones, too
  std::vector<Shape> turns = first;
  if (operation.arity == 1) {
    try {
      const std::vector<Shape> wide{shape_of(2, 3)};
      operation.shape(wide, attributes_for(operation).front());
    } catch (const ShapeError&) {
      turns.push_back(shape_of(2, 2));
      turns.push_back(shape_of(3, 3));
    }
  }
  for (const Attributes& with : attributes_for(operation)) {
    for (const Shape& shape : turns) {
      int accepted = 0;
      std::size_t tuples = 1;
      for (int i = 1; i < operation.arity; ++i) tuples *= other.size();
      for (std::size_t tuple = 0; tuple < tuples && accepted < 3; ++tuple) {
        std::vector<Shape> shapes{shape};
        for (std::size_t rest = tuple; shapes.size() < static_cast<std::size_t>(operation.arity);
             rest /= other.size()) {
          shapes.push_back(other[rest % other.size()]);
        }
        try {
          const Shape result = operation.shape(shapes, with);
          cases.push_back({&operation, shapes, with, mixed_samples<Op>(shapes, apart), result});
          ++accepted;
        } catch (const ShapeError&) {  // not for this operation
        }
      }
    }
  }
  return cases;
}

/// Every case of every operation, at values without corners or ties.
inline const std::map<const Operation*, std::vector<Case>>& all_cases() {
  static const auto cases = [] {
    std::map<const Operation*, std::vector<Case>> found;
    op::for_each_op([&]<class Op>() { found[&op::operation<Op>()] = cases_of<Op>(true); });
    return found;
  }();
  return cases;
}

/// The samples as they are, for operations without corners: where exp(0) is 1 and sigmoid(0) is ½.
inline const std::map<const Operation*, std::vector<Case>>& smooth_cases() {
  static const auto cases = [] {
    std::map<const Operation*, std::vector<Case>> found;
    op::for_each_op([&]<class Op>() {
      const Operation& operation = op::operation<Op>();
      if (operation.reference == nullptr || operation.reference->kinks != "none") return;
      found[&operation] = cases_of<Op>(false);
    });
    return found;
  }();
  return cases;
}

/// Weights for the sum over a result: all different, of both signs, none 0.
inline Array<Exact> weights(const Shape& shape) {
  Array<Exact> weight = filled(shape, 0);
  int turn = 0;
  for (Exact& entry : weight.reshaped()) {
    entry = Exact(Rational((turn % 2 == 0 ? 1 : -1) * (2 + turn), 5 + 2 * turn));
    ++turn;
  }
  return weight;
}

/// The case as a graph: its operands are inputs x0, x1, ..., its result the last node.
struct CaseGraph {
  Graph graph;
  Values values;
  std::vector<NodeId> operands;
  NodeId result = -1;
  explicit CaseGraph(const Case& c) {
    for (std::size_t i = 0; i < c.shapes.size(); ++i) {
      operands.push_back(graph.leaf(LeafKind::input, "x" + std::to_string(i), c.shapes[i]));
      values[operands.back()] = c.operands[i];
    }
    result = graph.apply(*c.operation, operands, c.with);
  }
};

}  // namespace tracer::probe
