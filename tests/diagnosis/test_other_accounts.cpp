// Claims that are wrong in another way than by the chain rule: numbers in the wrong place, of other
// samples, with the sign of ascent; and what can't be told at all.
#include "tests/catch.hpp"
#include "tests/diagnosis/by_hand.hpp"

using namespace tracer;
using namespace tracer::asked;

namespace {

// Square layers, so that arrays may stand in each other's place.
const std::string square_lesson =
    "param W1 = [[1.5, -0.5], [-0.75, 1.25]]\nparam b1 = [0.25, -0.5]\n"
    "param W2 = [[0.5, -1], [1.25, 0.5]]\nparam b2 = [-0.25, 0.5]\n"
    "data X, Y in ([1, 0.5], [1, 0]), ([-0.5, 1.5], [0, 1]), ([2, -1], [1, 0])\n"
    "Z1 = W1 @ X + b1\nA1 = tanh(Z1)\nZ2 = W2 @ A1 + b2\nL = half_mse(Z2, Y)\n";

const Subject& all_samples() {
  static const Subject s(square_lesson + "train L with sgd(lr=0.1), batch_size=all\n");
  return s;
}

}  // namespace

TEST_CASE("diagnosis: two arrays in each other's place are swapped, not wrong", "[diagnosis]") {
  const Subject& s = all_samples();
  Claimed claimed = right_gradients(s);
  std::swap(of(claimed, "dL/db1"), of(claimed, "dL/db2"));
  CHECK(told(s, claimed) == "named | arrays_swapped: b2 (line 4), b1 (line 2)");
  std::swap(of(claimed, "dL/dW1"), of(claimed, "dL/dW2"));
  CHECK(told(s, claimed) ==
        "named | arrays_swapped: b2 (line 4), b1 (line 2); arrays_swapped: W2 (line 3), W1 (line "
        "1)");
}

TEST_CASE("diagnosis: arrays are swapped beside a mistake in another", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand hand;
  hand.of_weights = [](int layer, const M& d, const M& x) -> M {
    return layer == 3 ? M(2 * d * x.transpose()) : M(d * x.transpose());
  };
  Claimed claimed = hand(s);
  std::swap(of(claimed, "dL/db1"), of(claimed, "dL/db2"));
  CHECK(told(s, claimed) ==
        "named | arrays_swapped: b2 (line 4), b1 (line 2); scale 2: W3 (line 5)");
}

TEST_CASE("diagnosis: a matrix that was written column by column", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Claimed claimed = right_gradients(s);
  M& w1 = of(claimed, "dL/dW1");  // 3×2
  const M by_columns = w1.reshaped<Eigen::ColMajor>();
  w1 = by_columns.reshaped<Eigen::RowMajor>(3, 2);
  CHECK(told(s, claimed) == "named | written_by_columns: W1 (line 1)");
}

TEST_CASE("diagnosis: where every other matrix is transposed, a square one is, too",
          "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand hand;
  const auto transposed = [](Claimed claimed, bool all) {
    for (auto& [name, values] : claimed) {
      if (name.starts_with("dL/dW") && (all || name == "dL/dW2")) values.transposeInPlace();
    }
    return claimed;
  };
  CHECK(told(s, transposed(hand(s), true)) == "right");
  CHECK(told(s, transposed(hand(s), false)) == "named | gradient_transposed: Z2 (line 10)");
  hand.through = [](int layer, const M& e, const M&, const M& a) -> M {
    return layer == 2 ? e : times(e, M((a.array() * (1 - a.array())).matrix()));
  };
  CHECK(told(s, transposed(hand(s), true)) == "named | slope_missing: A2 (line 11)");
}

