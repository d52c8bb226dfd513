// A run that is stopped and gone on with is the run that was never stopped, bit for bit.
#include <array>

#include "tests/catch.hpp"
#include "tests/train/training.hpp"

using namespace tracer;
using namespace tracer::test;

namespace {

Checkpoint end_of(const Program& program, Dtype dtype) {
  Trainer trainer(program, {.dtype = dtype, .threads = 1});
  while (!trainer.done()) trainer.epoch();
  return trainer.checkpoint();
}

void check_same(const Checkpoint& a, const Checkpoint& b) {
  CHECK(same_bits(a.model.parameters, b.model.parameters));
  CHECK(same_bits(a.model.states, b.model.states));
  CHECK(same_bits(a.optimizer, b.optimizer));
  CHECK(same_bits(a.best, b.best));
  CHECK(a.counters == b.counters);
  CHECK(a.epoch == b.epoch);
  CHECK(a.step == b.step);
  REQUIRE(a.model.history.size() == b.model.history.size());
  for (std::size_t i = 0; i < a.model.history.size(); ++i) {
    CHECK(a.model.history[i].loss == b.model.history[i].loss);
    CHECK(a.model.history[i].accuracy == b.model.history[i].accuracy);
    CHECK(a.model.history[i].validation_loss == b.model.history[i].validation_loss);
    CHECK(a.model.history[i].lr == b.model.history[i].lr);
    CHECK(a.model.history[i].best == b.model.history[i].best);
  }
}

// Stopped after every epoch in turn
void check_every_boundary(const std::string& text, Dtype dtype = Dtype::float32) {
  const Program program = lesson(text);
  const Checkpoint wanted = end_of(program, dtype);
  for (int boundary = 0; boundary < wanted.epoch; ++boundary) {
    INFO("stopped after epoch " << boundary);
    Trainer first(program, {.dtype = dtype, .threads = 1});
    for (int e = 0; e < boundary; ++e) first.epoch();
    Trainer second(program, {.dtype = dtype, .threads = 1});
    second.resume(first.checkpoint());
    while (!second.done()) second.epoch();
    check_same(second.checkpoint(), wanted);
  }
}

}  // namespace

TEST_CASE("the same seed gives the same bits", "[trainer][checkpoint]") {
  const Program program =
      lesson(rich_lesson("adam(lr=0.02), batch_size=16, shuffle=true, validation=0.25", 4));
  for (const Dtype dtype : {Dtype::float32, Dtype::float64})
    check_same(end_of(program, dtype), end_of(program, dtype));
}

TEST_CASE("another seed gives another run", "[trainer][checkpoint]") {
  std::string text = rich_lesson("sgd(lr=0.1), batch_size=16, shuffle=true", 1);
  const Checkpoint one = end_of(lesson(text), Dtype::float32);
  text.replace(text.find("seed 5"), 6, "seed 6");
  CHECK_FALSE(
      same_bits(one.model.parameters, end_of(lesson(text), Dtype::float32).model.parameters));
}

TEST_CASE("every optimizer goes on from a checkpoint as if it had not stopped",
          "[trainer][checkpoint]") {
  for (const char* optimizer :
       {"sgd(lr=0.1)", "momentum(lr=0.05)", "nesterov(lr=0.05)", "adam(lr=0.02)", "adamw(lr=0.02)",
        "rmsprop(lr=0.01)", "adagrad(lr=0.05)"}) {
    INFO(optimizer);
    check_every_boundary(rich_lesson(std::string(optimizer) + ", batch_size=16, shuffle=true", 3));
  }
  check_every_boundary(rich_lesson("adam(lr=0.02), batch_size=16, shuffle=true", 3),
                       Dtype::float64);
}

TEST_CASE("L-BFGS goes on from a checkpoint", "[trainer][checkpoint]") {
  check_every_boundary(R"(
seed 2
param W1 = xavier(5, 2)
param b1 = zeros(5, 1)
param W2 = xavier(1, 5)
param b2 = zeros(1, 1)
data X, Y = circles(60, factor=0.4, noise=0.05)
A1 = tanh(W1 @ X + b1)
P = sigmoid(W2 @ A1 + b2)
L = bce(P, Y)
train L with lbfgs(max_iter=4), batch_size=all, epochs=4
)",
                       Dtype::float64);
}

