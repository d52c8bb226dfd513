// float and double against Exact: every operation's value and gradient, the stable kernels of
// op/*_fast.hpp where naive formulas overflow, and NaN, which must not be lost.
#include <algorithm>
#include <limits>
#include <memory>

#include "tests/catch.hpp"
#include "tests/op/cases.hpp"
#include "tracer/number/threads.hpp"

using namespace tracer;
using namespace tracer::probe;

namespace {

template <class S>
void set(Tape<S>& tape, const CaseGraph& g) {
  for (const auto& [leaf, value] : g.values) {
    tape.own_value(leaf) =
        value.unaryExpr([](const Exact& x) { return static_cast<S>(x.to_double()); });
  }
}

template <class S>
double worst(const ConstView<S>& approximate, const Array<Exact>& exact, double size) {
  double distance = 0;
  for (Eigen::Index i = 0; i < exact.size(); ++i) {
    const double error =
        static_cast<double>(approximate.reshaped()(i)) - exact.reshaped()(i).to_double();
    distance = std::max(distance, std::isnan(error) ? 1e300 : std::abs(error));
  }
  return distance / size;
}

// The largest entry of value and gradients, at least 1: rounding errs relative to the terms that
// are added up.
template <class S>
void check_case(const Case& c, double tolerance) {
  INFO(c.text());
  const CaseGraph g(c);
  Run exact(g.graph, g.values);
  exact.tape().forward();
  exact.tape().backward(g.result, weights(c.result));
  Tape<S> tape(g.graph, g.operands);
  set(tape, g);
  tape.forward();
  tape.backward(g.result, weights(c.result).unaryExpr(
                              [](const Exact& x) { return static_cast<S>(x.to_double()); }));
  double size = 1;
  for (const Exact& entry : exact.tape().value(g.result).reshaped())
    size = std::max(size, magnitude(entry));
  for (const NodeId operand : g.operands) {
    for (const Exact& entry : exact.tape().adjoint(operand).reshaped())
      size = std::max(size, magnitude(entry));
  }
  CHECK(worst<S>(tape.value(g.result), exact.tape().value(g.result), size) < tolerance);
  for (const NodeId operand : g.operands) {
    CHECK(worst<S>(std::as_const(tape).adjoint(operand), exact.tape().adjoint(operand), size) <
          tolerance);
  }
}

// Equal, but for what Eigen's exp leaves where the true value underflows: it stops at exp(−709),
// about 1e-308.
bool near(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double u, double v) { return std::abs(u - v) < 1e-35; });
}

// One application with a single row or column of logits, over S.
template <class S>
struct Logits {
  Graph graph;
  NodeId z, y, result;
  std::vector<NodeId> wanted;
  std::unique_ptr<Tape<S>> tape;
  Logits(const Operation& operation, std::vector<double> logits, std::vector<double> targets,
         int axis) {
    const int n = static_cast<int>(logits.size());
    const Shape shape = axis == 0 ? shape_of(n, 1) : shape_of(1, n);
    z = graph.leaf(LeafKind::input, "z", shape);
    y = graph.leaf(LeafKind::input, "y", shape);
    result = operation.arity == 1 ? graph.apply(operation, {z}, with_numbers({}, axis))
                                  : graph.apply(operation, {z, y}, with_numbers({}, axis));
    wanted = {z};
    tape = std::make_unique<Tape<S>>(graph, wanted);
    for (int i = 0; i < n; ++i) {
      tape->own_value(z).reshaped()(i) = static_cast<S>(logits[static_cast<std::size_t>(i)]);
      tape->own_value(y).reshaped()(i) = static_cast<S>(targets[static_cast<std::size_t>(i)]);
    }
    tape->forward();
  }
  std::vector<double> values() const { return list(tape->value(result)); }
  std::vector<double> gradient(std::vector<double> seed) {
    Array<S> bar = tape->value(result);
    for (Eigen::Index i = 0; i < bar.size(); ++i)
      bar.reshaped()(i) = static_cast<S>(seed[static_cast<std::size_t>(i)]);
    tape->backward(result, bar);
    return list(std::as_const(*tape).adjoint(z));
  }
  static std::vector<double> list(const ConstView<S>& view) {
    std::vector<double> entries;
    for (Eigen::Index i = 0; i < view.size(); ++i)
      entries.push_back(static_cast<double>(view.reshaped()(i)));
    return entries;
  }
};

