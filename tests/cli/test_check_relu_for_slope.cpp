// The mistake of a whole class, from the outside: relu(z) stands where the slope of the activation
// belongs, in every hidden layer. Its gradients are worked out here, handed over as .npz, and the
// page has to name it, with its lines.
#include <cmath>

#include <nlohmann/json.hpp>

#include "datasets/npz.hpp"
#include "tests/catch.hpp"
#include "tests/cli/neuron_claims.hpp"

namespace tracer {
namespace {

using M = Eigen::MatrixXd;

// 2-3-3-2, four samples. The activations stand in lines 10 and 12.
std::string net(const std::string& f) {
  return "# Two hidden layers of " + f +
         "\n"
         "param W1 = [[1.5, -0.5], [-0.75, 1.25], [0.5, 0.25]]\n"
         "param b1 = [0.25, -0.5, 0.75]\n"
         "param W2 = [[0.5, -1, 0.75], [1.25, 0.5, -0.25], [-0.5, 0.75, 1]]\n"
         "param b2 = [-0.25, 0.5, 0.125]\n"
         "param W3 = [[1, -0.5, 0.25], [-0.75, 1.5, 0.5]]\n"
         "param b3 = [0.5, -0.25]\n"
         "data X, Y in ([1, 0.5], [1, 0]), ([-0.5, 1.5], [0, 1]), ([2, -1], [1, 0])\n"
         "Z1 = W1 @ X + b1\n"
         "A1 = " +
         f + "(Z1)\nZ2 = W2 @ A1 + b2\nA2 = " + f +
         "(Z2)\n"
         "Z3 = W3 @ A2 + b3\n"
         "L = softmax_cross_entropy(Z3, Y)\n"
         "train L with sgd(lr=0.1), batch_size=all\n";
}

using Function = double (*)(double);

struct Activation {
  std::string name;
  Function value, slope;
};

double relu(double x) { return x > 0 ? x : 0; }
double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }

const std::vector<Activation>& activations() {
  static const std::vector<Activation> all{
      {"sigmoid", sigmoid, [](double x) { return sigmoid(x) * (1 - sigmoid(x)); }},
      {"tanh", [](double x) { return std::tanh(x); },
       [](double x) { return 1 - std::tanh(x) * std::tanh(x); }},
      {"relu", relu, [](double x) { return x > 0 ? 1.0 : 0.0; }}};
  return all;
}

// Backpropagation by hand; the slopes are what was taken for those of f, in the second hidden layer
// and in the first.
std::vector<std::pair<std::string, M>> gradients(Function f, Function slope2, Function slope1) {
  M W1(3, 2), W2(3, 3), W3(2, 3), b1(3, 1), b2(3, 1), b3(2, 1), X(2, 3), Y(2, 3);
  W1 << 1.5, -0.5, -0.75, 1.25, 0.5, 0.25;
  b1 << 0.25, -0.5, 0.75;
  W2 << 0.5, -1, 0.75, 1.25, 0.5, -0.25, -0.5, 0.75, 1;
  b2 << -0.25, 0.5, 0.125;
  W3 << 1, -0.5, 0.25, -0.75, 1.5, 0.5;
  b3 << 0.5, -0.25;
  X << 1, -0.5, 2, 0.5, 1.5, -1;
  Y << 1, 0, 1, 0, 1, 0;
  const M Z1 = (W1 * X).colwise() + b1.col(0);
  const M A1 = Z1.unaryExpr(f);
  const M Z2 = (W2 * A1).colwise() + b2.col(0);
  const M A2 = Z2.unaryExpr(f);
  M P = ((W3 * A2).colwise() + b3.col(0)).array().exp();
  for (Eigen::Index k = 0; k < P.cols(); ++k) P.col(k) /= P.col(k).sum();
  const M D3 = (P - Y) / 3;
  const M D2 = (W3.transpose() * D3).cwiseProduct(Z2.unaryExpr(slope2));
  const M D1 = (W2.transpose() * D2).cwiseProduct(Z1.unaryExpr(slope1));
  return {{"dL/dW3", D3 * A2.transpose()}, {"dL/db3", D3.rowwise().sum()},
          {"dL/dW2", D2 * A1.transpose()}, {"dL/db2", D2.rowwise().sum()},
          {"dL/dW1", D1 * X.transpose()},  {"dL/db1", D1.rowwise().sum()}};
}

template <class S>
void write_gradients(const NeuronFolder& folder, Function f, Function slope2, Function slope1) {
  std::vector<NamedNpy> arrays;
  for (const std::pair<std::string, M>& gradient : gradients(f, slope2, slope1)) {
    const Array<S> values = gradient.second.array().cast<S>();
    arrays.push_back({gradient.first, npy_array(values)});
  }
  write_npz(folder.path() / "grads.npz", arrays);
}

}  // namespace