TEST_CASE("diagnosis: right gradients of other samples are told as such", "[diagnosis]") {
  const Subject all = all_samples();
  const std::string one_at_a_time = square_lesson + "train L with sgd(lr=0.1), batch_size=1\n";
  const Subject first(one_at_a_time);
  const Subject second(one_at_a_time, 2);
  // as a point of the first step: the weights of its start
  const Subject of_second(square_lesson + "train L with sgd(lr=0), batch_size=1\n", 2);
  CHECK(told(first, right_gradients(first)) == "right");
  CHECK(told(first, right_gradients(all)) == "named | other_samples: X (line 5)");
  CHECK(first_finding(diagnosed(first, right_gradients(all))).says ==
        "the gradients are those of all 3 samples");
  CHECK(first_finding(diagnosed(first, right_gradients(of_second))).says ==
        "the gradients are those of sample 2 alone");
  CHECK(first_finding(diagnosed(all, right_gradients(first))).says ==
        "the gradients are those of sample 1 alone");
  Claimed summed = right_gradients(all);
  for (auto& [name, values] : summed) values *= 3;
  CHECK(first_finding(diagnosed(first, summed)).says ==
        "the gradients are 3 (the number of samples) times those of all 3 samples");
  // the second step without the update of the first
  CHECK(told(second, right_gradients(second)) == "right");
  CHECK(first_finding(diagnosed(second, right_gradients(of_second))).says ==
        "the gradients are those of sample 2 alone, with the parameters that the lesson starts "
        "with: they were not updated");
}

