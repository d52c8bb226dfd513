// Mistakes that take a look at more than one rule: two at one place, slopes that nobody has listed,
// rows of an embedding that are overwritten, biases of gates, steps of a recurrence.
#include <array>

#include "tests/catch.hpp"
#include "tests/diagnosis/by_hand.hpp"

using namespace tracer;
using namespace tracer::asked;

TEST_CASE("diagnosis: a slope by another formula is found by a search", "[diagnosis]") {
  const Subject s(deep_lesson("tanh"));
  const auto with_slope = [&](const std::function<M(const M& e, const M& z, const M& a)>& slope) {
    Hand hand;
    hand.f = tanh_of;
    hand.through = [&](int, const M& e, const M& z, const M& a) -> M {
      return times(e, slope(e, z, a));
    };
    return hand(s);
  };
  const auto kind = [&](const Claimed& claimed) { return told(s, claimed); };
  CHECK(kind(with_slope([](const M&, const M&, const M& a) -> M {
          return (1 - a.array()).square();
        })).starts_with("named | slope_formula: A2 (line 11), A1 (line 9)"));
  CHECK(kind(with_slope([](const M&, const M&, const M& a) -> M {
          return 1 - 2 * a.array().square();
        })).starts_with("named | slope_formula: A2 (line 11), A1 (line 9)"));
  CHECK(kind(with_slope([](const M&, const M& z, const M&) -> M {
          return (1 - each(2 * z, tanh_of).array().square()).matrix();
        })).starts_with("named | slope_formula: A2 (line 11), A1 (line 9)"));
  // 1 − g² of the gradient that comes from above
  CHECK(kind(with_slope([](const M& e, const M&, const M&) -> M {
          return 1 - e.array().square();
        })).starts_with("named | slope_at_gradient: A2 (line 11), A1 (line 9)"));
  // and nothing is found of what nobody could have meant
  CHECK(kind(with_slope([](const M&, const M& z, const M&) -> M {
          return (z.array() * 1.7).cos();
        })) == "unnamed");
}

TEST_CASE("diagnosis: a bracket missing in the slope of silu", "[diagnosis]") {
  const Subject s(deep_lesson("silu"));
  Hand hand;
  hand.f = [](double x) { return x * sigmoid_of(x); };
  hand.through = [](int, const M& e, const M& z, const M&) -> M {
    const M p = each(z, sigmoid_of);
    return e.array() * (p.array() + z.array() * (1 - p.array()));
  };
  CHECK(told(s, hand(s)).starts_with("named | slope_formula: A2 (line 11), A1 (line 9)"));
}

TEST_CASE("diagnosis: another line's gradient from above, and no slope", "[diagnosis]") {
  // layers of the same size, so that dA2 can stand for dA1
  const Subject s(
      "param W1 = [[1, -0.5], [-0.25, 1.5]]\nparam W2 = [[0.5, -1], [1.25, 0.75]]\n"
      "param W3 = [[1, 0.5], [-0.5, 1.25]]\n"
      "data X, Y in ([1, 0.5], [1, 0]), ([-0.5, 1.5], [0, 1]), ([2, -1], [1, 1])\n"
      "Z1 = W1 @ X\nA1 = tanh(Z1)\nZ2 = W2 @ A1\nA2 = tanh(Z2)\nZ3 = W3 @ A2\n"
      "L = half_mse(Z3, Y)\ntrain L with sgd(lr=0.1), batch_size=all\n");
  const M a1 = each(s["W1"] * s["X"], tanh_of);
  const M a2 = each(s["W2"] * a1, tanh_of);
  const M d3 = (s["W3"] * a2 - s["Y"]) / 6;
  const M e2 = s["W3"].transpose() * d3;
  const M d2 = times(e2, M((1 - a2.array().square()).matrix()));
  const Claimed claimed{{"dL/dW3", d3 * a2.transpose()},
                        {"dL/dW2", d2 * a1.transpose()},
                        {"dL/dW1", times(e2, a1) * s["X"].transpose()}};
  const std::string text = told(s, claimed);
  CHECK(text.starts_with("named | "));
  CHECK(text.find("activation_for_slope: A1 (line 6)") != std::string::npos);
}

