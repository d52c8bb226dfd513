// What a diagnosis says of gradients that were worked out by hand here, rightly and with the
// mistakes that people make: the verdict, the mistake, the line of the lesson that it stands in.
#include <functional>
#include <set>

#include "tests/catch.hpp"
#include "tests/check/asked.hpp"
#include "tracer/check/claims/update_claims.hpp"
#include "tracer/render/text_block.hpp"

using namespace tracer;
using namespace tracer::asked;

namespace {

// Two hidden layers of an activation, four samples.
std::string deep_lesson(const std::string& f) {
  return "param W1 = [[1.5, -0.5], [-0.75, 1.25], [0.5, 0.25]]\n"
         "param b1 = [0.25, -0.5, 0.75]\n"
         "param W2 = [[0.5, -1, 0.75], [1.25, 0.5, -0.25], [-0.5, 0.75, 1]]\n"
         "param b2 = [-0.25, 0.5, 0.125]\n"
         "param W3 = [[1, -0.5, 0.25], [-0.75, 1.5, 0.5]]\n"
         "param b3 = [0.5, -0.25]\n"
         "data X, Y in ([1, 0.5], [1, 0]), ([-0.5, 1.5], [0, 1]), ([2, -1], [1, 0]), ([0.25, "
         "-0.75], "
         "[0, 1])\n"
         "Z1 = W1 @ X + b1\n"  // line 8
         "A1 = " +
         f +
         "(Z1)\n"               // line 9
         "Z2 = W2 @ A1 + b2\n"  // line 10
         "A2 = " +
         f +
         "(Z2)\n"                     // line 11
         "Z3 = W3 @ A2 + b3\n"        // line 12
         "P = softmax(Z3)\n"          // line 13
         "L = cross_entropy(P, Y)\n"  // line 14
         "train L with sgd(lr=0.1), batch_size=all\n";
}

M each(const M& x, double (*f)(double)) { return x.unaryExpr(f); }
double sigmoid_of(double x) { return 1 / (1 + std::exp(-x)); }
double tanh_of(double x) { return std::tanh(x); }
double relu_of(double x) { return x > 0 ? x : 0; }
M times(const M& a, const M& b) { return a.cwiseProduct(b); }
M softmax_of(const M& z) {
  M e = z.array().exp();
  for (Eigen::Index j = 0; j < e.cols(); ++j) e.col(j) /= e.col(j).sum();
  return e;
}

// The backward pass of that lesson by hand, with a place for each mistake.
struct Hand {
  double (*f)(double) = sigmoid_of;
  double (*slope_of_result)(double) = [](double a) { return a * (1 - a); };

  // what is to be changed
  std::function<M(const M& p, const M& y)> at_top = [](const M& p, const M& y) -> M {
    return (p - y) / static_cast<double>(y.cols());
  };
  std::function<M(int layer, const M& e, const M& z, const M& a)> through =
      [this](int, const M& e, const M&, const M& a) -> M {
    return times(e, each(a, slope_of_result));
  };
  std::function<M(int layer, const M& w, const M& dw, const M& d)> down =
      [](int, const M& w, const M&, const M& d) -> M { return w.transpose() * d; };
  std::function<M(int layer, const M& d, const M& x)> of_weights =
      [](int, const M& d, const M& x) -> M { return d * x.transpose(); };
  std::function<M(int layer, const M& d)> of_bias = [](int, const M& d) -> M {
    return d.rowwise().sum();
  };

  Hand() = default;
  Hand(const Hand&) = delete;
  Hand& operator=(const Hand&) = delete;