TEST_CASE("diagnosis: a lesson that needs two samples is not asked for one", "[diagnosis]") {
  const Subject s(
      "param W = [[1, 0.5], [-0.5, 1]]\nparam g = [1, 2]\nparam b = [0, 1]\n"
      "data X, Y in ([1, 2], [1, 0]), ([-1, 1], [0, 1]), ([0.5, -2], [1, 1])\n"
      "N = batch_norm(W @ X, g, b)\nL = half_mse(N, Y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  Claimed claimed = right_gradients(s);
  of(claimed, "dL/dg") << 0.7, 0.1;
  of(claimed, "dL/dW") << 0.3, -0.2, 0.1, 0.9;
  CHECK(diagnosed(s, claimed).verdict == Verdict::unnamed);
}

TEST_CASE("diagnosis: where the lesson's own gradient is no number nothing is told",
          "[diagnosis]") {
  // 1 − P rounds to 0
  const Subject s(
      "param w = [[1, -2]]\ninput X = [[100, 0.5], [0.5, 0.25]]\ninput Y = [[0, 1]]\n"
      "Z = w @ X\nP = sigmoid(Z)\nL = -mean(Y*log(P) + (1 - Y)*log(1 - P))\ngrad L wrt w\n");
  const Diagnosis diagnosis = diagnosed(s, {{"dL/dw", M::Constant(1, 2, 0.5)}});
  CHECK(diagnosis.verdict == Verdict::undecided);
  REQUIRE(diagnosis.not_finite);
  CHECK(diagnosis.not_finite->name == "L");
}

TEST_CASE("diagnosis: what rounding leaves open is no mistake", "[diagnosis]") {
  // all units are off; 1 − tanh² would be 0 there, too, but for rounding
  const Subject s(
      "param w = [[1, 2]]\nparam b = -100\ndata X, y in ([1, 2], 1), ([3, 1], 0)\n"
      "z = w @ X + b\na = relu(z)\nL = half_mse(a, y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const Claimed claimed{{"dL/dw", M::Constant(1, 2, 1e-30)}, {"dL/db", M::Zero(1, 1)}};
  CHECK(told(s, claimed) == "unnamed");
}

TEST_CASE("diagnosis: a factor near 1 is a factor", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Claimed claimed = right_gradients(s);
  for (auto& [name, values] : claimed) values *= 1.0001;
  const Diagnosis diagnosis = diagnosed(s, claimed);
  CHECK(told(diagnosis, s) == "factor | scale: Z3 (line 12)");
  CHECK(std::abs(first_finding(diagnosis).factor.value_or(0) - 1.0001L) < 1e-12L);
}

TEST_CASE("diagnosis: the story that needs fewer odd factors is told", "[diagnosis]") {
  // the 2 of the square left out, and means for the sums of biases
  const Subject& s = all_samples();
  Claimed claimed = right_gradients(s);
  for (auto& [name, values] : claimed) values *= name.starts_with("dL/db") ? 0.5 / 3 : 0.5;
  CHECK(told(s, claimed) ==
        "named | scale 1/2: Z2 (line 8); scale 1/3 (one over m): b2 (line 4), b1 (line 2)");
}

TEST_CASE("diagnosis: slopes beside a skip connection", "[diagnosis]") {
  const Subject s(
      "param W1 = [[1, 0.5], [-0.5, 1]]\nparam W2 = [[0.5, -1], [1, 0.25]]\n"
      "data X, Y in ([1, 2], [1, 0]), ([-1, 1], [0, 1]), ([0.5, -2], [1, 1])\n"
      "Z1 = W1 @ X\nA1 = tanh(Z1) + X\nZ2 = W2 @ A1\nA2 = tanh(Z2) + A1\nL = half_mse(A2, Y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const M t1 = each(s["W1"] * s["X"], tanh_of);
  const M a1 = t1 + s["X"];
  const M t2 = each(s["W2"] * a1, tanh_of);
  const M a2 = t2 + a1;
  const M e2 = (a2 - s["Y"]) / 6;
  const auto claimed = [&](const M& slope_at, bool slope_on_skip) -> Claimed {
    const M d2 = times(e2, M((1 - slope_at.array().square()).matrix()));
    const M e1 = s["W2"].transpose() * d2 + (slope_on_skip ? d2 : e2);
    const M d1 = times(e1, M((1 - t1.array().square()).matrix()));
    return {{"dL/dW2", d2 * a1.transpose()}, {"dL/dW1", d1 * s["X"].transpose()}};
  };
  CHECK(told(s, claimed(t2, false)) == "right");
  CHECK(told(s, claimed(a2, false)) == "named | slope_at_activation: A2 (line 7)");
  CHECK(told(s, claimed(t2, true)) == "named | slope_on_skip: A2 (line 7)");
}

TEST_CASE("diagnosis: the logarithm's slope left out of a loss of logits", "[diagnosis]") {
  for (const char* loss :
       {"L = softmax_cross_entropy(Z, Y)\n", "P = softmax(Z)\nL = cross_entropy(P, Y)\n"}) {
    const Subject s(
        "param W = [[1, 0.5], [-0.5, 1], [0.25, -1]]\n"
        "data X, Y in ([1, 2], [1, 0, 0]), ([-1, 1], [0, 1, 0])\n"
        "Z = W @ X\n" +
        std::string(loss) + "train L with sgd(lr=0.1), batch_size=all\n");
    const M p = softmax_of(s["W"] * s["X"]);
    const M yp = times(s["Y"], p);
    const M d = (times(p, M(yp.colwise().sum().replicate(3, 1))) - yp) / 2;
    CHECK(told(s, {{"dL/dW", d * s["X"].transpose()}}).starts_with("named | log_slope_missing"));
  }
}

TEST_CASE("diagnosis: gradients of another step are told as such", "[diagnosis]") {
  const std::string text =
      "param w = [[1.5, -0.5]]\nparam b = 0.25\n"
      "data X, y in ([1, 2], 1), ([0.5, -1], 0), ([2, 1], 3), ([-1, 0.5], 2)\n"
      "z = w @ X + b\nL = half_mse(z, y)\ntrain L with sgd(lr=0.1), batch_size=2\n";
  const Subject first(text);
  const Subject second(text, 2);
  CHECK(first_finding(diagnosed(first, right_gradients(second))).says ==
        "the gradients are those of step 2");
  CHECK(first_finding(diagnosed(second, right_gradients(first))).says ==
        "the gradients are those of step 1");
}

TEST_CASE("diagnosis: the gradient of a line that nothing was made from", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Claimed claimed = Hand()(s);
  const M z1 = (s["W1"] * s["X"]).colwise() + s["b1"].col(0);
  const M a1 = each(z1, sigmoid_of);
  const M z2 = (s["W2"] * a1).colwise() + s["b2"].col(0);
  const M a2 = each(z2, sigmoid_of);
  const M d3 = (softmax_of((s["W3"] * a2).colwise() + s["b3"].col(0)) - s["Y"]) / 4;
  claimed.emplace_back("dL/dZ3", d3);
  CHECK(told(s, claimed) == "right");
  claimed.back().second *= 1.5;
  CHECK(told(s, claimed) == "named | claimed_line: Z3 (line 12)");
}

TEST_CASE("diagnosis: np.maximum(0, Z) is relu", "[diagnosis]") {
  const Subject s(
      "param w = [[1, -1], [0.5, 2]]\nparam v = [[1, -2]]\n"
      "data X, y in ([1, 2], 1), ([3, 1], 0), ([2, -2], 1)\n"
      "z = w @ X\na = np.maximum(0, z)\nL = half_mse(v @ a, y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const M z = s["w"] * s["X"];
  const M a = each(z, relu_of);
  const M d = (s["v"] * a - s["y"]) / 3;
  const auto claimed = [&](const M& slope) -> Claimed {
    return {{"dL/dv", d * a.transpose()},
            {"dL/dw", times(s["v"].transpose() * d, slope) * s["X"].transpose()}};
  };
  const M on = z.unaryExpr([](double x) { return x > 0 ? 1.0 : 0.0; });
  CHECK(told(s, claimed(on)) == "right");
  CHECK(told(s, claimed(a)) == "named | activation_for_slope: a (line 5)");
  CHECK(told(s, claimed((1 - on.array()).matrix())).starts_with("named | slope_formula"));
}

TEST_CASE("diagnosis: with few digits one wrong number is no proof of four mistakes",
          "[diagnosis]") {
  const Subject s(
      "param w1 = 0.7\nparam b1 = 0.1\nparam w2 = 1.3\nparam b2 = -0.2\ndata x, y in (0.8, 0.4)\n"
      "z1 = w1*x + b1\na1 = tanh(z1)\nz2 = w2*a1 + b2\nL = half_mse(z2, y)\n"
      "train L with sgd(lr=0.1), batch_size=1\n");
  std::vector<NamedArray> rounded = arrays(right_gradients(s));
  for (NamedArray& array : rounded) {
    long double& g = array.values[0];
    g = std::round(g * 10000) / 10000 + (array.name == "dL/db1" ? 0.1L : 0);
    array.half_units = {0.00005L};
  }
  const Diagnosis diagnosis =
      diagnose({s.program,
                s.batch(),
                {{s.at.point, claims_from(rounded, s.program, s.batch(), {"c.json", {}}).claims}}});
  CHECK(told(diagnosis, s) == "unnamed");
  REQUIRE(diagnosis.suspects.size() == 1);
  CHECK(diagnosis.suspects[0].name == "z1");
}

TEST_CASE("diagnosis: at a minimum rounding is as large as the gradients, and nothing is told",
          "[diagnosis]") {
  // 0.2 is the mean of the targets, but for their rounding
  const Subject s(
      "param b = 0.2\ninput y = [[0.1, 0.2, 0.3]]\nz = y - b\nL = mean(z**2)\ngrad L wrt b\n");
  CHECK(told(s, {{"dL/db", M::Constant(1, 1, 1e-17)}}) == "undecided");
}

TEST_CASE("diagnosis: a mistake that would read the gradient it is part of is left out",
          "[diagnosis]") {
  const Subject s("param w = 3\nL = w*w\ngrad L wrt w\n");
  CHECK(told(s, {{"dL/dw", M::Constant(1, 1, 6)}}) == "right");
  CHECK_FALSE(told(s, {{"dL/dw", M::Constant(1, 1, 3)}}).starts_with("right"));
}
