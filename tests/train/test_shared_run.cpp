// Trainings that several processes share: what is learnt is what one process learns.
#include <cmath>
#include <limits>

#include "tests/catch.hpp"
#include "tests/ranks/thread_ranks.hpp"
#include "tests/train/apart.hpp"
#include "tests/train/training.hpp"
#include "tracer/train/shared_run.hpp"

namespace tracer::test {
namespace {

struct Learnt {
  Model model;
  History history;
  Checkpoint state;
};

// float64, so that rounding is far below whatever else could differ.
TrainerOptions shared_options(bool joint_statistics) {
  TrainerOptions options;
  options.dtype = Dtype::float64;
  options.threads = 1;
  options.joint_statistics = joint_statistics;
  return options;
}

Learnt learnt_by(const Program& program, int processes, bool joint_statistics = false,
                 const Checkpoint* from = nullptr) {
  Learnt learnt;
  const auto train = [&](Ranks* ranks) {
    TrainerOptions options = shared_options(joint_statistics);
    options.ranks = ranks;
    Trainer trainer(program, options);
    if (from != nullptr) trainer.resume(*from);
    while (!trainer.done()) trainer.epoch();
    const Checkpoint state = trainer.checkpoint();
    trainer.finish();
    if (ranks == nullptr || ranks->is_first()) learnt = {trainer.model(), trainer.history(), state};
  };
  if (processes == 1) {
    train(nullptr);
  } else {
    as_processes(processes, [&](Ranks& ranks) { train(&ranks); });
  }
  return learnt;
}

// Shuffled, with dropout, momentum, clipping, validation, and a batch of 2 in the end.
std::string dropout_lesson(bool rows) {
  const std::string layout = rows ? ", samples=\"rows\"" : "";
  const std::string lines =
      rows ? "Z1 = X @ W1.T + b1.T\nA1 = tanh(Z1)\nD1 = dropout(A1, 0.25)\nP = sigmoid(D1 @ W2.T + "
             "b2)\n"
           : "Z1 = W1 @ X + b1\nA1 = tanh(Z1)\nD1 = dropout(A1, 0.25)\nP = sigmoid(W2 @ D1 + b2)\n";
  return "seed 5\nparam W1 = kaiming(8, 2)\nparam b1 = zeros(8, 1)\nparam W2 = xavier(1, 8)\n"
         "param b2 = zeros(1, 1)\ndata X, Y = circles(64, factor=0.4, noise=0.1" +
         layout + ")\n" + lines +
         "L = bce(P, Y)\ntrain L with sgd(lr=0.5, momentum=0.9), batch_size=14, epochs=4, "
         "shuffle=true, clip_norm=0.05, validation=0.1\n";
}

}  // namespace

TEST_CASE(
    "shares of a batch are neighbours, as even as can be, and the first has what is too little",
    "[train][ranks]") {
  int next = 0;
  for (int rank = 0; rank < 4; ++rank) {
    const BatchShare share = share_of(14, rank, 4, 1);
    CHECK(share.first == next);
    CHECK((share.count == 3 || share.count == 4));
    next = share.first + share.count;
  }
  CHECK(next == 14);
  CHECK(share_of(7, 0, 4, 2).count == 7);
  CHECK(share_of(7, 1, 4, 2).count == 0);
  CHECK(share_of(8, 1, 4, 2).count == 2);
}

TEST_CASE("several processes learn what one learns, up to rounding, and the same bits every time",
          "[train][ranks]") {
  for (const bool rows : {false, true}) {
    const Program program = lesson(dropout_lesson(rows));
    const Learnt alone = learnt_by(program, 1);
    for (const int processes : {2, 3, 4}) {
      CAPTURE(rows, processes);
      const Learnt together = learnt_by(program, processes);
      CHECK(apart(alone.model, together.model) < 1e-12);
      CHECK(same_bits(together.model.parameters, learnt_by(program, processes).model.parameters));
      REQUIRE(together.history.size() == alone.history.size());
      for (std::size_t k = 0; k < alone.history.size(); ++k) {
        CHECK(std::abs(together.history[k].loss - alone.history[k].loss) < 1e-12);
        CHECK(together.history[k].accuracy == alone.history[k].accuracy);
        CHECK(std::abs(*together.history[k].validation_loss - *alone.history[k].validation_loss) <
              1e-12);
      }
    }
  }
}

TEST_CASE("joint statistics are those of the whole batch, forward and backward", "[train][ranks]") {
  const Program program = lesson(rich_lesson("adam(lr=0.05), batch_size=16, shuffle=true", 3));
  const Learnt alone = learnt_by(program, 1);
  for (const int processes : {2, 4}) {
    CAPTURE(processes);
    CHECK(apart(alone.model, learnt_by(program, processes, true).model) < 1e-9);
    CHECK(apart(alone.model, learnt_by(program, processes, false).model) > 1e-3);
  }
}

TEST_CASE("joint statistics where samples are rows", "[train][ranks]") {
  const Program program = lesson(
      "seed 5\nparam W1 = kaiming(8, 2)\nparam gamma1 = ones(1, 8)\nparam beta1 = zeros(1, 8)\n"
      "param W2 = xavier(1, 8)\ndata X, Y = circles(48, factor=0.4, noise=0.1, samples=\"rows\")\n"
      "Z1 = X @ W1.T\nN1 = batch_norm(Z1, gamma1, beta1)\nA1 = tanh(N1)\nP = sigmoid(A1 @ W2.T)\n"
      "L = bce(P, Y)\ntrain L with sgd(lr=0.5), batch_size=16, epochs=2\n");
  const Learnt alone = learnt_by(program, 1);
  CHECK(apart(alone.model, learnt_by(program, 2, true).model) < 1e-12);
  CHECK(apart(alone.model, learnt_by(program, 2, false).model) > 1e-4);
}

TEST_CASE("a training goes on with another number of processes", "[train][ranks]") {
  const auto program_of = [](int epochs) {
    return lesson(rich_lesson("adam(lr=0.05), batch_size=16, shuffle=true", epochs));
  };
  const Program two = program_of(2);
  const Program three = program_of(3);
  const Program five = program_of(5);
  const Checkpoint of_two = learnt_by(two, 2, true).state;
  const Checkpoint of_one = learnt_by(three, 1, true, &of_two).state;
  const Learnt of_four = learnt_by(five, 4, true, &of_one);
  CHECK(of_four.history.size() == 5);
  CHECK(apart(learnt_by(five, 1).model, of_four.model) < 1e-9);
}

TEST_CASE("a search of all parameters is shared too", "[train][ranks]") {
  const Program program = small_lesson("lbfgs(max_iter=12), batch_size=all, epochs=1");
  const Learnt alone = learnt_by(program, 1);
  CHECK(apart(alone.model, learnt_by(program, 3).model) < 1e-8);
}

TEST_CASE("with fewer samples than processes the first takes the step", "[train][ranks]") {
  const Program program = small_lesson("sgd(lr=0.5), batch_size=3, epochs=3");
  CHECK(apart(learnt_by(program, 1).model, learnt_by(program, 4).model) < 1e-13);
}

TEST_CASE("a loss that is no mean over samples is refused before anything is learnt",
          "[train][ranks]") {
  const Program program = lesson(
      "param w = 1\ndata x, y in (1, 3), (2, 4), (3, 5), (4, 7)\nL = sum((w*x - y)**2)\n"
      "train L with sgd(lr=0.01), batch_size=4, epochs=1\n");
  CHECK(said(error_of([&] { learnt_by(program, 2); }), "L can't be divided among processes"));
  CHECK_NOTHROW(learnt_by(program, 1));
}

TEST_CASE("a loss that is not finite in one process ends all, with the same words",
          "[train][ranks]") {
  // the third sample is in the second one's share
  const Program program = lesson(
      "param w = 1\nparam b = 0\ndata x, y in (1, 3), (2, 4), (-3, 5), (4, 7)\n"
      "L = (sqrt(w*x) + b - y)**2\ntrain L with sgd(lr=0.01), batch_size=4, epochs=1\n");
  std::vector<std::string> texts(2);
  as_processes(2, [&](Ranks& ranks) {
    TrainerOptions options = shared_options(false);
    options.ranks = &ranks;
    Trainer trainer(program, options);
    texts[static_cast<std::size_t>(ranks.rank())] = error_of([&] { trainer.epoch(); });
  });
  CHECK(said(texts[0], "epoch 1, step 1: the loss is not finite"));
  CHECK(said(texts[0], "line"));
  CHECK(texts[0] == texts[1]);
}

TEST_CASE("one process that wants to stop stops all, at the same step", "[train][ranks]") {
  const Program program = small_lesson("sgd(lr=0.5), batch_size=2, epochs=500");
  std::vector<long long> steps(3);
  as_processes(3, [&](Ranks& ranks) {
    TrainerOptions options = shared_options(false);
    options.ranks = &ranks;
    int asked = 0;
    options.stop = [&] { return ranks.rank() == 1 && ++asked > 5; };
    Trainer trainer(program, options);
    while (!trainer.done()) trainer.epoch();
    steps[static_cast<std::size_t>(ranks.rank())] = trainer.checkpoint().step;
    CHECK(trainer.reason() == "interrupted");
  });
  CHECK(steps == std::vector<long long>{6, 6, 6});
}

TEST_CASE("what is looked at and watched is the whole step", "[train][ranks]") {
  const Program program = lesson(dropout_lesson(false));
  const auto seen_by = [&](int processes) {
    std::pair<std::string, double> seen;
    const auto train = [&](Ranks* ranks) {
      TrainerOptions options = shared_options(false);
      options.ranks = ranks;
      options.trace_step = 3;
      options.watch = {"all"};
      Trainer trainer(program, options);
      while (!trainer.done()) trainer.epoch();
      if (ranks == nullptr || ranks->is_first())
        seen = {trainer.trace(), trainer.history().back().watched.front().gradient};
    };
    if (processes == 1) train(nullptr);
    if (processes > 1) as_processes(processes, [&](Ranks& ranks) { train(&ranks); });
    return seen;
  };
  const auto alone = seen_by(1);
  const auto together = seen_by(3);
  CHECK_FALSE(alone.first.empty());
  CHECK(together.first == alone.first);
  CHECK(std::abs(together.second - alone.second) < 1e-12);
}

TEST_CASE("units that none of the processes has seen learn are idle", "[train][ranks]") {
  const Program program = lesson(
      "param W1 = [[1, 0], [0, 1], [-1, -1], [1, -1]]\nparam W2 = [[1, 1, 1, 1]]\n"
      "data X, Y = [[1, 2, 3, 4], [4, 3, 2, 1]], [[1, 1, 1, 1]]\nA1 = relu(W1 @ X)\n"
      "L = mse(W2 @ A1, Y)\ntrain L with sgd(lr=0), batch_size=4, epochs=1\n");
  const auto idle_of = [&](int processes) {
    const History history = learnt_by(program, processes).history;
    return history.back().idle.empty() ? 0 : history.back().idle.front().idle;
  };
  CHECK(idle_of(1) == 1);  // the fourth learns from the second process's share alone
  CHECK(idle_of(2) == 1);
}

}  // namespace tracer::test