TEST_CASE("relu for the slope: right gradients are right, in float64 and float32",
          "[cli][diagnosis]") {
  for (const Activation& activation : activations()) {
    CAPTURE(activation.name);
    const NeuronFolder folder(net(activation.name));
    write_gradients<double>(folder, activation.value, activation.slope, activation.slope);
    CHECK(folder.check({"--claimed", "grads.npz"}).status == 0);
    write_gradients<float>(folder, activation.value, activation.slope, activation.slope);
    CHECK(folder.check({"--claimed", "grads.npz"}).status == 0);
  }
}

TEST_CASE("relu for the slope: sigmoid and tanh nets, named in both layers with their lines",
          "[cli][diagnosis]") {
  for (const Activation& activation : activations()) {
    if (activation.name == "relu") continue;
    for (const bool single : {false, true}) {
      CAPTURE(activation.name, single);
      const NeuronFolder folder(net(activation.name));
      if (single)
        write_gradients<float>(folder, activation.value, relu, relu);
      else
        write_gradients<double>(folder, activation.value, relu, relu);
      const ProgramRun run = folder.check({"--claimed", "grads.npz"});
      INFO(run.output << run.errors);
      CHECK(run.status == 1);
      const std::string slope = activation.name + "′";
      CHECK(has(run.output,
                "Wrong, and this is why:\n"
                "\n"
                "  in every layer where it can be, A2 (line 12), A1 (line 10): relu(Z2) stands "
                "where the slope\n"
                "  " +
                    slope + "(Z2) belongs: another activation, and not its slope\n"));
      CHECK(has(run.output, "    A2 = " + activation.name +
                                "(Z2)\n"
                                "    claimed  ∂L/∂Z2 = ∂L/∂A2 ⊙ relu(Z2)\n"
                                "    right    ∂L/∂Z2 = ∂L/∂A2 ⊙ " +
                                (activation.name == "tanh" ? "(1 − A2²)" : "A2 ⊙ (1 − A2)") +
                                "\n"));
      CHECK(has(run.output, "all 29 claimed entries agree to"));
      CHECK_FALSE(has(run.output, "These explanations fit as well"));
      // the last layer is right, all below it wrong
      for (const std::string name : {"W3   2×3", "b3   2×1"})
        CHECK(has(run.output, "∂L/∂" + name + "    right"));
      for (const std::string name : {"W2   3×3", "b2   3×1", "W1   3×2", "b1   3×1"})
        CHECK(has(run.output, "∂L/∂" + name + "    wrong"));
    }
  }
}

TEST_CASE("relu for the slope: a relu net, where it is the activation itself", "[cli][diagnosis]") {
  const NeuronFolder folder(net("relu"));
  write_gradients<double>(folder, relu, relu, relu);
  const ProgramRun run = folder.check({"--claimed", "grads.npz", "--format", "json"});
  INFO(run.output << run.errors);
  CHECK(run.status == 1);
  const auto json = nlohmann::json::parse(run.output);
  CHECK(json.at("verdict") == "named");
  CHECK(json.at("arrays").at(0).at("precision") == "float64");
  const auto& account = json.at("accounts").at(0);
  CHECK(account.at("entries") == 29);
  CHECK(account.at("digits").get<double>() >= 12);
  REQUIRE(account.at("mistakes").size() == 1);
  const auto& mistake = account.at("mistakes").at(0);
  CHECK(mistake.at("id") == "activation_for_slope");
  CHECK(mistake.at("everywhere") == true);
  CHECK(mistake.at("lines") ==
        nlohmann::json::parse(R"([{"name": "A2", "line": 12}, {"name": "A1", "line": 10}])"));
  CHECK(has(mistake.at("claimed"), "∂L/∂A2 ⊙ "));
  CHECK(mistake.at("claimed") != mistake.at("right"));
}

TEST_CASE("relu for the slope: in one layer it is named in that one alone", "[cli][diagnosis]") {
  const Activation& tanh = activations()[1];
  const NeuronFolder folder(net("tanh"));
  write_gradients<double>(folder, tanh.value, tanh.slope, relu);
  const ProgramRun run = folder.check({"--claimed", "grads.npz"});
  INFO(run.output << run.errors);
  CHECK(run.status == 1);
  CHECK(has(run.output,
            "Wrong, and this is why:\n"
            "\n"
            "  A1 (line 10): relu(Z1) stands where the slope tanh′(Z1) belongs"));
  CHECK(has(run.output, "∂L/∂W2   3×3    right"));
  CHECK(has(run.output, "∂L/∂W1   3×2    wrong"));
}

}  // namespace tracer
