// Looking inside a run: norms, idle units, the trace of a step, expectations at steps.
#include "tests/catch.hpp"
#include "tests/train/training.hpp"
#include "tracer/train/inspect.hpp"

using namespace tracer;
using namespace tracer::test;

namespace {

// one linear neuron whose gradients are counted by hand: L = mean (wx + b − y)²
const char* const line_fit = R"(
param w = 1
param b = 0
data x, y = (1, 3), (2, 4), (3, 8)
z = w*x + b
L = mse(z, y)
train L with sgd(lr=0.1), batch_size=3, epochs=2
)";

}  // namespace

TEST_CASE("watched norms are those of value, gradient and update", "[trainer][inspect]") {
  const Program program = lesson(line_fit);
  Trainer trainer(program, {.dtype = Dtype::float64, .threads = 1, .watch = {"w", "z"}});
  // z − y = −2, −2, −5: ∂L/∂w = 2/3·(−2 − 4 − 15) = −14, so w = 1 + 1.4
  const EpochRecord record = trainer.epoch();
  REQUIRE(record.watched.size() == 2);
  CHECK(record.watched[0].name == "w");
  CHECK(std::abs(record.watched[0].value - 2.4) < 1e-14);
  CHECK(std::abs(record.watched[0].gradient - 14) < 1e-13);
  CHECK(std::abs(record.watched[0].update - 1.4) < 1e-14);
  CHECK(record.watched[1].name == "z");
  CHECK(std::abs(record.watched[1].value - std::sqrt(14.0)) < 1e-14);  // 1, 2, 3
  // ∂L/∂z = 2/3·(−2, −2, −5)
  CHECK(std::abs(record.watched[1].gradient - 2.0 / 3 * std::sqrt(33.0)) < 1e-14);
  CHECK(record.watched[1].update == 0);
  Trainer all(program, {.threads = 1, .watch = {"all"}});
  CHECK(all.epoch().watched.size() == 4);
}

TEST_CASE("a line that the fused graph goes past is watched with its own gradient",
          "[trainer][inspect]") {
  // what --trace-step prints of the same step is made of the same look
  for (const char* optimizer : {"sgd(lr=0.1)", "lbfgs(max_iter=1)"}) {
    const Program program = small_lesson(std::string(optimizer) + ", batch_size=4, epochs=1");
    Trainer trainer(program, {.dtype = Dtype::float64, .threads = 1, .watch = {"P", "Z2"}});
    Trainer again(program, {.dtype = Dtype::float64, .threads = 1});
    const EpochRecord record = trainer.epoch();
    again.epoch();
    CHECK(same_bits(trainer.model().parameters, again.model().parameters));
    REQUIRE(record.watched.size() == 2);
    if (std::string(optimizer).starts_with("lbfgs")) {
      CHECK(record.watched[0].gradient > 0);
      continue;
    }
    // P̄ = −Y ⊘ P / m and Z̄ = (P − Y)/m by hand, from the parameters of the first step
    Array<double> W1(3, 2), b1(3, 1), W2(2, 3), X(2, 4), Y(2, 4);
    W1 << 0.5, -0.25, 0.75, 0.125, -0.5, 1;
    b1 << 0.1, 0, -0.2;
    W2 << 0.3, -0.6, 0.9, 0.2, 0.4, -0.8;
    X << 0.5, -1, 2, 0.25, 1.5, 0.75, -0.5, -2;
    Y << 1, 0, 0, 1, 0, 1, 1, 0;
    const Array<double> A = ((W1.matrix() * X.matrix()).array() + b1.replicate(1, 4)).tanh();
    const Array<double> Z = (W2.matrix() * A.matrix()).array();
    const Array<double> E = Z.exp();
    const Array<double> P = E / E.colwise().sum().replicate(2, 1);
    CHECK(std::abs(record.watched[0].gradient - (Y / P / 4).matrix().norm()) < 1e-14);
    CHECK(std::abs(record.watched[1].gradient - ((P - Y) / 4).matrix().norm()) < 1e-14);
  }
}

TEST_CASE("dead and saturated units are counted", "[trainer][inspect]") {
  const Program program = lesson(R"(
param W1 = [[1], [-1], [1]]
param b1 = [[0], [0], [-50]]
param W2 = [[1, 1, 1], [30, 0.1, 0]]
param W3 = [[1, 1]]
data x, y = (1, 3), (2, 4), (3, 8)
A1 = relu(W1 @ x + b1)
A2 = tanh(W2 @ A1)
z = W3 @ A2
L = mse(z, y)
train L with sgd(lr=0), batch_size=3, epochs=1
)");
  Trainer trainer(program, {.threads = 1});
  const EpochRecord record = trainer.epoch();
  // of relu(x), relu(−x), relu(x − 50) two are 0 for x = 1, 2, 3; tanh(x) is not flat at x = 1
  REQUIRE(record.idle.size() == 2);
  CHECK(record.idle[0].name == "A1");
  CHECK(record.idle[0].what == "dead");
  CHECK(record.idle[0].idle == 2);
  CHECK(record.idle[0].units == 3);
  CHECK(record.idle[1].name == "A2");
  CHECK(record.idle[1].what == "saturated");
  CHECK(record.idle[1].idle == 1);
  CHECK(record.idle[1].units == 2);
}