/// A case of a size that is computed in several parts, with values of its own.
Case wide_case(const Operation& operation, std::vector<Shape> shapes, const Attributes& with) {
  Case c{&operation, shapes, with, {}, operation.shape(shapes, with)};
  int turn = 0;
  for (const Shape& shape : shapes) {
    Array<Exact> value = filled(shape, 0);
    for (Exact& entry : value.reshaped()) entry = Exact(Rational(++turn * 397 % 1009 - 504, 256));
    c.operands.push_back(value);
  }
  return c;
}

}  // namespace

TEST_CASE("double and float agree with Exact, value and gradient, in every operation",
          "[op][float]") {
  for (const Operation* operation : op::operations()) {
    DYNAMIC_SECTION(operation->name) {
      for (const Case& c : all_cases().at(operation)) {
        // a dozen roundings of 1.1e-16 and 6e-8, and 1/√ε ≈ 300 where batch_norm meets a batch of
        // equal samples
        check_case<double>(c, 1e-13);
        check_case<float>(c, 2e-5);
      }
    }
  }
}

TEMPLATE_TEST_CASE("logits of ±1000 neither overflow nor lose the gradient", "[op][float]", float,
                   double) {
  using S = TestType;
  using V = std::vector<double>;
  for (const int axis : {0, 1}) {
    CAPTURE(axis);
    Logits<S> softmax(op::operation<op::Softmax>(), {1000, -1000, 1000}, {0, 0, 0}, axis);
    CHECK(near(softmax.values(), V{0.5, 0, 0.5}));
    CHECK(near(softmax.gradient({1, 5, 3}), V{-0.5, 0, 0.5}));
    Logits<S> log_softmax(op::operation<op::LogSoftmax>(), {-1000, 1000, 0}, {0, 0, 0}, axis);
    CHECK(near(log_softmax.values(), V{-2000, 0, -1000}));
    CHECK(near(log_softmax.gradient({1, 0, 0}), V{1, -1, 0}));
    Logits<S> loss(op::operation<op::SoftmaxCrossEntropy>(), {-1000, 1000}, {1, 0}, axis);
    CHECK(near(loss.values(), V{2000}));
    CHECK(near(loss.gradient({1}), V{-1, 1}));
    Logits<S> binary(op::operation<op::BceWithLogits>(), {1000, -1000, 1000, -1000}, {1, 0, 0, 1},
                     axis);
    CHECK(near(binary.values(), V{500}));
    CHECK(near(binary.gradient({1}), V{0, 0, 0.25, -0.25}));
  }
}

TEST_CASE("a kernel adds to what other users contributed", "[op][float]") {
  // z is used by softmax, by log_softmax and by itself: three contributions, in one of which each
  // kernel is not the first
  Graph graph;
  const NodeId z = graph.leaf(LeafKind::input, "z", shape_of(3, 2));
  for (const int axis : {0, 1}) {
    const NodeId p = graph.apply(op::operation<op::Softmax>(), {z}, with_numbers({}, axis));
    const NodeId q = graph.apply(op::operation<op::LogSoftmax>(), {z}, with_numbers({}, axis));
    const NodeId sum = graph.apply(op::operation<op::Add>(),
                                   {p, graph.apply(op::operation<op::Multiply>(), {q, z})});
    const Array<Exact> seed = weights(shape_of(3, 2));
    Array<Exact> value = 2 * weights(shape_of(3, 2));
    const std::vector<NodeId> wanted{z};
    Tape<Exact> exact(graph, wanted, many_bits);
    Tape<double> tape(graph, wanted);
    exact.own_value(z) = value;
    tape.own_value(z) = value.unaryExpr([](const Exact& x) { return x.to_double(); });
    exact.forward();
    tape.forward();
    exact.backward(sum, seed);
    tape.backward(sum, seed.unaryExpr([](const Exact& x) { return x.to_double(); }));
    CHECK(worst<double>(std::as_const(tape).adjoint(z), exact.adjoint(z), 1) < 1e-14);
  }
}

