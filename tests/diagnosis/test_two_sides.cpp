// Lines that are one formula above 0 and another below, SELU and PReLU in all ways of writing them,
// and what people make of their slopes; tied weights.
#include <cmath>
#include <functional>
#include <string>
#include <vector>

#include "tests/catch.hpp"
#include "tests/diagnosis/asked.hpp"

using namespace tracer;
using namespace tracer::asked;

namespace {

constexpr double lambda = 1.0507, alpha = 1.6733;

// One hidden layer; `a` is that line, which is line 6 (or 7, where `slopes` are trained).
std::string hidden_lesson(const std::string& a, const std::string& slopes = "") {
  return "param W = [[0.5, -1, 0.25], [1, 0.75, -0.5], [-0.25, 0.5, 1]]\n"
         "param b = [0.1, -0.2, 0.3]\n" +
         (slopes.empty() ? "" : "param a = " + slopes + "\n") +
         "param V = [[0.5, 1, -0.75], [-1, 0.5, 0.25]]\n"
         "data X, Y in ([1, 0.5, -0.75], [1, 0]), ([-0.5, 1.5, 0.25], [0, 1]),"
         " ([2, -1, 0.5], [0.5, 1]), ([0.25, 0.75, -1.25], [1, 1])\n"
         "Z = W @ X + b\n" +
         a + "\nP = V @ A\nL = half_mse(P, Y)\ntrain L with sgd(lr=0.1), batch_size=all\n";
}

using Entry = std::function<double(double z, double y)>;

M filled(const M& z, const M& y, const Entry& f) {
  M made = z;
  for (Eigen::Index k = 0; k < z.size(); ++k) made.data()[k] = f(z.data()[k], y.data()[k]);
  return made;
}

// The backward pass with those slopes.
struct Back {
  M z, y, from_above;
  Claimed claimed;
  Back(const Subject& s, const Entry& value, const Entry& slope) {
    z = s["W"] * s["X"];
    for (Eigen::Index j = 0; j < z.cols(); ++j) z.col(j) += s["b"];
    y = filled(z, z, value);
    const M d2 = (s["V"] * y - s["Y"]) / 8;
    from_above = s["V"].transpose() * d2;
    const M d1 = from_above.cwiseProduct(filled(z, y, slope));
    claimed = {{"dL/dV", d2 * y.transpose()},
               {"dL/dW", d1 * s["X"].transpose()},
               {"dL/db", d1.rowwise().sum()}};
  }
};

std::string selu_told(const std::string& line, const Entry& slope) {
  const Subject s(hidden_lesson(line));
  const auto selu = [](double z, double) {
    return lambda * (z > 0 ? z : alpha * (std::exp(z) - 1));
  };
  const Diagnosis diagnosis = diagnosed(s, Back(s, selu, slope).claimed);
  std::string text = told(diagnosis, s);
  if (diagnosis.verdict == Verdict::named) text += " | " + first_finding(diagnosis).says;
  return text;
}

// Where the half below is another, and that above is right.
Entry below(const std::function<double(double z, double y)>& f) {
  return [f](double z, double y) { return z > 0 ? lambda : f(z, y); };
}

}  // namespace

