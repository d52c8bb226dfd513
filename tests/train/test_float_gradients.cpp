// The gradients that training uses are the gradients: those of the MNIST network over float, fused
// and run as the trainer runs them, against the same network over Exact. How far they may be apart
// is computed beside them, entry by entry, from what float can lose.
#include <algorithm>
#include <cmath>
#include <memory>

#include "datasets/load.hpp"
#include "tests/catch.hpp"
#include "tests/data_folder.hpp"
#include "tracer/graph/fuse.hpp"
#include "tracer/graph/tape.hpp"
#include "tracer/language/elaborate.hpp"
#include "tracer/number/random.hpp"

using namespace tracer;

namespace {

using Reals = Array<double>;

constexpr int images = 16;

const std::string mnist_lesson = R"(
let h = 20
seed 3
param W1 = kaiming(h, 784)
param b1 = uniform(h, 1, low=-0.1, high=0.1)
param W2 = kaiming(10, h)
param b2 = uniform(10, 1, low=-0.1, high=0.1)
data X, Y = mnist("train")

Z1 = W1 @ X + b1
A1 = relu(Z1)
Z2 = W2 @ A1 + b2
P  = softmax(Z2)
L  = cross_entropy(P, Y)

train L with sgd(lr=0.1), batch_size=16, epochs=5
)";

// Real digits where they are on this machine, else pixels of which four in five are 0, as theirs.
Samples digits() {
  Samples samples;
  samples.names = {"X", "Y"};
  samples.count = images;
  if (data_folder()) {
    const Dataset real = load_images("mnist", "train", images);
    samples.values = {real.features, real.targets};
    return samples;
  }
  WARN("no MNIST on this machine: random pixels in its place");
  RandomStream random(1, "pixels");
  Array<float> x = Array<float>::Zero(784, images);
  Array<float> y = Array<float>::Zero(10, images);
  for (float& pixel : x.reshaped()) {
    if (random.below(5) == 0) pixel = static_cast<float>(random.below(256)) / 255;
  }
  for (int k = 0; k < images; ++k) y(static_cast<Eigen::Index>(random.below(10)), k) = 1;
  samples.values = {x, y};
  return samples;
}

Program program_with(const Samples& samples) {
  ElaborateOptions options;
  options.in_place_of_data = samples;
  return load_program(Source("mnist.lesson", mnist_lesson), options);
}

// The value of a leaf of the lesson, and the same over S.
Array<Exact> leaf_value(const Program& program, const std::string& name) {
  const auto& names = program.data->names;
  const auto at = std::ranges::find(names, name);
  if (at == names.end()) return exact_value(program.values.at(name));
  return exact_value(program.data->values[static_cast<std::size_t>(at - names.begin())]);
}

// One forward and one backward pass; adjoints and values by name, as doubles.
struct Pass {
  std::map<std::string, Reals> values, gradients;
};

template <class S>
double plain(const S& x) {
  if constexpr (std::is_same_v<S, Exact>)
    return x.to_double();
  else
    return static_cast<double>(x);
}

template <class S>
Pass pass_over(const Program& program, const Graph& graph, NodeId loss,
               const std::map<std::string, NodeId>& leaves, Working working) {
  std::vector<NodeId> wrt;
  for (const std::string& name : program.parameters) wrt.push_back(leaves.at(name));
  Tape<S> tape(graph, wrt, working);
  for (const auto& [name, leaf] : leaves) {
    const Array<Exact> value = leaf_value(program, name);
    tape.own_value(leaf) = value.unaryExpr([&](const Exact& x) -> S {
      if constexpr (std::is_same_v<S, Exact>)
        return x.with(working);
      else
        return static_cast<S>(x.to_double());
    });
  }
  tape.forward();
  tape.backward(loss);
  const auto reals = [](const auto& view) {
    return Reals(view.unaryExpr([](const S& x) { return plain(x); }));
  };
  Pass pass;
  for (NodeId id = 0; id < graph.size(); ++id) {
    if (graph[id].is_named()) pass.values[graph[id].name] = reals(tape.value(id));
  }
  for (const std::string& name : program.parameters)
    pass.gradients[name] = reals(tape.adjoint(leaves.at(name)));
  return pass;
}

Pass exact_pass(const Program& program) {
  const BatchGraph built = *program.graph(images);
  return pass_over<Exact>(program, built.graph, built.loss, built.leaves, Working{.bits = 128});
}

Pass float_pass(const Program& program) {
  const BatchGraph built = *program.graph(images);
  const RewrittenGraph fused = fuse(built.graph, std::vector<NodeId>{built.loss, built.prediction});
  std::map<std::string, NodeId> leaves;
  for (const auto& [name, leaf] : built.leaves)
    leaves[name] = fused.image[static_cast<std::size_t>(leaf)];
  return pass_over<float>(program, fused.graph, fused.image[static_cast<std::size_t>(built.loss)],
                          leaves, {});
}

