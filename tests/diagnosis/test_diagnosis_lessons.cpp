// The diagnosis of other lessons than stacks of dense layers, and of other claims than gradients.
#include "tests/catch.hpp"
#include "tests/diagnosis/by_hand.hpp"
#include "tracer/claims/read_claims.hpp"

using namespace tracer;
using namespace tracer::asked;

TEST_CASE("diagnosis: a bias that was not summed is named by its shape, beside another mistake",
          "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand hand;
  hand.of_bias = [](int, const M& d) { return d; };
  const Diagnosis all = diagnosed(s, hand(s));
  CHECK(told(all, s) == "named | bias_not_summed: b3 (line 6), b2 (line 4), b1 (line 2)");
  for (const JudgedClaim& array : all.arrays) {
    if (array.claim.name.starts_with("b")) CHECK(array.claim.has_wrong_shape());
  }
  hand.of_bias = [](int layer, const M& d) -> M { return layer == 2 ? d : M(d.rowwise().sum()); };
  hand.through = [](int layer, const M& e, const M&, const M& a) -> M {
    return layer == 1 ? e : times(e, M((a.array() * (1 - a.array())).matrix()));
  };
  CHECK(told(s, hand(s)) == "named | bias_not_summed: b2 (line 4); slope_missing: A1 (line 9)");
}

TEST_CASE("diagnosis: a bias summed over the units of each sample is named", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand hand;
  hand.of_bias = [](int layer, const M& d) -> M {
    return layer == 2 ? M(d.colwise().sum()) : M(d.rowwise().sum());
  };
  CHECK(told(s, hand(s)) == "named | bias_sum_wrong_axis: b2 (line 4)");
  // np.sum without an axis: one number
  hand.of_bias = [](int layer, const M& d) -> M {
    return layer == 2 ? M(M::Constant(1, 1, d.sum())) : M(d.rowwise().sum());
  };
  CHECK(told(s, hand(s)) == "named | bias_sum_all_axes: Z2 (line 10)");
}

TEST_CASE("diagnosis: a layer with an upstream gradient", "[diagnosis]") {
  const Subject s(
      "param W = [[1, 2], [0.5, -1]]\nparam b = [0.5, 0]\ninput X = [[1, -1, 0.5], [2, 0.25, 1]]\n"
      "input dY = [[1, -2, 0.5], [-3, 0.5, 2]]\nZ = W @ X + b\nY = tanh(Z)\n"
      "grad Y wrt W, b, X with dY\n");
  const M z = (s["W"] * s["X"]).colwise() + s["b"].col(0);
  const M a = each(z, tanh_of);
  const auto claimed = [&](const M& dz, const M& w_down) -> Claimed {
    return {{"dW", dz * s["X"].transpose()}, {"db", dz.rowwise().sum()}, {"dX", w_down * dz}};
  };
  const M dz = times(s["dY"], M((1 - a.array().square()).matrix()));
  CHECK(told(s, claimed(dz, s["W"].transpose())) == "right");
  CHECK(told(s, claimed(dz, s["W"])) == "named | transpose_missing: Z (line 5)");
  CHECK(told(s, claimed(s["dY"], s["W"].transpose())) == "named | slope_missing: Y (line 6)");
  CHECK(told(s, claimed(times(s["dY"], M((1 - a.array()).matrix())), s["W"].transpose())) ==
        "named | slope_formula: Y (line 6)");
}

