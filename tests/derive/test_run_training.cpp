// What a train line says beside the optimizer, in the exact run: schedules, held-out samples, and
// what a derivation can't follow.
#include <set>

#include "tests/catch.hpp"
#include "tests/derive/lessons.hpp"
#include "tracer/derive/run.hpp"

using namespace tracer;

namespace {

const std::string one_weight =
    "data x in 1, 2\nparam w = 8\nL = (w - x)**2\ntrain L with sgd(lr=0.25), batch_size=1, ";

// w after each step, as fractions
std::vector<std::string> weights(const std::string& options, int steps) {
  const Program program = test::lesson(one_weight + options);
  Run run(program, {});
  std::vector<std::string> all;
  for (int i = 0; i < steps; ++i)
    all.push_back(to_string(run.next().after.at("w")(0, 0).rational()));
  return all;
}

std::string refusal(const std::string& options, int steps) {
  try {
    weights(options, steps);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a derivation follows a schedule exactly", "[derive][schedule]") {
  using Weights = std::vector<std::string>;
  CHECK(weights("epochs=2", 3) == Weights{"9/2", "13/4", "17/8"});
  // 0.25 halved after the first epoch: 13/4 - 1/8*2*(13/4 - 1)
  CHECK(weights("epochs=2, schedule=exponential(gamma=0.5)", 3) == Weights{"9/2", "13/4", "43/16"});
  CHECK(weights("epochs=2, schedule=step(step_size=1, gamma=0.5)", 3) ==
        Weights{"9/2", "13/4", "43/16"});
  // half the rate in the first of the two steps of the warm-up: 8 - 1/8*14
  CHECK(weights("epochs=2, warmup=1", 2) == Weights{"25/4", "33/8"});
  // half a cosine over two epochs is at its half after one
  CHECK(weights("epochs=2, schedule=cosine", 3) == Weights{"9/2", "13/4", "43/16"});
}

TEST_CASE("a derivation cuts gradients exactly", "[derive][clipping]") {
  using Weights = std::vector<std::string>;
  // the first gradient is 2·(8 − 1) = 14
  CHECK(weights("epochs=1, clip_value=14", 1) == Weights{"9/2"});
  CHECK(weights("epochs=1, clip_value=12", 1) == Weights{"5"});  // 8 − 12/4
  CHECK(weights("epochs=1, clip_norm=15", 1) == Weights{"9/2"});
  // 8 − 14·13/(14 + 1e-6)/4
  CHECK(weights("epochs=1, clip_norm=13", 1) == Weights{"66500008/14000001"});
  // 1 after clip_norm (but for 1e-6) and cut to ½: 8 − 1/8
  CHECK(weights("epochs=1, clip_norm=1, clip_value=0.5", 1) == Weights{"63/8"});
}

TEST_CASE("a derivation says what it can't follow", "[derive][schedule]") {
  CHECK(refusal("epochs=10, schedule=cosine", 2).empty());
  CHECK(refusal("epochs=10, schedule=cosine", 3)
            .starts_with("schedule=cosine: the learning rate "
                         "of epoch 2 of 10 is irrational"));
  CHECK(refusal("epochs=10, schedule=reduce_on_plateau(patience=0)", 4).empty());
  CHECK(refusal("epochs=10, schedule=reduce_on_plateau(patience=0)", 5)
            .starts_with("schedule=reduce_on_plateau: the learning rate of epoch 3 depends on"));
  const Program lbfgs = test::lesson("param w = 8\nL = (w - 1)**2\ntrain L with lbfgs()");
  CHECK_THROWS_AS(Run(lbfgs, {}), Error);
}

TEST_CASE("a derivation leaves out what is held out", "[derive][schedule]") {
  const Program program = test::lesson(
      "data X, Y = moons(20, noise=0.1)\nparam w = 1\nL = mean((w*X)**2)\n"
      "train L with sgd(0.1), batch_size=4, epochs=2, shuffle=true, validation=0.2, test=0.2");
  Run run(program, {});
  CHECK(run.steps_per_epoch() == 3);  // twelve of the twenty
  std::set<int> first, second;
  for (int i = 0; i < 3; ++i) {
    for (const int sample : run.next().samples) first.insert(sample);
  }
  for (int i = 0; i < 3; ++i) {
    for (const int sample : run.next().samples) second.insert(sample);
  }
  CHECK(first.size() == 12);
  CHECK(first == second);
}
