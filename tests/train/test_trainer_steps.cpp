// The steps of training against numbers that were not computed by this program, and against the
// exact run of derive/.
#include <array>

#include "tests/catch.hpp"
#include "tests/train/training.hpp"
#include "tracer/derive/run.hpp"

using namespace tracer;
using namespace tracer::test;

namespace {

struct TorchRun {
  const char* train;
  std::array<double, 6> W1;  // row by row
  std::array<double, 2> b2;
  double loss;  // of the last step
};

// PyTorch 1.13 in float64: the network of small_lesson, batches of samples 1-3 and 4, two epochs,
// torch.optim's classes with these settings, clip_grad_norm_ and clip_grad_value_ before the step.
constexpr std::array references{TorchRun{"sgd(lr=0.5)",
                                         {0.593798907364, -0.436781619662, 0.578442093357,
                                          0.856546317491, -0.353170486943, 0.92396664431},
                                         {0.331274128203, -0.331274128203},
                                         0.406964150347991},
                                TorchRun{"sgd(lr=0.5, momentum=0.9)",
                                         {0.680659036008, -0.486968573625, 0.245536162054,
                                          1.97463689313, -0.0767807114726, 0.820735749657},
                                         {0.564711813116, -0.564711813116},
                                         0.0933691598323215},
                                TorchRun{"nesterov(lr=0.1, momentum=0.8)",
                                         {0.537506536616, -0.335933108932, 0.567051938577,
                                          0.664419956512, -0.381970145732, 0.943392894659},
                                         {0.212007514323, -0.212007514323},
                                         0.709847216963807},
                                TorchRun{"sgd(lr=0.5, weight_decay=0.1)",
                                         {0.486734656996, -0.391976196272, 0.478815099945,
                                          0.723125859541, -0.285752216116, 0.733006643647},
                                         {0.319783335574, -0.319783335574},
                                         0.446645723713113},
                                TorchRun{"adam(lr=0.05)",
                                         {0.695789128523, -0.299170440426, 0.552540832136,
                                          0.279452859417, -0.33598071177, 0.822254046743},
                                         {0.0191869726632, -0.0191869726632},
                                         1.24903079172325},
                                TorchRun{"adamw(lr=0.05, weight_decay=0.1)",
                                         {0.684470774097, -0.294403105306, 0.539301513856,
                                          0.275584599877, -0.327247410309, 0.804882981905},
                                         {0.0195898900058, -0.0195898900058},
                                         1.2373991930769},
                                TorchRun{"rmsprop(lr=0.05)",
                                         {1.58331512751, -0.286519589659, 0.235113920618,
                                          0.711394875819, -0.00958091552083, 0.22366020486},
                                         {0.233150308093, -0.233150308093},
                                         0.844932496484015},
                                TorchRun{"adagrad(lr=0.05)",
                                         {0.653105870423, -0.284781280423, 0.618772940612,
                                          0.258107566307, -0.408573453674, 0.865981865194},
                                         {0.020316487552, -0.020316487552},
                                         1.33691595777446},
                                TorchRun{"sgd(lr=0.5), clip_norm=0.25",
                                         {0.51857394968, -0.270056893878, 0.638533217873,
                                          0.284012095119, -0.406565644792, 0.974563678967},
                                         {-0.00500072545331, 0.00500072545331},
                                         1.4860499100262},
                                TorchRun{"adam(lr=0.05), clip_value=0.05",
                                         {0.698258310717, -0.275536518128, 0.55000004, 0.3196619197,
                                          -0.319559579461, 0.8175314068},
                                         {-0.0615264976966, 0.0615264976966},
                                         1.2804550146746}};

template <class S>
double largest_difference(const Model& model, const TorchRun& reference) {
  double largest = 0;
  const Array<S>& W1 = parameter<S>(model, "W1");
  for (int k = 0; k < 6; ++k) {
    const double wanted = reference.W1[static_cast<std::size_t>(k)];
    largest = std::max(largest, std::abs(static_cast<double>(W1(k / 2, k % 2)) - wanted));
  }
  for (int k = 0; k < 2; ++k) {
    const double wanted = reference.b2[static_cast<std::size_t>(k)];
    largest =
        std::max(largest, std::abs(static_cast<double>(parameter<S>(model, "b2")(k, 0)) - wanted));
  }
  return largest;
}

}  // namespace

