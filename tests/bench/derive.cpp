// `./run bench derive`: whole processes of `tracer derive`, as a student at a terminal waits for
// them, and training steps of the tape in float, beside the bare products of the same sizes. What
// training costs as a whole, and others' beside it, is measured in train.cpp.
#include "tests/bench/derive.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <vector>

#include <fmt/format.h>

#include "tracer/graph/tape.hpp"
#include "tracer/op/all.hpp"

namespace tracer::bench {

namespace {

double milliseconds(const std::function<void()>& work) {
  const auto begin = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin)
      .count();
}

void report(const char* what, std::vector<double> times, const char* unit, double scale = 1) {
  std::ranges::sort(times);
  fmt::print("{:<58} median {:8.2f} {}   (least {:.2f}, most {:.2f}, of {})\n", what,
             times[times.size() / 2] * scale, unit, times.front() * scale, times.back() * scale,
             times.size());
}

void run_program(const char* what, const std::string& arguments, int runs) {
  const std::string command = fmt::format("'{}' {} > /dev/null", TRACER_PROGRAM, arguments);
  std::vector<double> times;
  for (int i = 0; i <= runs; ++i) {
    int status = 0;
    const double time = milliseconds([&] { status = std::system(command.c_str()); });
    if (status != 0) {
      fmt::print("{}: failed: {}\n", what, command);
      return;
    }
    if (i > 0) times.push_back(time);  // the first warms the caches
  }
  report(what, times, "ms");
}

// 1000 named lines, each with a product, a sum and a function
std::string long_lesson(const std::filesystem::path& path) {
  std::ofstream file(path);
  file << "# A long chain\nparam w = 0.5\nparam b = 0.1\ninput x = 1\nz1 = w*x + b\n";
  for (int i = 2; i <= 1000; ++i) {
    file << fmt::format("z{} = {}(w*z{} + b)\n", i,
                        i % 3 == 0   ? "relu"
                        : i % 3 == 1 ? "tanh"
                                     : "identity",
                        i - 1);
  }
  return path.string();
}

// A dense network as a graph: sizes[0] inputs, relu between, softmax and cross-entropy at the end
struct Network {
  Graph graph;
  std::vector<NodeId> parameters;
  NodeId loss = -1;
  std::vector<std::pair<int, int>> products;

  Network(const std::vector<int>& sizes, int batch) {
    NodeId value = graph.leaf(LeafKind::data, "X", shape_of(sizes[0], batch));
    const NodeId target = graph.leaf(LeafKind::data, "Y", shape_of(sizes.back(), batch));
    for (std::size_t layer = 1; layer < sizes.size(); ++layer) {
      const NodeId w = graph.leaf(LeafKind::parameter, fmt::format("W{}", layer),
                                  shape_of(sizes[layer], sizes[layer - 1]));
      const NodeId b =
          graph.leaf(LeafKind::parameter, fmt::format("b{}", layer), shape_of(sizes[layer], 1));
      parameters.insert(parameters.end(), {w, b});
      products.emplace_back(sizes[layer], sizes[layer - 1]);
      Attributes to;
      to.shape = shape_of(sizes[layer], batch);
      value = graph.apply(op::operation<op::Add>(),
                          {graph.apply(op::operation<op::Matmul>(), {w, value}),
                           graph.apply(op::operation<op::Broadcast<Over::each_row>>(), {b}, to)});
      if (layer + 1 < sizes.size()) value = graph.apply(op::operation<op::Relu>(), {value});
    }
    loss = graph.apply(op::operation<op::CrossEntropy>(),
                       {graph.apply(op::operation<op::Softmax>(), {value}), target});
  }
};

void training_step(const char* what, const std::vector<int>& sizes, int batch) {
  const Network network(sizes, batch);
  Tape<float> tape(network.graph, network.parameters);
  std::srand(7);
  for (NodeId id = 0; id < network.graph.size(); ++id) {
    if (network.graph[id].leaf == LeafKind::parameter)
      tape.own_value(id) =
          Array<float>::Random(tape.value(id).rows(), tape.value(id).cols()) * 0.05F;
  }
  tape.own_value(network.graph.find("X")) = Array<float>::Random(sizes[0], batch).abs();
  auto y = tape.own_value(network.graph.find("Y"));
  y.setZero();
  for (int k = 0; k < batch; ++k) y(k % sizes.back(), k) = 1;
  // the same products, and nothing else: what a bare loop over BLAS can't do without
  std::vector<Matrix<float>> w, a, d;
  a.push_back(Matrix<float>::Random(sizes[0], batch));
  for (const auto& [out, in] : network.products) {
    w.push_back(Matrix<float>::Random(out, in));
    a.push_back(Matrix<float>::Random(out, batch));
    d.push_back(Matrix<float>::Random(out, batch));
  }
  std::vector<double> tape_times, bare_times;
  for (int round = 0; round < 9; ++round) {  // in turn, for the machine's speed drifts
    constexpr int repeats = 200;
    tape_times.push_back(milliseconds([&] {
                           for (int i = 0; i < repeats; ++i) {
                             tape.forward();
                             tape.backward(network.loss);
                             for (const NodeId id : network.parameters)
                               tape.own_value(id) -= 1e-4F * tape.adjoint(id);
                           }
                         }) /
                         repeats);
    bare_times.push_back(milliseconds([&] {
                           for (int i = 0; i < repeats; ++i) {
                             for (std::size_t l = 0; l < w.size(); ++l)
                               a[l + 1].noalias() = w[l] * a[l];
                             for (std::size_t l = w.size(); l-- > 0;) {
                               if (l > 0) a[l].noalias() = w[l].transpose() * d[l];
                               w[l].noalias() = d[l] * a[l].transpose();
                             }
                           }
                         }) /
                         repeats);
  }
  report(fmt::format("{}: a step on the tape", what).c_str(), tape_times, "us", 1000);
  report("    its matrix products alone", bare_times, "us", 1000);
}

}  // namespace

void derive_bench() {
  const auto lesson = std::filesystem::temp_directory_path() / "tracer-bench-1000-lines.lesson";
  run_program("tracer derive relu-1-1-1",
              fmt::format("derive '{}/lessons/relu-1-1-1.lesson'", TRACER_SOURCE_DIR), 20);
  run_program("tracer derive of 1000 named lines", fmt::format("derive '{}'", long_lesson(lesson)),
              5);
  run_program("the same as JSON", fmt::format("derive --format json '{}'", lesson.string()), 5);
  std::filesystem::remove(lesson);
  training_step("float 784-128-64-10, batch 128", {784, 128, 64, 10}, 128);
  training_step("float 784-20-10, batch 16", {784, 20, 10}, 16);
}

}  // namespace tracer::bench