TEST_CASE("schedules and early stopping go on from a checkpoint", "[trainer][checkpoint]") {
  check_every_boundary(
      rich_lesson("sgd(lr=0.4), batch_size=16, shuffle=true, validation=0.25, "
                  "schedule=reduce_on_plateau(factor=0.5, patience=1)",
                  8));
  check_every_boundary(
      rich_lesson("sgd(lr=0.4), batch_size=16, shuffle=true, schedule=cosine, warmup=2", 5));
  // of so short a patience that it strikes
  check_every_boundary(
      rich_lesson("sgd(lr=2), batch_size=16, shuffle=true, validation=0.25, early_stopping=true, "
                  "patience=2",
                  30));
}

TEST_CASE("an epoch that was cut is gone on with where it was cut", "[trainer][checkpoint]") {
  const Program program = lesson(rich_lesson(
      "adam(lr=0.02), batch_size=16, shuffle=true, validation=0.25, early_stopping=true", 3));
  const Checkpoint wanted = end_of(program, Dtype::float32);
  for (int cut = 1; cut < 9; ++cut) {
    INFO("stopped after step " << cut);
    int steps = 0;
    Trainer first(program, {.threads = 1, .stop = [&] { return ++steps == cut; }});
    while (!first.done()) first.epoch();
    CHECK(first.reason() == "interrupted");
    CHECK(first.history().back().cut == (cut % 3 != 0));
    CHECK(first.history().back().steps == cut);
    Trainer second(program, {.threads = 1});
    second.resume(first.checkpoint());
    while (!second.done()) second.epoch();
    check_same(second.checkpoint(), wanted);
  }
}

TEST_CASE("a checkpoint of another run is refused", "[trainer][checkpoint]") {
  const Program program = small_lesson("adam(lr=0.1), batch_size=2, epochs=2");
  Trainer trainer(program, {.threads = 1});
  trainer.epoch();
  const Checkpoint good = trainer.checkpoint();
  SECTION("of another scalar type") {
    Trainer other(program, {.dtype = Dtype::float64, .threads = 1});
    CHECK_THROWS_WITH(other.resume(good),
                      "the checkpoint's W1 is float32, but this run is float64; add --dtype "
                      "float32");
  }
  SECTION("of another batch size") {
    const Program batches = small_lesson("adam(lr=0.1), batch_size=4, epochs=2");
    Trainer other(batches, {.threads = 1});
    CHECK_THROWS_WITH(other.resume(good),
                      "the checkpoint's epochs have 2 steps, but this lesson's have 1: it is of "
                      "other data or another batch_size");
  }
  SECTION("of another optimizer") {
    const Program momentum = small_lesson("momentum(lr=0.1), batch_size=2, epochs=2");
    Trainer other(momentum, {.threads = 1});
    CHECK_THROWS_WITH(other.resume(good),
                      "the checkpoint has no W1 velocity: it is of another lesson");
  }
  SECTION("of another shape") {
    Checkpoint bad = good;
    bad.model.parameters["W1"] = Array<float>(2, 2);
    Trainer other(program, {.threads = 1});
    CHECK_THROWS_WITH(other.resume(bad), "W1 is 2×2 in the checkpoint, but 3×2 in the lesson");
  }
}

TEST_CASE("two threads give the same bits every time", "[trainer][checkpoint]") {
  // large enough that products and rows are divided
  const Program program = lesson(R"(
seed 8
param W1 = kaiming(300, 40)
param b1 = zeros(300, 1)
param W2 = xavier(5, 300)
param b2 = zeros(5, 1)
data X, Y = blobs(1200, centers=5, features=40, std=4)
A1 = dropout(relu(W1 @ X + b1), 0.2)
P = softmax(W2 @ A1 + b2)
L = cross_entropy(P, Y)
train L with adam(lr=0.01), batch_size=500, epochs=3, shuffle=true
)");
  const auto weights = [&] {
    Trainer trainer(program, {.threads = 2});
    while (!trainer.done()) trainer.epoch();
    return trainer.model().parameters;
  };
  const auto first = weights();
  for (int again = 0; again < 3; ++again) CHECK(same_bits(weights(), first));
  Trainer one(program, {.threads = 1});  // for the tests that follow: threads are the process's
}