TEST_CASE("four steps of every optimizer are PyTorch's, in double to 12 digits", "[trainer]") {
  for (const TorchRun& reference : references) {
    INFO(reference.train);
    const Program program = small_lesson(std::string(reference.train) + ", batch_size=3, epochs=2");
    Trainer trainer(program, {.dtype = Dtype::float64, .threads = 1});
    run(trainer);
    CHECK(largest_difference<double>(trainer.model(), reference) < 1e-11);
    Trainer floats(program, {.threads = 1});
    run(floats);
    // half a unit of 2⁻²³ in some ten operations; rmsprop's first step divides by √0.01·|g|, so it
    // is 10 times as long as the others, and so are its errors
    CHECK(largest_difference<float>(floats.model(), reference) < 6e-6);
  }
}

TEST_CASE("the loss of an epoch is the mean over its batches, weighted by their samples",
          "[trainer]") {
  // sgd(lr=0) moves nothing: so it is the loss of all four samples, whatever the batches
  const Program whole = small_lesson("sgd(lr=0), batch_size=all, epochs=1");
  const Program parts = small_lesson("sgd(lr=0), batch_size=3, epochs=1");
  Trainer one(whole, {.dtype = Dtype::float64, .threads = 1});
  Trainer several(parts, {.dtype = Dtype::float64, .threads = 1});
  const EpochRecord of_whole = one.epoch();
  const EpochRecord of_parts = several.epoch();
  CHECK(std::abs(of_whole.loss - of_parts.loss) < 1e-14);
  CHECK(of_whole.steps == 1);
  CHECK(of_parts.steps == 2);
  CHECK(of_whole.accuracy == of_parts.accuracy);
  const Metrics metrics = several.evaluate(Part::train);
  CHECK(std::abs(metrics.loss - of_whole.loss) < 1e-14);
  CHECK(metrics.accuracy() == of_whole.accuracy);
}

namespace {

// Both runs side by side, step by step: the trainer an epoch at a time
void compare_with_exact(const std::string& text, double tolerance) {
  const Program program = lesson(text);
  Run exact(program, {.working = {128, 4096}, .on_line = {}, .loss_after = false});
  Trainer trainer(program, {.dtype = Dtype::float64, .threads = 1});
  while (!trainer.done()) {
    const EpochRecord record = trainer.epoch();
    double loss = 0;
    for (long long k = 0; k < exact.steps_per_epoch(); ++k) {
      const StepRecord step = exact.next();
      loss += step.values.at(step.batch->loss)(0, 0).to_double() *
              static_cast<double>(step.samples.size());
    }
    if (program.data) CHECK(std::abs(record.loss - loss / program.data->count) < tolerance);
    const Model model = trainer.model();
    for (const auto& [name, values] : exact.parameters()) {
      INFO(name << " after epoch " << record.epoch);
      const Array<double>& trained = parameter<double>(model, name);
      double largest = 0;
      for (Eigen::Index i = 0; i < values.size(); ++i)
        largest = std::max(largest, std::abs(trained(i) - values(i).to_double()));
      CHECK(largest < tolerance);
    }
  }
  CHECK(exact.done());
}

}  // namespace

