// What a diagnosis says of gradients that were worked out by hand here, rightly and with the
// mistakes that people make: the mistake, and the line of the lesson that it stands in.
#include <set>

#include "tests/catch.hpp"
#include "tests/diagnosis/by_hand.hpp"
#include "tracer/render/text_block.hpp"

using namespace tracer;
using namespace tracer::asked;

namespace {

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
  for (const JudgedClaim& array : diagnosis.arrays) {
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
  for (const JudgedClaim& array : diagnosis.arrays) {
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
  for (const JudgedClaim& array : diagnosis.arrays) {
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
                    "leaky_relu(Z1, 0.01) stands where the slope sigmoid′(Z1) belongs: another "
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
TEST_CASE("diagnosis: a gradient of zeros is told as such", "[diagnosis]") {
  const Subject s(deep_lesson("sigmoid"));
  Hand hand;
  Claimed claimed = hand(s);
  for (auto& [name, values] : claimed) {
    if (name == "dL/dW1" || name == "dL/db1") values.setZero();
  }
  CHECK(told(s, claimed) == "named | zero_gradient: Z1 (line 8)");
}