TEST_CASE("diagnosis: the slope of a SELU, by number and by result", "[diagnosis]") {
  const std::string named = "named | slope_formula: A (line 6) | ";
  for (const char* line :
       {"A = 1.0507*np.where(Z > 0, Z, 1.6733*(np.exp(Z) - 1))", "A = 1.0507*elu(Z, 1.6733)",
        "A = 1.0507*(np.maximum(0, Z) + np.minimum(0, 1.6733*(np.exp(Z) - 1)))",
        "A = 1.0507*np.where(0 >= Z, 1.6733*(np.exp(Z) - 1), Z)"}) {
    CAPTURE(line);
    const auto kind = [&](const Entry& slope) { return selu_told(line, slope); };
    const double both = lambda * alpha;
    CHECK(kind(below([=](double z, double) { return both * std::exp(z); })) == "right");
    CHECK(kind(below([=](double, double y) { return y + both; })) == "right");
    CHECK(kind([](double z, double) {
            return z > 0 ? 1 : alpha * std::exp(z);
          }).starts_with("named | "));  // of the whole: so many ways to say it
    CHECK(kind(below([](double z, double) { return alpha * std::exp(z); })) ==
          named + "the factor 1.0507 is left out of the slope where Z ≤ 0");
    CHECK(kind([=](double z, double) { return z > 0 ? 1 : both * std::exp(z); }) ==
          named + "the factor 1.0507 is left out of the slope where Z > 0");
    CHECK(kind(below([](double z, double) {
            return lambda * std::exp(z);
          })).starts_with("named | slope_formula: A (line 6) | "));
    CHECK(kind([](double z, double) { return z > 0 ? 1 : std::exp(z); }) ==
          named + "the factors 1.0507 and 1.6733 are left out of the slope of A");
    CHECK(kind(below([](double, double y) { return y + alpha; })) ==
          named + "A + 1.6733 stands where the slope belongs, where Z ≤ 0");
    CHECK(kind(below([](double, double y) { return lambda * (y + alpha); })) ==
          named + "1.0507·(A + 1.6733) stands where the slope belongs, where Z ≤ 0");
    CHECK(kind(below([](double, double y) { return y + 1; })) ==
          named + "A + 1 stands where the slope belongs, where Z ≤ 0");
    CHECK(kind(below([=](double, double) { return both; })) ==
          named + "the factor exp Z is left out of the slope where Z ≤ 0");
    CHECK(kind(below([](double, double) { return 0; })) ==
          named + "nothing is passed on where Z ≤ 0, as if A were 0 there");
    CHECK(kind([=](double z, double) {
            return z > 0 ? both * std::exp(z) : lambda;
          }).starts_with("named | sides_swapped: A (line 6)"));
    // and nothing is told of what nobody writes
    CHECK(kind(below([=](double z, double) { return both * std::exp(0.7 * z); })) == "unnamed");
    CHECK(kind(below([=](double z, double) { return both / (1 + z * z); })) == "unnamed");
  }
}

namespace {

// One slope for each unit, or one for all.
std::string prelu_told(const std::string& line, const std::string& slopes,
                       const std::vector<double>& a, bool of_result, bool with_a) {
  const Subject s(hidden_lesson(line, slopes));
  M made = s["W"] * s["X"];
  for (Eigen::Index j = 0; j < made.cols(); ++j) made.col(j) += s["b"];
  const auto slope_of = [&](Eigen::Index unit) {
    return a[a.size() == 1 ? 0 : static_cast<std::size_t>(unit)];
  };
  const M z = made;
  M y = z, d = z, da = M::Zero(static_cast<Eigen::Index>(a.size()), 1);
  for (Eigen::Index j = 0; j < z.cols(); ++j) {
    for (Eigen::Index i = 0; i < z.rows(); ++i)
      y(i, j) = z(i, j) > 0 ? z(i, j) : slope_of(i) * z(i, j);
  }
  const M d2 = (s["V"] * y - s["Y"]) / 8;
  const M above = s["V"].transpose() * d2;
  for (Eigen::Index j = 0; j < z.cols(); ++j) {
    for (Eigen::Index i = 0; i < z.rows(); ++i) {
      const bool on = (of_result ? y(i, j) : z(i, j)) > 0;
      d(i, j) = above(i, j) * (on ? 1 : slope_of(i));
      if (!on) da(a.size() == 1 ? 0 : i, 0) += above(i, j) * z(i, j);
    }
  }
  Claimed claimed{{"dL/dV", d2 * y.transpose()},
                  {"dL/dW", d * s["X"].transpose()},
                  {"dL/db", d.rowwise().sum()}};
  if (with_a) claimed.emplace_back("dL/da", da);
  return told(s, claimed);
}

}  // namespace

TEST_CASE("diagnosis: a PReLU with a negative slope, the sign of its result looked at",
          "[diagnosis]") {
  for (const char* line :
       {"A = np.where(Z > 0, Z, a*Z)", "A = np.maximum(0, Z) + a*np.minimum(0, Z)",
        "A = relu(Z) - a*relu(-Z)"}) {
    for (const bool with_a : {true, false}) {
      CAPTURE(line, with_a);
      CHECK(prelu_told(line, "-0.3", {-0.3}, false, with_a) == "right");
      CHECK(prelu_told(line, "-0.3", {-0.3}, true, with_a)
                .starts_with("named | sign_of_result: A (line 7)"));
      const char* mixed = "[[-0.3], [0.2], [-0.1]]";
      CHECK(prelu_told(line, mixed, {-0.3, 0.2, -0.1}, false, with_a) == "right");
      CHECK(prelu_told(line, mixed, {-0.3, 0.2, -0.1}, true, with_a)
                .starts_with("named | sign_of_result: A (line 7)"));
      // of positive slopes the sign is the same
      CHECK(prelu_told(line, "0.3", {0.3}, true, with_a) == "right");
    }
  }
}