  Claimed operator()(const Subject& s) const {
    const M z1 = (s["W1"] * s["X"]).colwise() + s["b1"].col(0);
    const M a1 = each(z1, f);
    const M z2 = (s["W2"] * a1).colwise() + s["b2"].col(0);
    const M a2 = each(z2, f);
    const M z3 = (s["W3"] * a2).colwise() + s["b3"].col(0);
    const M d3 = at_top(softmax_of(z3), s["Y"]);
    const M dw3 = of_weights(3, d3, a2);
    const M d2 = through(2, down(2, s["W3"], dw3, d3), z2, a2);
    const M dw2 = of_weights(2, d2, a1);
    const M d1 = through(1, down(1, s["W2"], dw2, d2), z1, a1);
    return {{"dL/dW3", dw3},
            {"dL/db3", of_bias(3, d3)},
            {"dL/dW2", dw2},
            {"dL/db2", of_bias(2, d2)},
            {"dL/dW1", of_weights(1, d1, s["X"])},
            {"dL/db1", of_bias(1, d1)}};
  }
};

// How claims that follow from each other are told: the first finding, with its formulas.
const Finding& first_finding(const Diagnosis& diagnosis) {
  REQUIRE_FALSE(diagnosis.accounts.empty());
  REQUIRE_FALSE(diagnosis.accounts.front().findings.empty());
  return diagnosis.accounts.front().findings.front();
}

std::string formulas(const Finding& finding) {
  if (!finding.wrong || !finding.right) return "";
  return text_line(finding.left) + " = " + text_line(*finding.wrong) + ", not " +
         text_line(*finding.right);
}

}  // namespace

TEST_CASE("diagnosis: gradients that were worked out by hand are right", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  const Hand hand;
  const Diagnosis diagnosis = diagnosed(s, hand(s));
  CHECK(told(diagnosis, s) == "right");
  REQUIRE(diagnosis.arrays.size() == 6);
  CHECK(diagnosis.arrays.front().claim.name == "b3");  // from the loss down
  for (const ArrayVerdict& array : diagnosis.arrays) {
    CHECK(array.nearness.kind == Nearness::Kind::right);
    CHECK(array.nearness.digits > 12);
    CHECK(array.norm_ratio < 1e-12);
    CHECK(array.pattern == "");
  }
  Claimed single = hand(s);
  for (auto& [name, values] : single) values = values.cast<float>().cast<double>();
  CHECK(told(diagnosed(s, single, "float32"), s) == "right");
}

TEST_CASE("diagnosis: relu(z) for the slope is named in every layer, with the line (R8)",
          "[diagnosis]") {
  for (const std::string f : {"sigmoid", "tanh"}) {
    CAPTURE(f);
    const Subject s(deep_lesson(f));
    Hand hand;
    if (f == "tanh") hand.f = tanh_of;
    hand.through = [](int, const M& e, const M& z, const M&) { return times(e, each(z, relu_of)); };
    const Diagnosis diagnosis = diagnosed(s, hand(s));
    CHECK(told(diagnosis, s) ==
          "named | activation_for_slope: A2 (line 11), A1 (line 9), everywhere");
    CHECK(diagnosis.accounts.size() == 1);
    CHECK(diagnosis.accounts.front().digits > 13);
    CHECK(diagnosis.accounts.front().entries == 6 + 3 + 9 + 3 + 6 + 2);
    const Finding& finding = first_finding(diagnosis);
    CHECK(finding.says == "relu(Z2) stands where the slope " + f +
                              "′(Z2) belongs: another activation, and not its slope");
    CHECK(formulas(finding) == (f == "tanh"
                                    ? "∂L/∂Z2 = ∂L/∂A2 ⊙ relu(Z2), not ∂L/∂A2 ⊙ (1 − A2²)"
                                    : "∂L/∂Z2 = ∂L/∂A2 ⊙ relu(Z2), not ∂L/∂A2 ⊙ A2 ⊙ (1 − A2)"));
    // and from float32, too
    CHECK(told(diagnosed(s, hand(s), "float32"), s) ==
          "named | activation_for_slope: A2 (line 11), A1 (line 9), everywhere");
  }
}

TEST_CASE("diagnosis: a mistake in one of the layers is not one of all", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand hand;
  hand.through = [](int layer, const M& e, const M& z, const M& a) -> M {
    return times(e, layer == 1 ? z : times(a, M((1 - a.array()).matrix())));
  };
  CHECK(told(s, hand(s)) == "named | activation_for_slope: A1 (line 9)");
  const Diagnosis diagnosis = diagnosed(s, hand(s));
  for (const ArrayVerdict& array : diagnosis.arrays) {
    const bool below = array.claim.name == "W1" || array.claim.name == "b1";
    CHECK(array.nearness.matches() == !below);
  }
  CHECK(first_finding(diagnosis).says == "Z1 itself stands where the slope sigmoid′(Z1) belongs");
}

