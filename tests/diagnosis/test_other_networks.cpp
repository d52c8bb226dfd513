// Gradients that are right, but of another network than the lesson's: what differs is named as
// mistakes are. What is claimed comes from the engine, run on the other lesson.
#include "tests/catch.hpp"
#include "tests/diagnosis/by_hand.hpp"

using namespace tracer;
using namespace tracer::asked;

namespace {

// A hidden layer, whatever is made of Z1, and softmax; five samples of three classes.
std::string net_with(const std::string& middle,
                     const std::string& end =
                         "P = softmax(Z2)\n"
                         "L = cross_entropy(P, Y)\n",
                     const std::string& more = "") {
  return "param W1 = [[1.5, -0.5], [-0.75, 1.25], [0.5, 0.25], [-1, 0.5]]\n"
         "param b1 = [0.25, -0.5, 0.75, 0.125]\n"
         "param W2 = [[1, -0.5, 0.25, 0.5], [-0.75, 1.5, 0.5, -1], [0.5, 0.25, -1, 0.75]]\n"
         "param b2 = [0.5, -0.25, 0.125]\n" +
         more +
         "data X, Y in ([1, 0.5], [1, 0, 0]), ([-0.5, 1.5], [0, 1, 0]), ([2, -1], [0, 0, 1]),"
         " ([0.25, -0.75], [0, 1, 0]), ([-1.5, 0.3], [1, 0, 0])\n"
         "Z1 = W1 @ X + b1\n" +
         middle + "Z2 = W2 @ H + b2\n" + end + "train L with sgd(lr=0.1), batch_size=all\n";
}

Claimed gradients_of(const std::string& other) {
  Claimed claimed = right_gradients(Subject(other));
  return claimed;
}

const std::string gamma_beta = "param gamma = [1.5, 0.5, 1, 2]\nparam beta = [0.5, 0, -0.5, 1]\n";
const std::string softmax_end = "P = softmax(Z2)\nL = cross_entropy(P, Y)\n";

// The verdict of the lesson on the gradients of the other.
std::string told_of_other(const std::string& lesson_text, const std::string& other) {
  return told(Subject(lesson_text), gradients_of(other));
}

}  // namespace

TEST_CASE("diagnosis: batch norm in evaluation mode, or with the unbiased variance, is named",
          "[diagnosis][forward]") {
  const std::string here =
      net_with("N = batch_norm(Z1, gamma, beta)\nH = tanh(N)\n", softmax_end, gamma_beta);
  const std::string evaluated =
      net_with("N = gamma*(Z1/np.sqrt(1.00001)) + beta\nH = tanh(N)\n", softmax_end, gamma_beta);
  const std::string unbiased = net_with(
      "C = Z1 - np.mean(Z1, axis=1, keepdims=True)\n"
      "V = np.sum(C**2, axis=1, keepdims=True)/4\n"
      "N = gamma*(C/np.sqrt(V + 1e-5)) + beta\nH = tanh(N)\n",
      softmax_end, gamma_beta);
  CHECK(told_of_other(here, here) == "right");
  CHECK(told_of_other(here, evaluated).starts_with("named | batchnorm_evaluation: N (line"));
  CHECK(told_of_other(here, unbiased).starts_with("named | batchnorm_unbiased: N (line"));
}

TEST_CASE("diagnosis: dropout that is off, and one that does not scale, are named",
          "[diagnosis][forward]") {
  const std::string mask =
      "input M = [[1, 0, 1, 1, 0], [0, 1, 1, 0, 1], [1, 1, 0, 1, 1], [1, 0, 1, 1, 1]]\n";
  const std::string here =
      net_with("A1 = tanh(Z1)\nH = dropout(A1, 0.4, mask=M)\n", softmax_end, mask);
  CHECK(
      told_of_other(here, net_with("H = tanh(Z1)\n")).starts_with("named | dropout_off: H (line"));
  CHECK(told_of_other(here, net_with("H = tanh(Z1)*M\n", softmax_end, mask))
            .starts_with("named | dropout_scale: H (line"));
}

TEST_CASE("diagnosis: another slope of leaky relu, another form of gelu", "[diagnosis][forward]") {
  const std::string leaky = net_with("H = leaky_relu(Z1)\n");
  const Diagnosis slope =
      diagnosed(Subject(leaky), gradients_of(net_with("H = leaky_relu(Z1, 0.2)\n")));
  CHECK(told(slope, Subject(leaky)).starts_with("named | leaky_slope: H (line"));
  CHECK(first_finding(slope).says.find("is 0.2, and not that of the lesson") != std::string::npos);
  CHECK(told_of_other(leaky, net_with("H = relu(Z1)\n")).starts_with("named | leaky_slope: H"));
  const std::string exact = net_with("H = gelu(Z1)\n");
  const std::string by_tanh =
      net_with("H = 0.5*Z1*(1 + tanh(np.sqrt(2/3.141592653589793)*(Z1 + 0.044715*Z1**3)))\n");
  CHECK(told_of_other(exact, by_tanh).starts_with("named | gelu_form: H (line"));
  CHECK(told_of_other(by_tanh, exact).starts_with("named | gelu_form: H (line"));
}