Reals product(const Reals& a, const Reals& b) { return (a.matrix() * b.matrix()).array(); }

// A sum of n products over float errs by at most γₙ times the sum of their absolute values, in
// whatever order it is added up (Higham 2002, §3.1); the operands' own errors come on top. To first
// order in u = 2⁻²⁴; the 1.01 covers the rest.
double gamma(int n) { return 1.01 * n * 0x1p-24; }

// For each entry of each gradient how far float may be off: error bounds (e_...) carried along the
// exact values, forward and backward. Nothing where float may have taken relu's other side.
std::map<std::string, Reals> bounds(const Pass& exact) {
  const auto value = [&](const std::string& name) { return Reals(exact.values.at(name).abs()); };
  const Reals X = value("X"), Y = value("Y"), W1 = value("W1"), W2 = value("W2");
  const Reals A1 = value("A1"), P = value("P");
  const int m = images;
  // forward; a pixel of 0 adds nothing, and nothing is lost
  const auto pixels = static_cast<int>((X > 0).cast<int>().colwise().sum().maxCoeff());
  const Reals e_z1 = gamma(pixels + 2) * (product(W1, X).colwise() + value("b1").col(0));
  if ((e_z1 >= value("Z1")).any()) return {};
  const Reals on = (exact.values.at("Z1") > 0).cast<double>();
  const Reals e_a1 = e_z1 * on;
  const Reals e_z2 =
      product(W2, e_a1) + gamma(22) * (product(W2, A1).colwise() + value("b2").col(0));
  // p = exp(z − max)/Σ: the relative error is at most twice the column's worst error of z, and that
  // of the subtraction (relative to z), exp, the sum and the quotient
  Reals e_p(P.rows(), P.cols());
  for (Eigen::Index k = 0; k < m; ++k) {
    const double worst = e_z2.col(k).maxCoeff() + gamma(2) * value("Z2").col(k).maxCoeff();
    e_p.col(k) = P.col(k) * (2 * worst + gamma(20));
  }
  // backward
  const Reals d_z2 = (exact.values.at("P") - exact.values.at("Y")).abs() / m;
  const Reals e_dz2 = (e_p + gamma(4) * (P + Y)) / m;
  const Reals W2t = W2.transpose(), A1t = A1.transpose(), Xt = X.transpose();
  const Reals d_z1 = on * product(W2t, d_z2);  // of absolute terms: at least the value itself
  const Reals e_dz1 = on * (product(W2t, e_dz2) + gamma(10) * product(W2t, d_z2));
  std::map<std::string, Reals> made;
  made["W2"] =
      product(e_dz2, A1t) + product(d_z2, e_a1.transpose()) + gamma(m) * product(d_z2, A1t);
  made["b2"] = e_dz2.rowwise().sum() + gamma(m) * d_z2.rowwise().sum();
  made["W1"] = product(e_dz1, Xt) + gamma(m) * product(d_z1, Xt);
  made["b1"] = e_dz1.rowwise().sum() + gamma(m) * d_z1.rowwise().sum();
  return made;
}

}  // namespace

TEST_CASE("the float gradients of the MNIST network agree with Exact in every entry",
          "[float_gradients]") {
  const Program program = program_with(digits());
  const Pass exact = exact_pass(program);
  const Pass floats = float_pass(program);
  const std::map<std::string, Reals> allowed = bounds(exact);
  REQUIRE(allowed.size() == 4);  // no relu input is so near 0 that float may have missed its sign
  for (const std::string& name : program.parameters) {
    const Reals& wanted = exact.gradients.at(name);
    const Reals& bound = allowed.at(name);
    const Reals distance = (floats.gradients.at(name) - wanted).abs();
    Eigen::Index i = 0;
    Eigen::Index j = 0;
    (distance - bound).maxCoeff(&i, &j);
    INFO(name << "[" << i << ", " << j << "]: " << floats.gradients.at(name)(i, j) << " is "
              << distance(i, j) << " off " << wanted(i, j) << ", " << bound(i, j)
              << " are allowed");
    CHECK((distance <= bound).all());

    // the bound would notice: of a gradient a hundredth too large most entries are outside
    const Reals wrong = (1.01 * wanted - wanted).abs();
    const auto outside = (wrong > bound).count();
    INFO(outside << " of " << (wanted != 0).count());
    CHECK(2 * outside > (wanted != 0).count());
    CHECK((wanted != 0).count() > 0);
  }
}
