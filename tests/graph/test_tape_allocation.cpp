// A step of training over float allocates nothing once the tape is made: malloc counts, while it is
// asked to. Eigen calls it by itself, operator new through the one below; the linker leads every
// call of malloc in this program to
// __wrap_malloc (CMakeLists.txt).
#include <cstdlib>
#include <memory>
#include <new>

#include "tests/allocations.hpp"
#include "tests/catch.hpp"
#include "tests/op/cases.hpp"

namespace {
thread_local bool counting = false;
thread_local int allocations = 0;
}  // namespace

namespace tracer::test {
void start_counting() {
  allocations = 0;
  counting = true;
}
int stop_counting() {
  counting = false;
  return allocations;
}
}  // namespace tracer::test

namespace {
void* allocated(std::size_t size) {
  if (void* memory = std::malloc(size == 0 ? 1 : size)) return memory;
  throw std::bad_alloc();
}
}  // namespace

extern "C" void* __real_malloc(std::size_t size);
extern "C" void* __wrap_malloc(std::size_t size) {
  if (counting) ++allocations;
  return __real_malloc(size);
}

void* operator new(std::size_t size) { return allocated(size); }
void* operator new[](std::size_t size) { return allocated(size); }
void* operator new(std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void* operator new[](std::size_t size, const std::nothrow_t&) noexcept { return std::malloc(size); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }

using namespace tracer;
using namespace tracer::probe;

namespace {

template <class Run>
int allocations_in(Run run) {
  run();  // the first time BLAS and the constants may
  tracer::test::start_counting();
  run();
  return tracer::test::stop_counting();
}

}  // namespace

TEST_CASE("the counter counts what Eigen allocates", "[tape]") {
  CHECK(allocations_in([] { Array<float>::Zero(3, 3).eval(); }) == 1);
  CHECK(allocations_in([] { std::make_unique<int>(3); }) == 1);
}

TEST_CASE("forward and backward through a 784-20-10 network allocate nothing", "[tape]") {
  Graph graph;
  const int batch = 16;
  const auto leaf = [&](LeafKind kind, const char* name, int rows, int columns) {
    return graph.leaf(kind, name, shape_of(rows, columns));
  };
  const NodeId W1 = leaf(LeafKind::parameter, "W1", 20, 784);
  const NodeId b1 = leaf(LeafKind::parameter, "b1", 20, 1);
  const NodeId W2 = leaf(LeafKind::parameter, "W2", 10, 20);
  const NodeId b2 = leaf(LeafKind::parameter, "b2", 10, 1);
  const NodeId X = leaf(LeafKind::data, "X", 784, batch);
  const NodeId Y = leaf(LeafKind::data, "Y", 10, batch);
  const auto affine = [&](NodeId W, NodeId x, NodeId b) {
    const NodeId product = graph.apply(op::operation<op::Matmul>(), {W, x});
    Attributes to;
    to.shape = graph[product].shape;
    const NodeId repeated = graph.apply(op::operation<op::Broadcast<Over::each_row>>(), {b}, to);
    return graph.apply(op::operation<op::Add>(), {product, repeated});
  };
  const NodeId A1 = graph.apply(op::operation<op::Relu>(), {affine(W1, X, b1)});
  const NodeId Z2 = affine(W2, A1, b2);
  const NodeId P = graph.apply(op::operation<op::Softmax>(), {Z2});
  const NodeId L = graph.apply(op::operation<op::CrossEntropy>(), {P, Y});
  const NodeId stable = graph.apply(op::operation<op::SoftmaxCrossEntropy>(), {Z2, Y});
  const std::vector<NodeId> parameters{W1, b1, W2, b2};
  Tape<float> tape(graph, parameters);
  for (const NodeId id : {W1, W2, b1, b2, X}) tape.own_value(id).setRandom();
  tape.own_value(W1) /= 100;
  tape.own_value(Y).setConstant(0.1F);
  CHECK(allocations_in([&] { tape.forward(); }) == 0);
  CHECK(allocations_in([&] { tape.backward(L); }) == 0);
  CHECK(allocations_in([&] { tape.backward(stable); }) == 0);
  CHECK(std::abs(tape.value(L)(0, 0) - tape.value(stable)(0, 0)) < 1e-5F);
}

TEST_CASE("no operation allocates over float or double", "[tape]") {
  for (const Operation* operation : op::operations()) {
    for (const Case& c : all_cases().at(operation)) {
      INFO(c.text());
      const CaseGraph g(c);
      Tape<float> floats(g.graph, g.operands);
      Tape<double> doubles(g.graph, g.operands);
      for (const NodeId operand : g.operands) {
        floats.own_value(operand).setConstant(0.5F);
        doubles.own_value(operand).setConstant(0.5);
      }
      CHECK(allocations_in([&] {
              floats.forward();
              floats.backward(g.result);
              doubles.forward();
              doubles.backward(g.result);
            }) == 0);
    }
  }
}
