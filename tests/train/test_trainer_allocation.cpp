// Training allocates nothing once it runs: every step of an epoch after the first is counted.
#include "tests/allocations.hpp"
#include "tests/catch.hpp"
#include "tests/train/training.hpp"

using namespace tracer;
using namespace tracer::test;

namespace {

// of the second epoch's steps but its last, which is followed by the end of the epoch
int allocations_of(const std::string& text, Dtype dtype) {
  const Program program = lesson(text);
  int counted = -1;
  int steps = 0;
  TrainerOptions options{.dtype = dtype, .threads = 1};
  options.on_batch = [&](const Progress& progress) {
    ++steps;
    if (progress.epoch == 2 && progress.samples_done == 16) start_counting();
    if (progress.epoch == 2 && progress.samples_done == progress.samples) counted = stop_counting();
  };
  Trainer trainer(program, options);
  trainer.epoch();
  trainer.epoch();
  CHECK(steps == 8);
  return counted;
}

}  // namespace

TEST_CASE("a training step allocates nothing", "[trainer][allocation]") {
  for (const char* train :
       {"sgd(lr=0.1)", "momentum(lr=0.1), clip_norm=1", "adam(lr=0.01), shuffle=true",
        "rmsprop(lr=0.01), clip_value=1, shuffle=true", "adagrad(lr=0.1), schedule=cosine"}) {
    INFO(train);
    const std::string text = rich_lesson(std::string(train) + ", batch_size=16", 2);
    CHECK(allocations_of(text, Dtype::float32) == 0);
    CHECK(allocations_of(text, Dtype::float64) == 0);
  }
}

TEST_CASE("classes as rows are counted and gathered without an allocation",
          "[trainer][allocation]") {
  CHECK(allocations_of(R"(
param W = normal(2, 3)
param b = zeros(1, 3)
data X, Y = blobs(64, centers=3), samples="rows"
P = softmax(X @ W + b)
L = cross_entropy(P, Y)
train L with sgd(lr=0.1), batch_size=16, epochs=2, shuffle=true
)",
                       Dtype::float32) == 0);
}