TEST_CASE("diagnosis: slopes, products, upstream gradients and sums are each named",
          "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  const auto with = [&](const auto& change) {
    Hand hand;
    change(hand);
    return told(s, hand(s));
  };
  CHECK(with([](Hand& hand) {
          hand.through = [](int, const M& e, const M&, const M&) { return e; };
        }) == "named | slope_missing: A2 (line 11), A1 (line 9), everywhere");
  CHECK(with([](Hand& hand) {
          hand.through = [](int, const M& e, const M&, const M& a) -> M {
            const M twice = each(a, sigmoid_of);
            return e.array() * twice.array() * (1 - twice.array());
          };
        }) == "named | slope_at_activation: A2 (line 11), A1 (line 9), everywhere");
  CHECK(with([](Hand& hand) {
          hand.down = [](int, const M& w, const M& dw, const M& d) -> M {
            return (w - 0.1 * dw).transpose() * d;
          };
        }) == "named | updated_weights: Z3 (line 12), Z2 (line 10), everywhere");
  CHECK(with([](Hand& hand) {
          hand.down = [](int layer, const M& w, const M&, const M& d) -> M {
            return layer == 1 ? M(w * d) : M(w.transpose() * d);
          };
        }) == "named | transpose_missing: Z2 (line 10)");
  CHECK(with([](Hand& hand) {
          hand.of_bias = [](int layer, const M& d) -> M {
            return layer == 2 ? M(M::Constant(3, 1, d.sum())) : M(d.rowwise().sum());
          };
        }) == "named | bias_sum_all_axes: Z2 (line 10)");
  CHECK(with([](Hand& hand) {
          hand.of_bias = [](int layer, const M& d) -> M {
            return layer == 1 ? M(d.rowwise().mean()) : M(d.rowwise().sum());
          };
        }) == "named | scale 1/4 (one over m): b1 (line 2)");
  CHECK(with([](Hand& hand) {
          hand.of_weights = [](int layer, const M& d, const M& x) -> M {
            return layer == 2 ? M((d * x.transpose()).transpose()) : M(d * x.transpose());
          };
        }) == "named | gradient_transposed: Z2 (line 10)");
  CHECK(with([](Hand& hand) {
          hand.at_top = [](const M& p, const M& y) -> M {
            return times((p - y) / 4, M((p.array() * (1 - p.array())).matrix()));
          };
        }) == "named | output_slope_extra: P (line 13)");
}

TEST_CASE("diagnosis: the learning rate of weights that were updated too early is told",
          "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand hand;
  hand.down = [](int, const M& w, const M& dw, const M& d) -> M {
    return (w - 0.37 * dw).transpose() * d;
  };
  const Diagnosis diagnosis = diagnosed(s, hand(s));
  const Finding& finding = first_finding(diagnosis);
  CHECK(finding.id == "updated_weights");
  REQUIRE(finding.factor);
  CHECK(std::abs(static_cast<double>(*finding.factor) - 0.37) < 1e-12);
  CHECK(finding.says ==
        "W3 is used after its update, W3 − 0.37·∂L/∂W3, where the W3 of the forward pass belongs");
}

TEST_CASE("diagnosis: the same number times everything is a convention", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand hand;
  hand.at_top = [](const M& p, const M& y) -> M { return p - y; };
  const Diagnosis diagnosis = diagnosed(s, hand(s));
  CHECK(told(diagnosis, s) == "factor | scale 4 (m): Z3 (line 12)");
  for (const ArrayVerdict& array : diagnosis.arrays) {
    CHECK(array.factor_name->text == "4 (m)");
    CHECK(array.factor == 4);
  }
  // twice the gradient of a loss without its ½
  hand.at_top = [](const M& p, const M& y) -> M { return (p - y) / 2; };
  CHECK(told(s, hand(s)).starts_with("factor | scale 2:"));
}

TEST_CASE("diagnosis: a factor in some of the layers is a mistake, not a convention",
          "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand hand;
  hand.of_weights = [](int layer, const M& d, const M& x) -> M {
    return (layer == 2 ? 4.0 : 1.0) * d * x.transpose();
  };
  CHECK(told(s, hand(s)) == "named | scale 4 (m): W2 (line 3)");
  hand.of_weights = [](int, const M& d, const M& x) -> M { return 4.0 * d * x.transpose(); };
  CHECK(told(s, hand(s)) == "named | scale 4 (m): W3 (line 5), W2 (line 3), W1 (line 1)");
}

