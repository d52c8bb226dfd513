// Layers that a lesson writes out in the lines of NumPy are known as what they are, and so are the
// mistakes in them.
#include "tests/catch.hpp"
#include "tests/diagnosis/by_hand.hpp"

using namespace tracer;
using namespace tracer::asked;

namespace {

const std::string written_lesson =
    "param W1 = [[1.5, -0.5], [-0.75, 1.25], [0.5, 0.25]]\nparam W2 = [[1, -0.5, 0.25]]\n"
    "data X, Y in ([1, 0.5], 1), ([-0.5, 1.5], 0), ([2, -1], 1), ([0.25, -0.75], 0)\n";
const std::string full_batch = "train L with sgd(lr=0.1), batch_size=all\n";

M repeated(const M& column, Eigen::Index columns) { return column.replicate(1, columns); }

}  // namespace

TEST_CASE("diagnosis: softmax by exp and sum has the mistakes of softmax", "[diagnosis]") {
  const Subject s(written_lesson +
                  "Z1 = W1 @ X\nE1 = np.exp(Z1)\nP1 = E1/np.sum(E1, axis=0, keepdims=True)\n"
                  "Z2 = W2 @ P1\nL = half_mse(Z2, Y)\n" +
                  full_batch);
  const M p = softmax_of(s["W1"] * s["X"]);
  const M d2 = (s["W2"] * p - s["Y"]) / 4;
  const M g = s["W2"].transpose() * d2;
  const auto claimed = [&](const M& d1) -> Claimed {
    return {{"dL/dW2", d2 * p.transpose()}, {"dL/dW1", d1 * s["X"].transpose()}};
  };
  const M inner = times(g, p).colwise().sum().replicate(3, 1);
  CHECK(told(s, claimed(times(p, g - inner))) == "right");
  CHECK(told(s, claimed(times(times(g, p), M((1 - p.array()).matrix())))) ==
        "named | softmax_diagonal: P1 (line 6)");
  // that is the path through the sum left out, too
  CHECK(among(diagnosed(s, claimed(times(g, p))), s, "softmax_sum_left_out: P1 (line 6)"));
  const M other = repeated(times(g, p).rowwise().sum(), 4);
  CHECK(told(s, claimed(times(p, g - other))) == "named | softmax_wrong_axis: P1 (line 6)");
}

TEST_CASE("diagnosis: dropout by a mask and a division has the mistakes of dropout",
          "[diagnosis]") {
  const Subject s(written_lesson +
                  "input M = [[1, 0, 1, 1], [0, 1, 1, 0], [1, 1, 0, 1]]\n"
                  "Z1 = W1 @ X\nA1 = tanh(Z1)\nD1 = A1*M/0.6\nZ2 = W2 @ D1\nL = half_mse(Z2, Y)\n" +
                  full_batch);
  const M a = each(s["W1"] * s["X"], tanh_of);
  const M kept = times(a, s["M"]) / 0.6;
  const M d2 = (s["W2"] * kept - s["Y"]) / 4;
  const M g = s["W2"].transpose() * d2;
  const auto claimed = [&](const M& da) -> Claimed {
    return {{"dL/dW2", d2 * kept.transpose()},
            {"dL/dW1", times(da, M((1 - a.array().square()).matrix())) * s["X"].transpose()}};
  };
  CHECK(told(s, claimed(times(g, s["M"]) / 0.6)) == "right");
  CHECK(told(s, claimed(g / 0.6)).starts_with("named | dropout_mask_missing: D1 (line 7)"));
  CHECK(told(s, claimed(g)).starts_with("named | "));
  CHECK(told(s, claimed(times(g, s["M"]) * 0.6)).starts_with("named | dropout_scale: D1 (line 7)"));
}

TEST_CASE("diagnosis: batch norm by mean and root has the mistakes of batch norm", "[diagnosis]") {
  const Subject s(written_lesson +
                  "Z1 = W1 @ X\nmu = np.mean(Z1, axis=1, keepdims=True)\nC = Z1 - mu\n"
                  "V = np.mean(C**2, axis=1, keepdims=True)\nN = C/np.sqrt(V + 1e-5)\n"
                  "A1 = tanh(N)\nZ2 = W2 @ A1\nL = half_mse(Z2, Y)\n" +
                  full_batch);
  const M z = s["W1"] * s["X"];
  const M c = z - repeated(z.rowwise().mean(), 4);
  const M deviation = repeated(M((c.array().square().rowwise().mean() + 1e-5).sqrt().matrix()), 4);
  const M n = c.array() / deviation.array();
  const M a = each(n, tanh_of);
  const M d2 = (s["W2"] * a - s["Y"]) / 4;
  const M g = times(s["W2"].transpose() * d2, M((1 - a.array().square()).matrix()));
  const auto claimed = [&](const M& dz) -> Claimed {
    return {{"dL/dW2", d2 * a.transpose()}, {"dL/dW1", dz * s["X"].transpose()}};
  };
  const auto mean = [](const M& x) { return repeated(x.rowwise().mean(), 4); };
  const auto over = [&](const M& x) -> M { return x.array() / deviation.array(); };
  CHECK(told(s, claimed(over(g - mean(g) - times(n, mean(times(g, n)))))) == "right");
  CHECK(told(s, claimed(over(g))).starts_with("named | batchnorm_constant_stats: N (line 8)"));
  CHECK(told(s, claimed(g - mean(g) - times(n, mean(times(g, n)))))
            .starts_with("named | batchnorm_deviation_missing: N (line 8)"));
}
