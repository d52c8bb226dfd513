// What a diagnosis says where there is more to it than a known mistake: choices at corners, what
// nothing explains, other forward passes, several points, few digits; and decoys.
#include "tests/catch.hpp"
#include "tests/diagnosis/by_hand.hpp"
#include "tracer/claims/read_claims.hpp"

using namespace tracer;
using namespace tracer::asked;

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
  for (const JudgedClaim& array : diagnosis.arrays)
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
    for (const JudgedClaim& array : diagnosis.arrays) CHECK(array.factor == -1);
  }
}

TEST_CASE("diagnosis: the slope 1 of relu at 0 is a decoy, in a deep net too", "[diagnosis]") {
  const Subject s(on_corner);
  CHECK(told(s, with_slope_at_zero(s, 1)).starts_with("subgradient | corner_slope"));
}