TEST_CASE("diagnosis: two mistakes are both named, in two layers and in one", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand two_layers;
  two_layers.through = [](int layer, const M& e, const M&, const M& a) -> M {
    return layer == 2 ? e : times(e, M((a.array() * (1 - a.array())).matrix()));
  };
  two_layers.down = [](int layer, const M& w, const M& dw, const M& d) -> M {
    return layer == 1 ? M(dw.transpose() * d) : M(w.transpose() * d);
  };
  CHECK(told(s, two_layers(s)) ==
        "named | slope_missing: A2 (line 11); weight_gradient_for_weight: Z2 (line 10)");
  Hand one_layer;
  one_layer.through = [](int layer, const M& e, const M& z, const M& a) -> M {
    return layer == 1 ? times(e, z) : times(e, M((a.array() * (1 - a.array())).matrix()));
  };
  one_layer.down = [](int layer, const M& w, const M&, const M& d) -> M {
    return layer == 1 ? M(w * d) : M(w.transpose() * d);
  };
  const Diagnosis diagnosis = diagnosed(s, one_layer(s));
  CHECK(diagnosis.verdict == Verdict::named);
  CHECK(
      (among(diagnosis, s, "transpose_missing: Z2 (line 10); activation_for_slope: A1 (line 9)") ||
       among(diagnosis, s, "activation_for_slope: A1 (line 9); transpose_missing: Z2 (line 10)")));
}

TEST_CASE("diagnosis: three independent mistakes are all named", "[diagnosis]") {
  const Subject s(deep_lesson("tanh"));
  Hand hand;
  hand.f = tanh_of;
  hand.at_top = [](const M& p, const M& y) -> M { return (y - p) / 4; };
  hand.through = [](int layer, const M& e, const M&, const M& a) -> M {
    return layer == 2 ? times(e, M((1 - a.array()).matrix()))
                      : times(e, M((1 - a.array().square()).matrix()));
  };
  hand.of_bias = [](int layer, const M& d) -> M {
    return layer == 1 ? M(M::Constant(3, 1, d.sum())) : M(d.rowwise().sum());
  };
  const Diagnosis diagnosis = diagnosed(s, hand(s));
  CHECK(diagnosis.verdict == Verdict::named);
  std::set<std::string> ids;
  for (const Finding& finding : diagnosis.accounts.front().findings) ids.insert(finding.id);
  CHECK(ids == std::set<std::string>{"sign", "slope_formula", "bias_sum_all_axes"});
}