TEST_CASE("diagnosis: a skip connection whose path was overwritten", "[diagnosis]") {
  const Subject s(
      "param W1 = [[1, 0.5], [-0.5, 1]]\nparam W2 = [[0.5, -1], [1, 0.25]]\n"
      "data X, Y in ([1, 2], [0, 1]), ([-1, 0.5], [1, 0]), ([0.5, -2], [0, 0])\n"
      "A = tanh(W1 @ X)\nB = tanh(W2 @ A)\nS = A + B\nL = half_mse(S, Y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const M a = each(s["W1"] * s["X"], tanh_of);
  const M b = each(s["W2"] * a, tanh_of);
  const M ds = (a + b - s["Y"]) / 6;
  const M dz2 = times(ds, M((1 - b.array().square()).matrix()));
  const M around = ds;
  const M through = s["W2"].transpose() * dz2;
  const auto claimed = [&](const M& da) -> Claimed {
    const M dz1 = times(da, M((1 - a.array().square()).matrix()));
    return {{"dL/dW2", dz2 * a.transpose()}, {"dL/dW1", dz1 * s["X"].transpose()}};
  };
  CHECK(told(s, claimed(around + through)) == "right");
  CHECK(told(s, claimed(through)) == "named | path_overwritten: A (line 4)");
  CHECK(told(s, claimed(around)) == "named | path_overwritten: A (line 4)");
  CHECK(first_finding(diagnosed(s, claimed(through))).says ==
        "only what comes back through B is kept; what comes through S was overwritten or left out, "
        "and the two are to be added");
  CHECK(told(s, claimed(2 * around + through)) == "named | path_scaled 2: A (line 4)");
}

TEST_CASE("diagnosis: a value that is used twice in a line is given both of its paths",
          "[diagnosis]") {
  // a shared weight: W is used in two layers
  const Subject s(
      "param W = [[1, 0.5], [-0.5, 0.75]]\n"
      "data X, Y in ([1, 2], [0, 1]), ([-1, 0.5], [1, 0]), ([0.5, -2], [0, 0])\n"
      "A = tanh(W @ X)\nB = tanh(W @ A)\nL = half_mse(B, Y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const M a = each(s["W"] * s["X"], tanh_of);
  const M b = each(s["W"] * a, tanh_of);
  const M dz2 = times((b - s["Y"]) / 6, M((1 - b.array().square()).matrix()));
  const M dz1 = times(s["W"].transpose() * dz2, M((1 - a.array().square()).matrix()));
  const M upper = dz2 * a.transpose();
  const M lower = dz1 * s["X"].transpose();
  CHECK(told(s, {{"dL/dW", upper + lower}}) == "right");
  CHECK(told(s, {{"dL/dW", upper}}) == "named | path_overwritten: W (line 1)");
  CHECK(told(s, {{"dL/dW", lower}}) == "named | path_overwritten: W (line 1)");
  CHECK(told(s, {{"dL/dW", (upper + lower) / 2}}).starts_with("factor | scale 1/2"));
}

TEST_CASE("diagnosis: an activation that the lesson spells out is one all the same",
          "[diagnosis]") {
  const Subject s(
      "param W1 = [[1.5, -0.5], [-0.75, 1.25], [0.5, 0.25]]\nparam W2 = [[1, -0.5, 0.25]]\n"
      "data X, Y in ([1, 0.5], 1), ([-0.5, 1.5], 0), ([2, -1], 1), ([0.25, -0.75], 0)\n"
      "Z1 = W1 @ X\nA1 = 1/(1 + np.exp(-Z1))\nZ2 = W2 @ A1\nL = half_mse(Z2, Y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const M z1 = s["W1"] * s["X"];
  const M a1 = each(z1, sigmoid_of);
  const M d2 = (s["W2"] * a1 - s["Y"]) / 4;
  const auto claimed = [&](const M& slope) -> Claimed {
    const M d1 = times(s["W2"].transpose() * d2, slope);
    return {{"dL/dW2", d2 * a1.transpose()}, {"dL/dW1", d1 * s["X"].transpose()}};
  };
  CHECK(told(s, claimed((a1.array() * (1 - a1.array())).matrix())) == "right");
  CHECK(told(s, claimed(each(z1, relu_of))) == "named | activation_for_slope: A1 (line 5)");
  CHECK(told(s, claimed(a1)) == "named | activation_for_slope: A1 (line 5)");
  CHECK(told(s, claimed(M::Ones(3, 4))) == "named | slope_missing: A1 (line 5)");
  const M slope = (a1.array() * (1 - a1.array())).matrix();
  const M of_result = a1.unaryExpr([](double a) {
    const double twice = sigmoid_of(a);
    return twice * (1 - twice);
  });
  CHECK(told(s, claimed(of_result)) == "named | slope_at_activation: A1 (line 5)");
  CHECK(told(s, claimed(times(slope, slope))) == "named | output_slope_extra: A1 (line 5)");
}

TEST_CASE("diagnosis: a lesson of scalars", "[diagnosis]") {
  const Subject s(
      "param w1 = 0.5\nparam b1 = 0.1\nparam w2 = -0.75\nparam b2 = 0.2\ndata x, y in (1.5, 1)\n"
      "z1 = w1*x + b1\na1 = tanh(z1)\nz2 = w2*a1 + b2\nL = 0.5*(z2 - y)**2\n"
      "train L with sgd(lr=0.1), batch_size=1\n");
  const double z1 = 0.5 * 1.5 + 0.1;
  const double a1 = std::tanh(z1);
  const double dz2 = -0.75 * a1 + 0.2 - 1;
  const auto claimed = [&](double top, double slope, double w) -> Claimed {
    const auto number = [](double x) { return M(M::Constant(1, 1, x)); };
    const double dz1 = top * w * slope;
    return {{"dL/dw1", number(dz1 * 1.5)},
            {"dL/db1", number(dz1)},
            {"dL/dw2", number(top * a1)},
            {"dL/db2", number(top)}};
  };
  const double slope = 1 - a1 * a1;
  CHECK(told(s, claimed(dz2, slope, -0.75)) == "right");
  CHECK(told(s, claimed(2 * dz2, slope, -0.75)).starts_with("factor | scale 2:"));
  CHECK(told(s, claimed(dz2, 1, -0.75)) == "named | slope_missing: a1 (line 7)");
  CHECK(told(s, claimed(dz2, a1, -0.75)) == "named | activation_for_slope: a1 (line 7)");
  CHECK(told(s, claimed(dz2, 1 - a1, -0.75)) == "named | slope_formula: a1 (line 7)");
  CHECK(told(s, claimed(-dz2, slope, -0.75)) == "factor | sign: z2 (line 8)");
  CHECK(told(s, claimed(dz2, slope, dz2 * a1)) ==
        "named | weight_gradient_for_weight: z2 (line 8)");
  // w2 was updated before it was used: the learning rate is the lesson's
  CHECK(told(s, claimed(dz2, slope, -0.75 - 0.1 * dz2 * a1)) ==
        "named | updated_weights: z2 (line 8)");
}

TEST_CASE("diagnosis: samples in rows", "[diagnosis]") {
  const Subject s(
      "param W1 = [[1.5, -0.75, 0.5], [-0.5, 1.25, 0.25]]\nparam b1 = [[0.25, -0.5, 0.75]]\n"
      "param W2 = [[1, -0.75], [-0.5, 1.5], [0.25, 0.5]]\nparam b2 = [[0.5, -0.25]]\n"
      "data X, Y in ([1, 0.5], [1, 0]), ([-0.5, 1.5], [0, 1]), ([2, -1], [1, 0]), ([0.25, -0.75], "
      "[0, 1]), samples=\"rows\"\n"
      "Z1 = X @ W1 + b1\nA1 = sigmoid(Z1)\nZ2 = A1 @ W2 + b2\nP = softmax(Z2)\n"
      "L = cross_entropy(P, Y)\ntrain L with sgd(lr=0.1), batch_size=all\n");
  REQUIRE(s["X"].rows() == 4);
  const M z1 = (s["X"] * s["W1"]).rowwise() + s["b1"].row(0);
  const M a1 = each(z1, sigmoid_of);
  const M z2 = (a1 * s["W2"]).rowwise() + s["b2"].row(0);
  const M p = softmax_of(z2.transpose()).transpose();
  const M d2 = (p - s["Y"]) / 4;
  const auto claimed = [&](const M& slope, const M& db1) -> Claimed {
    const M d1 = times(d2 * s["W2"].transpose(), slope);
    return {{"dL/dW2", a1.transpose() * d2},
            {"dL/db2", d2.colwise().sum()},
            {"dL/dW1", s["X"].transpose() * d1},
            {"dL/db1", db1.size() > 0 ? db1 : M(d1.colwise().sum())}};
  };
  const M slope = (a1.array() * (1 - a1.array())).matrix();
  CHECK(told(s, claimed(slope, M())) == "right");
  CHECK(told(s, claimed(each(z1, relu_of), M())) == "named | activation_for_slope: A1 (line 7)");
  const M d1 = times(d2 * s["W2"].transpose(), slope);
  CHECK(told(s, claimed(slope, M::Constant(1, 3, d1.sum()))) ==
        "named | bias_sum_all_axes: Z1 (line 6)");
  CHECK(told(s, claimed(slope, d1)) == "named | bias_not_summed: b1 (line 2)");
}

TEST_CASE("diagnosis: a penalty that was left out, doubled, or not divided", "[diagnosis]") {
  const Subject s(
      "param W1 = [[1.5, -0.5], [-0.75, 1.25], [0.5, 0.25]]\nparam W2 = [[1, -0.5, 0.25]]\n"
      "param b2 = 0.5\n"
      "data X, Y in ([1, 0.5], 1), ([-0.5, 1.5], 0), ([2, -1], 1), ([0.25, -0.75], 0)\n"
      "Z1 = W1 @ X\nA1 = tanh(Z1)\nZ2 = W2 @ A1 + b2\n"
      "L = half_mse(Z2, Y) + 0.03*l2(W1) + 0.03*l2(W2)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const M a1 = each(s["W1"] * s["X"], tanh_of);
  const M d2 = ((s["W2"] * a1).array() + 0.5 - s["Y"].array()) / 4;
  const M d1 = times(s["W2"].transpose() * d2, M((1 - a1.array().square()).matrix()));
  const auto claimed = [&](double k1, double k2, double kb) -> Claimed {
    return {{"dL/dW2", d2 * a1.transpose() + k2 * s["W2"]},
            {"dL/db2", d2.rowwise().sum() + kb * s["b2"]},
            {"dL/dW1", d1 * s["X"].transpose() + k1 * s["W1"]}};
  };
  CHECK(told(s, claimed(0.06, 0.06, 0)) == "right");
  CHECK(told(s, claimed(0, 0, 0)) == "named | l2_missing: W2 (line 2), W1 (line 1)");
  CHECK(told(s, claimed(0.03, 0.03, 0)) == "named | l2_scale 1/2: W2 (line 2), W1 (line 1)");
  CHECK(among(diagnosed(s, claimed(0.12, 0.06, 0)), s, "l2_scale 2: W1 (line 1)"));
  CHECK(told(s, claimed(0.06 / 4, 0.06 / 4, 0)) ==
        "named | l2_scale 1/4 (one over m): W2 (line 2), W1 (line 1)");
  CHECK(told(s, claimed(0.06, 0.06, 0.06)).starts_with("named | extra_weight_term"));
}

TEST_CASE("diagnosis: gradients that were worked out from an update", "[diagnosis]") {
  Program program = lesson(deep_lesson("sigmoid"));
  const Subject s(program);
  const auto updated = [&](const Claimed& gradients, double lr) {
    Claimed after;
    for (const auto& [name, g] : gradients)
      after.emplace_back(name.substr(4), s[name.substr(4)] - lr * g);
    return arrays(after);
  };
  Claimed before;
  for (const std::string& name : program.parameters) before.emplace_back(name, s[name]);
  const auto verdict = [&](const Claimed& gradients, double lr, std::optional<Rational> said) {
    WeightUpdate update{arrays(before), updated(gradients, lr), "w0.npz", "w1.npz", said};
    const Claims made = update_claims(program, update);
    return told(diagnose({program, s.batch(), {{s.at.point, made.claims}}}), s);
  };
  Hand hand;
  CHECK(verdict(hand(s), 0.1, std::nullopt) == "right");  // the lesson's
  CHECK(verdict(hand(s), 0.01, Rational(1, 100)) == "right");
  CHECK(verdict(hand(s), 0.2, std::nullopt).starts_with("factor | scale 2:"));
  hand.through = [](int, const M& e, const M& z, const M&) { return times(e, each(z, relu_of)); };
  CHECK(verdict(hand(s), 0.1, std::nullopt) ==
        "named | activation_for_slope: A2 (line 11), A1 (line 9), everywhere");
}