TEST_CASE("training over double goes the way of the exact run", "[trainer]") {
  SECTION("shuffled, with a remainder") {
    compare_with_exact(R"(
seed 3
param W = normal(2, 2)
param b = zeros(2, 1)
data X, Y = [[0.5, -1.0, 2.0, 0.25, 1], [1.5, 0.75, -0.5, -2.0, 0]], [[1, 0, 0, 1, 1], [0, 1, 1, 0, 0]]
P = softmax(W @ X + b)
L = cross_entropy(P, Y)
train L with adam(lr=0.1), batch_size=2, epochs=3, shuffle=true
)",
                       1e-12);
  }
  SECTION("dropout and batch norm") {
    compare_with_exact(rich_lesson("momentum(lr=0.05), batch_size=16, shuffle=true", 2), 1e-12);
  }
  SECTION("samples as rows") {
    compare_with_exact(R"(
seed 4
param W = normal(2, 3)
param b = zeros(1, 3)
data X, Y = [[0.5, -1.0], [2.0, 0.25], [1, 1.5], [0.75, -0.5], [-2.0, 0]], [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0]], samples="rows"
P = softmax(X @ W + b)
L = cross_entropy(P, Y)
train L with sgd(lr=0.3), batch_size=2, epochs=3, shuffle=true
)",
                       1e-12);
  }
  SECTION("a schedule with a warm-up") {
    compare_with_exact(
        rich_lesson("sgd(lr=0.5), batch_size=16, schedule=step(step_size=1, gamma=0.5), warmup=1",
                    3),
        1e-12);
  }
  SECTION("without data, one step an epoch") {
    compare_with_exact("param w = 3\nL = (w - 1)**2\ntrain L with sgd(lr=0.1), epochs=4\n", 1e-12);
  }
}

namespace {

// 80 inputs of which a fifth are not 0, written as `input`.
std::string mostly_zeros(const std::string& input, const std::string& train) {
  std::string x;
  std::uint32_t state = 9;
  for (int k = 0; k < 80; ++k) {
    x += k == 0 ? "[[" : "], [";
    for (int j = 0; j < 23; ++j) {
      state = state * 1664525U + 1013904223U;
      x += (j == 0 ? "" : ", ") + (state >> 29 == 0 ? std::to_string(state % 1000) + "/500" : "0");
    }
  }
  return "seed 3\nparam W1 = normal(9, 80)\nparam b1 = zeros(9, 1)\nparam W2 = normal(1, 9)\n"
         "data X, Y = " +
         x + "]], [[1, 0, 2, 1, 0, 1, 0, 2, 1, 1, 0, 0, 1, 2, 1, 0, 1, 0, 2, 1, 0, 1, 1]]\n" +
         "Z1 = W1 @ " + input + " + b1\nL = mse(W2 @ tanh(Z1), Y)\ntrain L with " + train + "\n";
}

}  // namespace

TEMPLATE_TEST_CASE("training that passes zeros over goes the way of one that does not",
                   "[train][steps]", float, double) {
  using S = TestType;
  const std::string train = "adam(lr=0.01), batch_size=5, epochs=4, shuffle=true";
  const auto trained = [&](const std::string& input, int threads) {
    const Program program = lesson(mostly_zeros(input, train));
    Trainer trainer(program, {.dtype = std::is_same_v<S, float> ? Dtype::float32 : Dtype::float64,
                              .threads = threads});
    run(trainer);
    return parameter<S>(trainer.model(), "W1");
  };
  const Array<S> sparse = trained("X", 1);
  const Array<S> dense = trained("(1*X)", 1);  // a product reads no data, but what a line computes
  CHECK((sparse - dense).abs().maxCoeff() < 200 * std::numeric_limits<S>::epsilon());
  CHECK((trained("X", 2) == sparse).all());
}

TEST_CASE("a look at a step that passes zeros over sees all of its data", "[train][steps]") {
  const Program program =
      lesson(mostly_zeros("X", "sgd(lr=0.01), batch_size=5, epochs=1, shuffle=true"));
  int looks = 0;
  TrainerOptions options{.dtype = Dtype::float64, .threads = 1, .look_step = 2};
  options.on_look = [&](const StepLook& seen) {
    ++looks;
    const Array<double>& x = seen.values.at(seen.batch->leaves.at("X"));
    REQUIRE(x.cols() == 5);
    const SampleSet<double> all(*program.data);
    Array<double> wanted(80, 5);
    all.gather(0, seen.samples, wanted.data());
    CHECK((x == wanted).all());
  };
  Trainer trainer(program, options);
  run(trainer);
  CHECK(looks == 2);  // before its update, and after it
  const Program diverging =
      lesson(mostly_zeros("X", "sgd(lr=1e30), batch_size=5, epochs=4, shuffle=true"));
  Trainer other(diverging, {.threads = 1});
  CHECK(said(error_of([&] { run(other); }), "the loss is not finite"));
}
