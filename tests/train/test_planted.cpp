// Training with a mistake planted in the backward pass.
#include "tests/catch.hpp"
#include "tests/train/training.hpp"
#include "tracer/error.hpp"
#include "tracer/graph/backward.hpp"
#include "tracer/mistake/planted.hpp"

namespace tracer {
namespace {

using test::w1_trained_with;

}  // namespace

TEST_CASE("the backward pass as a graph trains as the tape does", "[trainer][planted]") {
  for (const std::string train : {"sgd(lr=0.5), batch_size=3, epochs=4",
                                  "adam(lr=0.1), batch_size=2, epochs=4, clip_norm=0.1"}) {
    const Program program = test::small_lesson(train);
    Trainer usual(program, {.dtype = Dtype::float64});
    test::run(usual);
    const Array<double> wanted = test::parameter<double>(usual.model(), "W1");
    CHECK((w1_trained_with(program, "") - wanted).abs().maxCoeff() < 1e-12);
  }
}

TEST_CASE("batch norm, dropout and a rest of a batch, with nothing planted", "[trainer][planted]") {
  const Program program = test::lesson(test::rich_lesson("adam(lr=0.05), batch_size=16", 3));
  Trainer usual(program, {.dtype = Dtype::float64});
  test::run(usual);
  const Array<double> wanted = test::parameter<double>(usual.model(), "W1");
  CHECK((w1_trained_with(program, "") - wanted).abs().maxCoeff() < 1e-9);
}

TEST_CASE("one step with tanh for its slope is that step by hand", "[trainer][planted]") {
  // W1 ← W1 − lr · (A1 ⊙ (W2ᵀ (P − Y)/m)) Xᵀ in place of (1 − A1²) ⊙ ...
  const Program program = test::small_lesson("sgd(lr=1), batch_size=4, epochs=1");
  const Array<double> made = w1_trained_with(program, "activation_for_slope tanh(");
  Eigen::MatrixXd w1(3, 2), b1(3, 1), w2(2, 3), x(2, 4), y(2, 4);
  w1 << 0.5, -0.25, 0.75, 0.125, -0.5, 1.0;
  b1 << 0.1, 0.0, -0.2;
  w2 << 0.3, -0.6, 0.9, 0.2, 0.4, -0.8;
  x << 0.5, -1.0, 2.0, 0.25, 1.5, 0.75, -0.5, -2.0;
  y << 1, 0, 0, 1, 0, 1, 1, 0;
  const Eigen::MatrixXd a1 = ((w1 * x).colwise() + b1.col(0)).array().tanh();
  Eigen::MatrixXd p = (w2 * a1).array().exp();
  p.array().rowwise() /= p.colwise().sum().eval().array();
  const Eigen::MatrixXd g = (w2.transpose() * (p - y) / 4).array() * a1.array();
  const Eigen::MatrixXd after = w1 - g * x.transpose();
  CHECK((made.matrix() - after).cwiseAbs().maxCoeff() < 1e-12);
}

TEST_CASE("what can't be planted", "[planted]") {
  const Program program = test::small_lesson("sgd(lr=1), batch_size=4, epochs=1");
  CHECK_THROWS_WITH(w1_trained_with(program, "activation_for_slop"),
                    "--mistake activation_for_slop: there is no place for such a one in this "
                    "lesson; did you mean activation_for_slope?");
  try {
    w1_trained_with(program, "activation_for_slope zzz");
    FAIL("nothing was said");
  } catch (const Error& error) {
    INFO(error.what());
    CHECK(has(error.what(), "--mistake activation_for_slope: none of these says 'zzz':"));
    CHECK(has(error.what(), "tanh(…) stands where its slope tanh′(…) belongs"));
  }
}

}  // namespace tracer