TEMPLATE_TEST_CASE("NaN in, NaN out", "[op][float]", float, double) {
  using S = TestType;
  for (const Operation* operation : op::operations()) {
    // flat steps and comparisons forget their operand, where forgets the one that it does not
    // choose, a single entry has no others; and y ln p and a/b are 0 where y and a are, by definition
    const bool flat = operation->name == "a > b" || operation->name.starts_with("is largest") ||
                      operation->holds != nullptr || operation->name == "where" ||
                      operation->name == "I" ||
                      operation->name.starts_with("product of the others");
    if (flat) continue;
    for (const Case& c : all_cases().at(operation)) {
      INFO(c.text());
      // of a single number the one minor has no entry
      if (operation->name.starts_with("cofactors") && c.result.is_scalar()) continue;
      const CaseGraph g(c);
      Tape<S> tape(g.graph, g.operands);
      for (const NodeId operand : g.operands) {
        set(tape, g);
        tape.own_value(operand).setConstant(std::numeric_limits<S>::quiet_NaN());
        tape.forward();
        bool nan = false;
        for (const S entry : tape.value(g.result).reshaped()) nan = nan || entry != entry;
        CHECK(nan);
      }
    }
  }
}

TEMPLATE_TEST_CASE("far out sigmoid keeps its relative precision, in Eigen's packets too",
                   "[op][float]", float, double) {
  using S = TestType;
  Graph graph;
  const NodeId x =
      graph.leaf(LeafKind::input, "x", shape_of(17, 1));  // 16 go in packets, 1 is left over
  const NodeId y = graph.apply(op::operation<op::Sigmoid>(), {x});
  Tape<S> tape(graph, {});
  for (int i = 0; i < 17; ++i) tape.own_value(x)(i, 0) = static_cast<S>(-80 + 10 * i);
  tape.forward();
  for (int i = 0; i < 17; ++i) {
    const double exact = sigmoid(Exact(-80 + 10 * i)).to_double();
    CAPTURE(i);
    CHECK(std::abs(static_cast<double>(tape.value(y)(i, 0)) / exact - 1) < 1e-6);
  }
}

TEST_CASE("kernels that work in parts agree with Exact at sizes that have several", "[op][float]") {
  set_threads(3);
  for (const int axis : {0, 1}) {
    const auto turned = [&](int r, int c) { return axis == 0 ? shape_of(r, c) : shape_of(c, r); };
    const Attributes plain = with_numbers({}, axis);
    const Attributes small = with_numbers({Rational(1, 10)}, axis);
    const std::vector<Case> cases{
        wide_case(op::operation<op::Relu>(), {turned(97, 350)}, {}),
        wide_case(op::operation<op::LeakyRelu>(), {turned(37, 61)}, small),
        wide_case(op::operation<op::Sigmoid>(), {turned(97, 91)}, {}),
        wide_case(op::operation<op::Tanh>(), {turned(97, 91)}, {}),
        wide_case(op::operation<op::Multiply>(), {turned(97, 190), turned(97, 190)}, {}),
        wide_case(op::operation<op::Dropout>(), {turned(37, 61), turned(37, 61)}, small),
        wide_case(op::operation<op::SoftmaxCrossEntropy>(), {turned(10, 900), turned(10, 900)},
                  plain),
        wide_case(op::operation<op::SoftmaxCrossEntropy>(), {turned(2100, 2), turned(2100, 2)},
                  plain),
        wide_case(op::operation<op::Affine>(),
                  axis == 0
                      ? std::vector<Shape>{shape_of(13, 20), shape_of(20, 31), shape_of(13, 1)}
                      : std::vector<Shape>{shape_of(13, 20), shape_of(20, 31), shape_of(1, 31)},
                  plain),
        wide_case(op::operation<op::BatchNorm>(), {turned(9, 41), turned(9, 1), turned(9, 1)},
                  small),
        wide_case(op::operation<op::RunningMean>(), {turned(9, 1), turned(9, 41)}, small),
        wide_case(op::operation<op::RunningVariance>(), {turned(9, 1), turned(9, 41)}, small)};
    for (const Case& c : cases) {
      check_case<double>(c, 1e-12);
      check_case<float>(c, 1e-4);  // sums of up to 2100 terms
    }
  }
  set_threads(1);
}

TEST_CASE("logsumexp of large entries does not overflow", "[op][float]") {
  for (const double largest : {800.0, -800.0}) {
    CAPTURE(largest);
    Logits<double> logits(op::operation<op::LogSumExp<Over::all>>(), {largest, largest}, {0, 0}, 0);
    CHECK(near(logits.values(), {largest + std::log(2.0)}));
    CHECK(near(logits.gradient({1}), {0.5, 0.5}));
  }
}