TEST_CASE(
    "diagnosis: mistakes that come to the same numbers here are told, and what tells them apart",
    "[diagnosis]") {
  // every pre-activation is above 0: z and relu(z) are the same
  const Subject s(
      "param W1 = [[1, 2], [0.5, 1]]\nparam b1 = [1, 2]\nparam W2 = [[1, -2]]\nparam b2 = 0\n"
      "data X, Y in ([1, 0.5], 1), ([0.25, 1.5], 0), ([2, 1], 1)\n"
      "Z1 = W1 @ X + b1\nA1 = sigmoid(Z1)\nZ2 = W2 @ A1 + b2\nL = half_mse(Z2, Y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const M z1 = (s["W1"] * s["X"]).colwise() + s["b1"].col(0);
  REQUIRE((z1.array() > 0).all());
  const M a1 = each(z1, sigmoid_of);
  const M d2 = ((s["W2"] * a1).array() + s["b2"](0, 0) - s["Y"].array()) / 3;
  const M d1 = times(s["W2"].transpose() * d2, z1);
  const Claimed claimed{{"dL/dW2", d2 * a1.transpose()},
                        {"dL/db2", d2.rowwise().sum()},
                        {"dL/dW1", d1 * s["X"].transpose()},
                        {"dL/db1", d1.rowwise().sum()}};
  const Diagnosis diagnosis = diagnosed(s, claimed);
  CHECK(diagnosis.verdict == Verdict::named);
  CHECK(diagnosis.accounts.size() == 3);
  std::set<std::string> says;
  for (const Account& account : diagnosis.accounts) says.insert(account.findings.at(0).says);
  CHECK(says == std::set<std::string>{
                    "Z1 itself stands where the slope sigmoid′(Z1) belongs",
                    "relu(Z1) stands where the slope sigmoid′(Z1) belongs: another activation, and "
                    "not its slope",
                    "leaky_relu(Z1) stands where the slope sigmoid′(Z1) belongs: another "
                    "activation, and not its slope"});
  REQUIRE(diagnosis.apart);
  CHECK(diagnosis.apart->separable);
  // the point is one that anybody can have again
  const Point there = random_point(s.program, s.batch(), s.at.point, diagnosis.apart->seed);
  const M w1 = there.at("W1").matrix();
  const M z = (w1 * there.at("X").matrix()).colwise() + there.at("b1").matrix().col(0);
  CHECK_FALSE((z.array() > 0).all());
  CHECK(diagnosis.apart->first != diagnosis.apart->second);
}

TEST_CASE("diagnosis: two wordings of one formula can't be told apart, and that is said",
          "[diagnosis]") {
  // (1 − t)t under tanh is the slope of sigmoid, at t
  const Subject s(deep_lesson("tanh"));
  Hand hand;
  hand.f = tanh_of;
  hand.through = [](int, const M& e, const M&, const M& a) -> M {
    return times(e, M((a.array() * (1 - a.array())).matrix()));
  };
  const Diagnosis diagnosis = diagnosed(s, hand(s));
  CHECK(diagnosis.verdict == Verdict::named);
  CHECK(first_finding(diagnosis).lines.size() == 2);
  for (const Account& account : diagnosis.accounts) {
    CHECK(account.findings.size() == 1);
    CHECK(account.unexplained.empty());
  }
  CHECK_FALSE(diagnosis.apart);
}

namespace {

// z = 0 for the second sample
const std::string on_corner =
    "param w = [[1, -1]]\nparam b = 0\ndata X, y in ([2, 1], 1), ([1, 1], 2), ([3, 1], -1)\n"
    "z = w @ X + b\na = relu(z)\nL = half_mse(a, y)\n"
    "train L with sgd(lr=0.1), batch_size=all\n";

Claimed with_slope_at_zero(const Subject& s, double slope) {
  const M z = (s["w"] * s["X"]).array() + s["b"](0, 0);
  const M e = (each(z, relu_of) - s["y"]) / 3;
  const M d = e.array() * z.array().unaryExpr([=](double x) {
    return x > 0 ? 1.0 : x == 0 ? slope : 0.0;
  });
  return {{"dL/dw", d * s["X"].transpose()}, {"dL/db", d.rowwise().sum()}};
}

}  // namespace

TEST_CASE("diagnosis: at a corner every slope between the two sides is valid, and none beyond",
          "[diagnosis]") {
  const Subject s(on_corner);
  CHECK(told(s, with_slope_at_zero(s, 0)) == "right");
  for (const double slope : {1.0, 0.5, 0.3}) {
    CAPTURE(slope);
    const Diagnosis diagnosis = diagnosed(s, with_slope_at_zero(s, slope));
    CHECK(diagnosis.verdict == Verdict::subgradient);
    CHECK(first_finding(diagnosis).id == "corner_slope");
    CHECK(first_finding(diagnosis).says.find(slope == 1.0 ? "; 1 of the way"
                                             : slope == 0.5
                                                 ? "; 1/2 of the way"
                                                 : "; 0.3 of the way") != std::string::npos);
  }
  for (const double slope : {2.0, -1.0}) {
    CAPTURE(slope);
    const Diagnosis diagnosis = diagnosed(s, with_slope_at_zero(s, slope));
    CHECK(diagnosis.verdict != Verdict::subgradient);
    CHECK(diagnosis.verdict != Verdict::right);
  }
}

TEST_CASE("diagnosis: what no mistake gives is not named; the lines to look at are",
          "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  const Hand hand;
  Claimed claimed = hand(s);
  of(claimed, "dL/dW1") = M::Constant(3, 2, 0.3) + of(claimed, "dL/dW1").cwiseAbs2();
  of(claimed, "dL/db1") << 0.7, -0.2, 0.11;
  const Diagnosis diagnosis = diagnosed(s, claimed);
  CHECK(diagnosis.verdict == Verdict::unnamed);
  std::vector<std::string> lines;
  for (const LinePlace& place : diagnosis.suspects) lines.push_back(place.name);
  CHECK(lines == std::vector<std::string>{"Z2", "A1", "Z1"});
  CHECK(diagnosis.accounts.empty());
}

TEST_CASE("diagnosis: from a claimed gradient that nothing explains the search goes on",
          "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand hand;
  M d2;
  hand.through = [&](int layer, const M& e, const M& z, const M&) -> M {
    if (layer == 1) return times(e, each(z, relu_of));
    d2 = M(3, 4);
    d2 << 0.1, -0.2, 0.35, 0.41, -0.23, 0.07, 0.5, -0.61, 0.02, 0.13, -0.3, 0.29;
    return d2;
  };
  Claimed claimed = hand(s);
  claimed.emplace_back("dL/dZ2", d2);
  CHECK(told(s, claimed) ==
        "unnamed | unknown: Z2 (line 10); activation_for_slope: A1 (line 9); not Z2");
  const Diagnosis diagnosis = diagnosed(s, claimed);
  std::vector<std::string> lines;
  for (const LinePlace& place : diagnosis.suspects) lines.push_back(place.name);
  CHECK(lines == std::vector<std::string>{"Z3", "A2", "Z2"});
}

TEST_CASE("diagnosis: a forward pass that is another one explains what comes after it",
          "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  // softmax along the rows, rightly differentiated
  const M a1 = each((s["W1"] * s["X"]).colwise() + s["b1"].col(0), sigmoid_of);
  const M a2 = each((s["W2"] * a1).colwise() + s["b2"].col(0), sigmoid_of);
  const M z3 = (s["W3"] * a2).colwise() + s["b3"].col(0);
  const M p = softmax_of(z3.transpose()).transpose();
  const M y = s["Y"];
  const M p_bar = -y.array() / p.array() / 4;
  const M d3 = p.array() * (p_bar.colwise() - p_bar.cwiseProduct(p).rowwise().sum()).array();
  const M d2 = (s["W3"].transpose() * d3).array() * a2.array() * (1 - a2.array());
  const Claimed claimed{{"P", p},
                        {"dL/dW3", d3 * a2.transpose()},
                        {"dL/db3", d3.rowwise().sum()},
                        {"dL/dW2", d2 * a1.transpose()},
                        {"dL/db2", d2.rowwise().sum()}};
  const Diagnosis diagnosis = diagnosed(s, claimed);
  CHECK(told(diagnosis, s) == "named | softmax_wrong_axis: P (line 13)");
  CHECK(diagnosis.first_wrong_value == "P");
}

TEST_CASE("diagnosis: values that nothing explains are said to be wrong first", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  const Hand hand;
  Claimed claimed = hand(s);
  M z1 = (s["W1"] * s["X"]).colwise() + s["b1"].col(0);
  z1(1, 2) += 0.25;
  claimed.emplace_back("Z1", z1);
  const Diagnosis diagnosis = diagnosed(s, claimed);
  CHECK(diagnosis.verdict == Verdict::wrong_forward);
  CHECK(diagnosis.first_wrong_value == "Z1");
  CHECK(diagnosis.arrays.front().pattern == "1 of 12 entries");
  CHECK(diagnosis.arrays.front().nearness.worst == std::pair<Eigen::Index, Eigen::Index>(1, 2));
}

TEST_CASE("diagnosis: a loss that is claimed is compared, as a number too", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  const Hand hand;
  Claimed claimed = hand(s);
  const Array<Exact> loss = forward(s.program, 4).at("L");
  claimed.emplace_back("L", M::Constant(1, 1, loss(0, 0).to_double()));
  CHECK(told(s, claimed) == "right");
  of(claimed, "L")(0, 0) += 0.01;
  CHECK(told(s, claimed) == "wrong forward pass");
}

TEST_CASE("diagnosis: several points: what is right at one by luck is not at the next",
          "[diagnosis]") {
  // every unit is on at the lesson's own numbers, so that a lost leak does not show
  const Subject s(
      "param w = [[1, 0.5], [0.25, 1]]\nparam v = [[1, -2]]\n"
      "data X, y in ([1, 2], 1), ([3, 1], 0), ([2, 2], 1)\n"
      "z = w @ X\na = leaky_relu(z)\nL = half_mse(v @ a, y)\n"
      "train L with sgd(lr=0.1), batch_size=all\n");
  const auto by_hand = [](const Point& at) -> Claimed {
    const auto of_point = [&](const char* name) -> M { return at.at(name).matrix(); };
    const M z = of_point("w") * of_point("X");
    const M a = z.unaryExpr([](double x) { return x > 0 ? x : 0.01 * x; });
    const M d = (of_point("v") * a - of_point("y")) / 3;
    const M dz = (of_point("v").transpose() * d).array() * (z.array() > 0).cast<double>();
    return {{"dL/dv", d * a.transpose()}, {"dL/dw", dz * of_point("X").transpose()}};
  };
  CHECK(told(s, by_hand(s.at.point)) == "right");
  std::vector<Evidence> evidence{{s.at.point, claims(s, by_hand(s.at.point))}};
  const Point other = random_point(s.program, s.batch(), s.at.point, 3);
  evidence.push_back({other, claims(s, by_hand(other))});
  const Diagnosis diagnosis = diagnose({s.program, s.batch(), evidence});
  CHECK(diagnosis.verdict == Verdict::named);
  // the slope of relu, whether one says so or that the leak is lost
  CHECK(among(diagnosis, s, "leaky_slope: a (line 5)"));
  CHECK(among(diagnosis, s, "slope_of_wrong_activation: a (line 5)"));
  // the array that is shown is that of the point where it is wrong
  for (const ArrayVerdict& array : diagnosis.arrays)
    CHECK(array.nearness.matches() == (array.claim.name == "v"));
}

TEST_CASE("diagnosis: gradients of the steps before, not set to zero, are named", "[diagnosis]") {
  const std::string text =
      "param w = [[1, 0.5]]\nparam b = 0.25\n"
      "data x, y in ([1, 2], 1), ([3, -1], 0), ([2, 0.5], 1)\n"
      "z = w @ x + b\nL = half_mse(tanh(z), y)\ntrain L with sgd(lr=0.1), batch_size=1\n";
  const Subject second(text, 2);
  const Subject first(text, 1);
  Claimed claimed = right_gradients(second);
  CHECK(told(second, claimed) == "right");
  for (const auto& [name, values] : right_gradients(first)) of(claimed, name) += values;
  CHECK(told(second, claimed) == "named | gradients_not_zeroed: b (line 2), w (line 1)");
  // at the first step there is nothing to have been left
  CHECK(told(first, right_gradients(first)) == "right");
}

TEST_CASE("diagnosis: a bias that was not summed is named by its shape, beside another mistake",
          "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand hand;
  hand.of_bias = [](int, const M& d) { return d; };
  const Diagnosis all = diagnosed(s, hand(s));
  CHECK(told(all, s) == "named | bias_not_summed: b3 (line 6), b2 (line 4), b1 (line 2)");
  for (const ArrayVerdict& array : all.arrays) {
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

TEST_CASE("diagnosis: where the digits leave a gradient open, nothing can be told", "[diagnosis]") {
  // weights of float32 that moved by less than a hundred of their roundings
  Program program = lesson(deep_lesson("sigmoid"));
  const Subject s(program);
  const Hand hand;
  Claimed before, after;
  for (const auto& [name, g] : hand(s)) {
    const std::string parameter = name.substr(4);
    const M w = s[parameter] - 1e-7 * g;
    before.emplace_back(parameter, s[parameter]);
    after.emplace_back(parameter, w.cast<float>().cast<double>());
  }
  const Claims made = update_claims(program, {arrays(before, "float32"), arrays(after, "float32"),
                                              "w0.npz", "w1.npz", Rational(1, 10'000'000)});
  CHECK(told(diagnose({program, s.batch(), {{s.at.point, made.claims}}}), s) == "undecided");
}

namespace {

std::vector<NamedArray> printed(const Claimed& gradients, int digits) {
  std::string json = "{";
  for (const auto& [name, values] : gradients) {
    json += (json.size() > 1 ? ", \"" : "\"") + name + "\": [";
    for (Eigen::Index i = 0; i < values.rows(); ++i) {
      json += i > 0 ? ", [" : "[";
      for (Eigen::Index j = 0; j < values.cols(); ++j)
        json += (j > 0 ? ", " : "") + fmt::format("{:.{}f}", values(i, j), digits);
      json += "]";
    }
    json += "]";
  }
  return parse_named_arrays(json + "}", "c.json", "c");
}

}  // namespace

TEST_CASE("diagnosis: with few digits right is right, and a mistake is still named",
          "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  const auto verdict = [&](const Claimed& gradients, int digits) {
    const Claims made =
        claims_from(printed(gradients, digits), s.program, s.batch(), {"c.json", {}});
    return told(diagnose({s.program, s.batch(), {{s.at.point, made.claims}}}), s);
  };
  const Hand right;
  Hand hand;
  hand.through = [](int, const M& e, const M& z, const M&) { return times(e, each(z, relu_of)); };
  for (const int digits : {6, 4}) {
    CAPTURE(digits);
    CHECK(verdict(right(s), digits) == "right");
    CHECK(verdict(hand(s), digits) ==
          "named | activation_for_slope: A2 (line 11), A1 (line 9), everywhere");
  }
}

TEST_CASE("diagnosis: decoys are right", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  const Hand plain;
  SECTION("weights stored in × out") {
    Claimed claimed = plain(s);
    for (auto& [name, values] : claimed) {
      if (name == "dL/dW1" || name == "dL/dW3") values.transposeInPlace();
    }
    CHECK(told(s, claimed) == "right");
  }
  SECTION("a gradient that is clipped at values which never occur") {
    Hand hand;
    hand.through = [](int, const M& e, const M&, const M& a) -> M {
      return (e.array() * a.array() * (1 - a.array())).min(5).max(-5).matrix();
    };
    CHECK(told(s, hand(s)) == "right");
  }
  SECTION("two sign errors that cancel") {
    Hand hand;
    hand.at_top = [](const M& p, const M& y) -> M { return (y - p) / 4; };
    hand.down = [](int layer, const M& w, const M&, const M& d) -> M {
      return layer == 2 ? M(-(w.transpose() * d)) : M(w.transpose() * d);
    };
    hand.of_weights = [](int layer, const M& d, const M& x) -> M {
      return layer == 3 ? M(-d * x.transpose()) : M(d * x.transpose());
    };
    hand.of_bias = [](int layer, const M& d) -> M {
      return layer == 3 ? M(-d.rowwise().sum()) : M(d.rowwise().sum());
    };
    CHECK(told(s, hand(s)) == "right");
  }
  SECTION("softmax and cross-entropy through their own slopes, one after the other") {
    Hand hand;
    hand.at_top = [](const M& p, const M& y) -> M {
      const M p_bar = -y.array() / p.array() / 4;
      const M inner = p_bar.cwiseProduct(p).colwise().sum();
      return p.array() * (p_bar.rowwise() - inner.row(0)).array();
    };
    CHECK(told(s, hand(s)) == "right");
  }
  SECTION("1/m in each gradient in place of the loss") {
    Hand hand;
    hand.at_top = [](const M& p, const M& y) -> M { return p - y; };
    hand.of_weights = [](int, const M& d, const M& x) -> M { return d * x.transpose() / 4; };
    hand.of_bias = [](int, const M& d) -> M { return d.rowwise().mean(); };
    CHECK(told(s, hand(s)) == "right");
  }
  SECTION("a guard of 1e-12 in the softmax: right, but disturbed") {
    Hand hand;
    hand.at_top = [](const M& p, const M& y) -> M { return (p / (1 + 1e-10) - y) / 4; };
    CHECK(told(s, hand(s)) == "disturbed");
  }
  SECTION("ascent on the log-likelihood, with y − p: −1 times everything") {
    Hand hand;
    hand.at_top = [](const M& p, const M& y) -> M { return (y - p) / 4; };
    const Diagnosis diagnosis = diagnosed(s, hand(s));
    CHECK(told(diagnosis, s) == "factor | sign: Z3 (line 12)");
    for (const ArrayVerdict& array : diagnosis.arrays) CHECK(array.factor == -1);
  }
}

TEST_CASE("diagnosis: the slope 1 of relu at 0 is a decoy, in a deep net too", "[diagnosis]") {
  const Subject s(on_corner);
  CHECK(told(s, with_slope_at_zero(s, 1)).starts_with("subgradient | corner_slope"));
}

TEST_CASE("diagnosis: a gradient of zeros is told as such", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand hand;
  Claimed claimed = hand(s);
  for (auto& [name, values] : claimed) {
    if (name == "dL/dW1" || name == "dL/db1") values.setZero();
  }
  CHECK(told(s, claimed) == "named | zero_gradient: Z1 (line 8)");
}