TEST_CASE("diagnosis: other mistakes of a PReLU are not taken for that one", "[diagnosis]") {
  const Subject s(hidden_lesson("A = np.where(Z > 0, Z, a*Z)", "[[-0.3], [0.2], [-0.1]]"));
  const Claimed right = right_gradients(s);
  const M z = (s["W"] * s["X"]).colwise() + s["b"].col(0);
  const auto with_a = [&](const Entry& part) {
    M y = z;
    for (Eigen::Index k = 0; k < z.size(); ++k)
      y.data()[k] = z.data()[k] > 0 ? z.data()[k] : s["a"](k % 3, 0) * z.data()[k];
    const M above = s["V"].transpose() * ((s["V"] * y - s["Y"]) / 8);
    Claimed claimed = right;
    of(claimed, "dL/da") = above.cwiseProduct(filled(z, y, part)).rowwise().sum();
    return told(s, claimed);
  };
  CHECK(with_a([](double z_here, double) { return z_here > 0 ? 0 : z_here; }) == "right");
  CHECK(with_a([](double z_here, double) {
          return z_here;
        }).starts_with("named | one_side_everywhere: A (line 7)"));
  CHECK(with_a([](double z_here, double) {
          return z_here > 0 ? z_here : 0;
        }).starts_with("named | sides_swapped: A (line 7)"));
  // made by nobody
  CHECK(with_a([](double z_here, double) { return std::sin(2 * z_here); }) == "unnamed");
  Claimed scaled = right;
  of(scaled, "dL/da") *= 2;
  CHECK(told(s, scaled).find("sign_of_result") == std::string::npos);
}

TEST_CASE("diagnosis: tied weights, of whose two parts one is not transposed, or left out",
          "[diagnosis]") {
  const auto say = [](const std::string& encoder, const std::string& decoder) {
    const Subject s(
        "param W = [[0.5, -1, 0.25], [1, 0.75, -0.5], [-0.25, 0.5, 1]]\nparam b = [0.1, -0.2, "
        "0.3]\n"
        "data X in [1, 0.5, -0.75], [-0.5, 1.5, 0.25], [2, -1, 0.5], [0.25, 0.75, -1.25]\n"
        "Z1 = W @ X + b\nA1 = tanh(Z1)\nZ2 = W.T @ A1\nL = half_mse(Z2, X)\n"
        "train L with sgd(lr=0.1), batch_size=all\n");
    const M x = s["X"], w = s["W"];
    M z = w * x;
    for (Eigen::Index j = 0; j < z.cols(); ++j) z.col(j) += s["b"];
    const M a = filled(z, z, [](double v, double) { return std::tanh(v); });
    const M d2 = (w.transpose() * a - x) / 12;
    const M d1 = (w * d2).cwiseProduct(filled(a, a, [](double v, double) { return 1 - v * v; }));
    const auto part = [](const std::string& how, const M& of) -> M {
      if (how == "none") return M::Zero(of.rows(), of.cols());
      return how == "turned" ? M(of.transpose()) : of;
    };
    const M dw = part(encoder, d1 * x.transpose()) + part(decoder, a * d2.transpose());
    const Diagnosis diagnosis = diagnosed(s, {{"dL/dW", dw}, {"dL/db", d1.rowwise().sum()}});
    if (diagnosis.verdict != Verdict::named) return std::string(word_of(diagnosis.verdict));
    return first_finding(diagnosis).id + ": " + first_finding(diagnosis).says;
  };
  CHECK(say("right", "right") == "right");
  CHECK(say("right", "turned") ==
        "gradient_transposed: of the gradient of W, the part that comes back through Z2 is not "
        "transposed");
  CHECK(say("turned", "right") ==
        "gradient_transposed: of the gradient of W, the part that comes back through Z1 is "
        "transposed");
  CHECK(say("right", "none")
            .starts_with("path_overwritten: only what comes back through Z1 is kept"));
  CHECK(say("none", "right")
            .starts_with("path_overwritten: only what comes back through Z2 is kept"));
}