TEST_CASE("diagnosis: of equal words the last one alone counts in the embedding's gradient",
          "[diagnosis]") {
  const Subject s(
      "param E = [[0.5, -1, 0.25, 1.5], [1, 0.75, -0.5, 0.125], [-0.25, 0.5, 1, -1]]\n"
      "param W = [[1, -0.5, 0.75], [0.25, 1, -1.5]]\n"
      "data X, Y in ([1, 0, 0, 0], [1, 0]), ([0, 1, 0, 0], [0, 1]), ([1, 0, 0, 0], [0, 1]),"
      " ([0, 0, 0, 1], [1, 0]), ([0, 1, 0, 0], [1, 0])\n"
      "H = E @ X\nA = tanh(H)\nL = half_mse(W @ A, Y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const M a = each(s["E"] * s["X"], tanh_of);
  const M d2 = (s["W"] * a - s["Y"]) / 10;
  const M d1 = times(s["W"].transpose() * d2, M((1 - a.array().square()).matrix()));
  M rows = M::Zero(3, 4);
  rows.col(0) = d1.col(2);
  rows.col(1) = d1.col(4);
  rows.col(3) = d1.col(3);
  const M dw = d2 * a.transpose();
  CHECK(told(s, {{"dL/dW", dw}, {"dL/dE", d1 * s["X"].transpose()}}) == "right");
  CHECK(told(s, {{"dL/dW", dw}, {"dL/dE", rows}}) == "named | embedding_overwritten: H (line 4)");
}

TEST_CASE("diagnosis: in one sample a bias may be given the sums of the weights' gradient",
          "[diagnosis]") {
  const Subject s(
      "param W = [[1, -0.5], [-0.25, 1.5], [0.75, 0.5]]\nparam b = [0.5, -0.25, 1]\n"
      "data X, Y in ([1.5, 0.75], [1, 0, 0.5])\nZ = W @ X + b\nA = tanh(Z)\nL = half_mse(A, Y)\n"
      "train L with sgd(lr=0.1), batch_size=1\n");
  const M a = each(s["W"] * s["X"] + s["b"], tanh_of);
  const M d = times((a - s["Y"]) / 3, M((1 - a.array().square()).matrix()));
  const M dw = d * s["X"].transpose();
  CHECK(told(s, {{"dL/dW", dw}, {"dL/db", d}}) == "right");
  const std::string text = told(s, {{"dL/dW", dw}, {"dL/db", dw.rowwise().sum()}});
  CHECK(text == "named | bias_row_sum_of_dW: Z (line 4)");
}

TEST_CASE("diagnosis: gates that share the gradient of a bias", "[diagnosis]") {
  const Subject s(
      "param U = [[1, -0.5], [-0.25, 1.5]]\nparam bi = [0.5, -0.25]\n"
      "param V = [[0.5, 0.75], [1, -1.25]]\nparam bf = [0.25, 1]\n"
      "data X, Y in ([1, 0.5], [1, 0]), ([-0.5, 1.5], [0, 1]), ([2, -1], [1, 1])\n"
      "Zi = U @ X + bi\nI = sigmoid(Zi)\nZf = V @ X + bf\nF = tanh(Zf)\nL = half_mse(I*F, Y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const Claimed right = right_gradients(s);
  Claimed first = right;
  of(first, "dL/dbi") = of(first, "dL/dbf");
  CHECK(told(s, first) == "named | upstream_of_wrong_line: Zi (line 6)");
  Claimed second = right;
  of(second, "dL/dbf") = of(second, "dL/dbi");
  CHECK(told(s, second) == "named | upstream_of_wrong_line: Zf (line 8)");
}

namespace {

// A hidden state of two entries over three steps.
const std::string recurrent_leaves =
    "param Wx = [[1, -0.5], [0.25, 0.75]]\nparam Wh = [[0.5, -0.75], [1, 0.25]]\n"
    "input x1 = [[1], [0.5]]\ninput x2 = [[-0.5], [1.5]]\ninput x3 = [[0.75], [-1]]\n"
    "input h0 = [[0.25], [-0.5]]\ninput y = [[1], [0.5]]\n";

std::array<M, 4> states_of(const Subject& s) {
  std::array<M, 4> h{s["h0"]};
  h[1] = each(s["Wx"] * s["x1"] + s["Wh"] * h[0], tanh_of);
  h[2] = each(s["Wx"] * s["x2"] + s["Wh"] * h[1], tanh_of);
  h[3] = each(s["Wx"] * s["x3"] + s["Wh"] * h[2], tanh_of);
  return h;
}

// What goes on through tanh, whose result is h.
M back(const M& g, const M& h) { return times(g, M((1 - h.array().square()).matrix())); }

}  // namespace

TEST_CASE("diagnosis: the hidden state of its own step at every step", "[diagnosis]") {
  const Subject s(
      recurrent_leaves +
      "z1 = Wx @ x1 + Wh @ h0\nh1 = tanh(z1)\nz2 = Wx @ x2 + Wh @ h1\nh2 = tanh(z2)\n"
      "z3 = Wx @ x3 + Wh @ h2\nh3 = tanh(z3)\nL = half_mse(h3, y)\ngrad L wrt Wx, Wh\n");
  const auto [h0, h1, h2, h3] = states_of(s);
  const M d3 = back((h3 - s["y"]) / 2, h3);
  const M d2 = back(s["Wh"].transpose() * d3, h2);
  const M d1 = back(s["Wh"].transpose() * d2, h1);
  const M dx = d3 * s["x3"].transpose() + d2 * s["x2"].transpose() + d1 * s["x1"].transpose();
  const M right = d3 * h2.transpose() + d2 * h1.transpose() + d1 * h0.transpose();
  const M own = d3 * h3.transpose() + d2 * h2.transpose() + d1 * h1.transpose();
  CHECK(told(s, {{"dL/dWx", dx}, {"dL/dWh", right}}) == "right");
  CHECK(told(s, {{"dL/dWx", dx}, {"dL/dWh", own}}) ==
        "named | dW_wrong_activation: z1 (line 8), z2 (line 10), z3 (line 12)");
}

TEST_CASE("diagnosis: the slope left out on the way down, where its line has the product in it",
          "[diagnosis]") {
  const Subject s(recurrent_leaves +
                  "h1 = tanh(Wx @ x1 + Wh @ h0)\nh2 = tanh(Wx @ x2 + Wh @ h1)\n"
                  "h3 = tanh(Wx @ x3 + Wh @ h2)\nL = half_mse(h3, y)\ngrad L wrt Wx, Wh\n");
  const auto [h0, h1, h2, h3] = states_of(s);
  const auto claimed = [&](bool slope_on_the_way) -> Claimed {
    const M e3 = (h3 - s["y"]) / 2, d3 = back(e3, h3);
    const M e2 = s["Wh"].transpose() * (slope_on_the_way ? d3 : e3), d2 = back(e2, h2);
    const M e1 = s["Wh"].transpose() * (slope_on_the_way ? d2 : e2), d1 = back(e1, h1);
    return {
        {"dL/dWx", d3 * s["x3"].transpose() + d2 * s["x2"].transpose() + d1 * s["x1"].transpose()},
        {"dL/dWh", d3 * h2.transpose() + d2 * h1.transpose() + d1 * h0.transpose()}};
  };
  CHECK(told(s, claimed(true)) == "right");
  CHECK(told(s, claimed(false)).starts_with("named | chain_missing_slope: "));
}