TEST_CASE("a step is traced: values, gradients, one entry's sum, its update",
          "[trainer][inspect]") {
  const Program program = lesson(line_fit);
  Trainer trainer(program,
                  {.dtype = Dtype::float64, .threads = 1, .trace_step = 1, .trace_entry = "b"});
  CHECK(trainer.trace().empty());
  trainer.epoch();
  // ∂L/∂b = 2/3·(−2 − 2 − 5) = −6
  CHECK(trainer.trace() == R"(Step 1 (epoch 1, samples 1, 2, 3)
  Forward
    z = w*x + b (line 5)
        1×3  norm 3.74166  [1 2 3]
    L = mse(z, y) (line 6)
        11
  Backward
    ∂L/∂L        1
    ∂L/∂z        1×3  norm 3.82971
    ∂L/∂w        -14
    ∂L/∂b        -6
  One entry: ∂L/∂b = -6
    = sample 3       -3.33333
    + sample 1       -1.33333
    + sample 2       -1.33333
  Update (sgd, lr 0.1): b: 0 → 0.6  (by 0.6)
)");
}

TEST_CASE("an entry of a matrix is traced as a sum over samples, the largest first",
          "[trainer][inspect]") {
  const Program program = small_lesson("sgd(lr=0.5), batch_size=4, epochs=1");
  Trainer trainer(
      program, {.dtype = Dtype::float64, .threads = 1, .trace_step = 1, .trace_entry = "W2[1, 2]"});
  trainer.epoch();
  const std::string trace = trainer.trace();
  INFO(trace);
  CHECK(said(trace, "One entry: ∂L/∂W2[1,2] = "));
  const std::size_t at = trace.find("One entry");
  // every sample has its term: (∂L/∂Z2[1, k])(A1[2, k])
  for (const char* sample : {"sample 1", "sample 2", "sample 3", "sample 4"})
    CHECK(trace.find(sample, at) != std::string::npos);
  CHECK(said(trace, "W2[1,2]: -0.8 → "));
  // without an entry: the largest of the last parameter's gradient
  Trainer largest(program, {.threads = 1, .trace_step = 1});
  largest.epoch();
  CHECK(said(largest.trace(), "One entry: ∂L/∂b2["));
}

TEST_CASE("expectations at steps are judged where a tolerance says how", "[trainer][inspect]") {
  const Program program = lesson(std::string(line_fit) +
                                 "expect step 1: dL/dw = -14 within 0.001\n"
                                 "expect after step 1: w = 2.4 within 0.001\n"
                                 "expect after step 1: w = 2.5 within 0.001\n"
                                 "expect step 2: L <= 10\n"
                                 "expect step 1: z = [1, 2, 3]\n"
                                 "expect finally: b >= 0\n"
                                 "expect epoch 2: loss <= 10\n");
  Trainer trainer(program, {.threads = 1});
  run(trainer);
  const auto verdicts = trainer.verdicts();
  REQUIRE(verdicts.size() == 7);
  CHECK((verdicts[0].judged && verdicts[0].holds));
  CHECK((verdicts[1].judged && verdicts[1].holds));
  CHECK((verdicts[2].judged && !verdicts[2].holds));
  CHECK(said(verdicts[2].text, "does not hold: it is 2.4"));
  CHECK((verdicts[3].judged && verdicts[3].holds));
  CHECK_FALSE(verdicts[4].judged);
  CHECK(said(verdicts[4].text, "not judged by training"));
  CHECK((verdicts[5].judged && verdicts[5].holds));
  CHECK((verdicts[6].judged && verdicts[6].holds));
}

TEST_CASE("terms that are 0 are counted, not listed", "[trainer][inspect]") {
  const Program program = lesson(R"(
param w = 1
data x, y = (0, 3), (2, 4), (0, 8)
z = w*x
L = sum((z - y)**2)
train L with sgd(lr=0.1), batch_size=3, epochs=1
)");
  Trainer trainer(program, {.dtype = Dtype::float64, .threads = 1, .trace_step = 1});
  trainer.epoch();
  CHECK(said(trainer.trace(), "One entry: ∂L/∂w = -8\n"));
  const Program matrices = lesson(R"(
param W = [[1, 0]]
data X, y = [[0, 2, 0], [1, 1, 1]], [[3, 4, 8]]
z = W @ X
L = sum((z - y)**2)
train L with sgd(lr=0.1), batch_size=3, epochs=1
)");
  Trainer sums(matrices,
               {.dtype = Dtype::float64, .threads = 1, .trace_step = 1, .trace_entry = "W[0,0]"});
  sums.epoch();
  CHECK(said(sums.trace(),
             "  One entry: ∂L/∂W[0,0] = -8\n    = sample 2       (-4)(2) = -8\n"
             "    + 2 terms that are 0\n"));
}
