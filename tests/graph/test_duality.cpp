// ⟨ȳ, J v⟩ = ⟨Jᵀ ȳ, v⟩: what a pullback is by definition. J v is a difference along v; over Exact
// it has no error for what is at most quadratic, and one of about 10^-40 elsewhere.
#include <random>

#include "tests/catch.hpp"
#include "tests/op/cases.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

constexpr unsigned seed = 20240607;

Array<Exact> random_array(const Shape& shape, std::mt19937& random) {
  Array<Exact> values = filled(shape, 0);
  for (Exact& entry : values.reshaped())
    entry = Exact(Rational(static_cast<int>(random() % 201) - 100, 64));
  return values;
}

void check_duality(const Operation& operation, const std::vector<Shape>& shapes,
                   const Attributes& with, bool quadratic) {
  std::mt19937 random(seed);
  INFO(operation.name << ", seed " << seed);
  Graph graph;
  Values values;
  std::map<NodeId, Array<Exact>> v;
  std::vector<NodeId> operands;
  for (const Shape& shape : shapes) {
    operands.push_back(graph.leaf(LeafKind::input, "x", shape));
    values[operands.back()] = random_array(shape, random);
    v[operands.back()] = random_array(shape, random);
  }
  const NodeId y = graph.apply(operation, operands, with);
  const Array<Exact> y_bar = random_array(graph[y].shape, random);
  Run run(graph, values);
  const auto moved = [&](const Exact& step) {
    for (const auto& [leaf, value] : values) run.tape().own_value(leaf) = value + step * v[leaf];
    run.tape().forward();
    return Array<Exact>(run.tape().value(y));
  };
  const Exact h{quadratic ? Rational(1) : power_of_ten(-20)};
  const Exact left = (y_bar * (moved(h) - moved(-h))).sum() / (2 * h);
  moved(0);
  run.tape().backward(y, y_bar);
  Exact right = 0;
  for (const NodeId operand : operands) right += (run.tape().adjoint(operand) * v[operand]).sum();
  if (quadratic) {
    CHECK(left == right);
  } else {
    CHECK(close(left, right, 1e-30));
  }
}

}  // namespace

TEST_CASE("the pullback is the transpose of the derivative", "[graph][gradient]") {
  check_duality(op::operation<op::Matmul>(), {shape_of(3, 4), shape_of(4, 2)}, {}, true);
  for (const int axis : {0, 1}) {
    CAPTURE(axis);
    check_duality(op::operation<op::Softmax>(), {shape_of(4, 5)}, with_numbers({}, axis), false);
    const Shape features = axis == 0 ? shape_of(4, 1) : shape_of(1, 5);
    check_duality(op::operation<op::BatchNorm>(), {shape_of(4, 5), features, features},
                  with_numbers({Rational(1, 100000)}, axis), false);
  }
}