TEST_CASE("diagnosis: biases that are not added in the forward pass", "[diagnosis][forward]") {
  const std::string here = net_with("H = tanh(Z1)\n");
  const auto without = [&](const std::vector<std::string>& biases) {
    std::string text = here;
    for (const std::string& b : biases) {
      const std::string from = "param " + b + " = ";
      const auto at = text.find(from) + from.size();
      text.replace(at, text.find('\n', at) - at, b == "b1" ? "[0, 0, 0, 0]" : "[0, 0, 0]");
    }
    return text;
  };
  CHECK(told_of_other(here, without({"b1", "b2"})) == "named | bias_forgotten: b1 (line 2)");
  CHECK(told_of_other(here, without({"b2"})) == "named | bias_forgotten: b2 (line 4)");
}

TEST_CASE("diagnosis: label smoothing that the lesson has not, or has otherwise",
          "[diagnosis][forward]") {
  const auto smoothed = [&](const std::string& targets) {
    return net_with("H = tanh(Z1)\n",
                    "S = " + targets + "\nP = softmax(Z2)\nL = cross_entropy(P, S)\n");
  };
  const std::string plain = net_with("H = tanh(Z1)\n");
  const std::string right = smoothed("0.9*Y + 0.1/3");
  CHECK(told_of_other(right, right) == "right");
  CHECK(told_of_other(plain, right).starts_with("named | label_smoothing: L (line"));
  CHECK(told_of_other(right, plain).starts_with("named | label_smoothing: L (line"));
  const Diagnosis k = diagnosed(Subject(right), gradients_of(smoothed("0.9*Y + 1/3")));
  CHECK(told(k, Subject(right)).starts_with("named | label_smoothing: L (line"));
  CHECK(first_finding(k).says == "1/K is added to the targets where ε/K belongs");
  // in the gradient alone, or in the loss alone
  const Subject s(plain);
  const double loss = forward(s.program, 5).at("L")(0, 0).to_double();
  const Program other = lesson(right);
  const double smooth_loss = forward(other, 5).at("L")(0, 0).to_double();
  Claimed in_gradient = gradients_of(right);
  in_gradient.emplace_back("L", M::Constant(1, 1, loss));
  const Diagnosis gradient = diagnosed(s, in_gradient);
  CHECK(told(gradient, s).starts_with("named | label_smoothing"));
  CHECK(first_finding(gradient).says.ends_with(
      "; on the way back alone: the claimed values are those without it"));
  Claimed in_loss = right_gradients(s);
  in_loss.emplace_back("L", M::Constant(1, 1, smooth_loss));
  const Diagnosis loss_alone = diagnosed(s, in_loss);
  CHECK(told(loss_alone, s).starts_with("named | label_smoothing"));
  CHECK(first_finding(loss_alone)
            .says.ends_with("; in the forward pass alone: the gradients are those without it"));
}

TEST_CASE("diagnosis: a loss that is a sum and not a mean, with its gradients or without",
          "[diagnosis][forward]") {
  const Subject s(net_with("H = tanh(Z1)\n"));
  const double loss = forward(s.program, 5).at("L")(0, 0).to_double();
  Claimed claimed = right_gradients(s);
  claimed.emplace_back("L", M::Constant(1, 1, 5 * loss));
  const Diagnosis alone = diagnosed(s, claimed);
  CHECK(told(alone, s).starts_with("named | loss_scaled: L (line"));
  for (auto& [name, values] : claimed) {
    if (name != "L") values *= 5;
  }
  const Diagnosis both = diagnosed(s, claimed);
  CHECK(told(both, s).starts_with("named | loss_scaled: L (line"));
  CHECK(first_finding(both).says == "the loss is the sum over the 5 samples, not their mean");
  claimed.back().second *= 1.0813;
  CHECK(told(s, claimed) == "wrong forward pass");
}

TEST_CASE("diagnosis: entries read column by column where they are reshaped",
          "[diagnosis][forward]") {
  const auto net = [](const std::string& row) {
    return "param W = [[1, -0.5, 0.25], [0.5, 2, -1]]\nparam v = [[0.5, -1, 0.75, 0.25, 1.5, "
           "-0.5]]\n"
           "input X = [[1, 0.5], [0.25, -1.5], [2, 0.125]]\ninput y = [[0.5, -0.25]]\n"
           "F = " +
           row + "\nL = mean((v @ F)**2)\ngrad L wrt W, v\n";
  };
  const std::string here = net("reshape(W, 6, 1)");
  CHECK(told_of_other(here, net("reshape(W.T, 6, 1)")) == "named | reshape_order: F (line 5)");
}
