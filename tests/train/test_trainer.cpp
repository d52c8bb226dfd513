#include <algorithm>

#include "tests/catch.hpp"
#include "tests/train/training.hpp"
#include "tracer/language/parts.hpp"
#include "tracer/train/part_samples.hpp"
#include "tracer/train/steps.hpp"

using namespace tracer;
using namespace tracer::test;

namespace {

std::string circles_lesson(const std::string& train, const std::string& more = "") {
  return R"(
seed 1
param W1 = xavier(5, 2)
param b1 = zeros(5, 1)
param W2 = xavier(1, 5)
param b2 = zeros(1, 1)
data X, Y = circles(400, factor=0.4, noise=0.05)
test X, Y = circles(200, factor=0.4, noise=0.05, seed=9)
Z1 = W1 @ X + b1
A1 = tanh(Z1)
P = sigmoid(W2 @ A1 + b2)
L = bce(P, Y)
train L with )" +
         train + "\n" + more;
}

}  // namespace

TEST_CASE("five tanh units tell the circles apart", "[trainer]") {
  const Program program = lesson(
      circles_lesson("adam(lr=0.03), batch_size=20, epochs=60, shuffle=true, validation=0.2",
                     "expect finally: accuracy >= 0.99 on test\nexpect finally: loss <= 0.001\n"
                     "expect epoch 60: f1 >= 0.99 on validation\n"));
  for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
    Trainer trainer(program, {.dtype = dtype, .threads = 1});
    CHECK(trainer.count(Part::train) == 320);
    CHECK(trainer.count(Part::validation) == 80);
    CHECK(trainer.count(Part::test) == 200);
    run(trainer);
    CHECK(trainer.reason() == "all 60 epochs");
    CHECK(trainer.history().size() == 60);
    CHECK(trainer.history().back().accuracy == 1.0);
    CHECK(trainer.history().back().validation_accuracy == 1.0);
    CHECK(trainer.evaluate(Part::test).accuracy() == 1.0);
    const Array<float> outputs = trainer.predict(Part::test);
    CHECK(outputs.rows() == 1);
    CHECK(outputs.cols() == 200);
    CHECK((outputs >= 0 && outputs <= 1).all());
    const auto verdicts = trainer.verdicts();
    REQUIRE(verdicts.size() == 3);
    CHECK(verdicts[0].text == "finally: accuracy >= 0.99 on test   holds: it is 1");
    CHECK((verdicts[0].judged && verdicts[0].holds));
    CHECK((verdicts[1].judged && !verdicts[1].holds));
    CHECK((verdicts[2].judged && verdicts[2].holds));
  }
}

TEST_CASE("L-BFGS converges on the circles", "[trainer][lbfgs]") {
  const Program program = lesson(circles_lesson("lbfgs(max_iter=20), batch_size=all, epochs=100"));
  for (const Dtype dtype : {Dtype::float32, Dtype::float64}) {
    Trainer trainer(program, {.dtype = dtype, .threads = 1});
    run(trainer);
    CHECK(trainer.history().back().accuracy == 1.0);
    CHECK(trainer.history().back().loss < 1e-3);
    for (std::size_t e = 1; e < trainer.history().size(); ++e)
      CHECK(trainer.history()[e].loss <= trainer.history()[e - 1].loss * (1 + 1e-6));
  }
}

TEST_CASE("L-BFGS finds the least of a quadratic, and says that it has converged",
          "[trainer][lbfgs]") {
  // (w − 3)² + 10(v + 1)² + wv: its gradient is 0 where 2w + v = 6 and w + 20v = −20
  const Program program = lesson(
      "param w = 0\nparam v = 5\nL = (w - 3)**2 + 10*(v + 1)**2 + w*v\n"
      "train L with lbfgs(tolerance=1e-10), batch_size=all, epochs=50\n");
  Trainer trainer(program, {.dtype = Dtype::float64, .threads = 1});
  run(trainer);
  CHECK(trainer.reason() == "converged");
  CHECK(trainer.history().size() < 50);
  CHECK(std::abs(parameter<double>(trainer.model(), "w")(0) - 140.0 / 39) < 1e-7);
  CHECK(std::abs(parameter<double>(trainer.model(), "v")(0) + 46.0 / 39) < 1e-7);
}

TEST_CASE("early stopping strikes after `patience` epochs and the best weights come back",
          "[trainer]") {
  const Program program = lesson(circles_lesson(
      "sgd(lr=20), batch_size=20, epochs=200, shuffle=true, validation=0.2, early_stopping=true, "
      "patience=4"));
  Trainer trainer(program, {.threads = 1});
  std::vector<Model> after;
  while (!trainer.done()) {
    trainer.epoch();
    after.push_back(trainer.model());
  }
  const History& history = trainer.history();
  REQUIRE(history.size() < 200);
  CHECK(trainer.reason() == "no improvement in 4 epochs");
  std::size_t best = 0;
  for (std::size_t e = 0; e < history.size(); ++e) {
    if (*history[e].validation_loss < *history[best].validation_loss) best = e;
  }
  CHECK(best + 1 + 4 == history.size());
  CHECK(history[best].best);
  CHECK_FALSE(history[best + 1].best);
  CHECK(trainer.finish() == static_cast<int>(best) + 1);
  CHECK(same_bits(trainer.model().parameters, after[best].parameters));
  CHECK_FALSE(same_bits(trainer.model().parameters, after.back().parameters));
  CHECK(trainer.evaluate(Part::validation).loss == *history[best].validation_loss);
}

TEST_CASE("what is monitored may be accuracy or F1, and chooses the best epoch", "[trainer]") {
  const auto best_of = [](const std::string& monitor) {
    const Program program = small_lesson(
        "sgd(lr=0.5), batch_size=1, epochs=12, "
        "early_stopping=true, patience=11, monitor=" +
        monitor);
    Trainer trainer(program, {});
    while (!trainer.done()) trainer.epoch();
    return std::pair(trainer.finish(), trainer.history());
  };
  const auto [best, history] = best_of("accuracy");
  double most = 0;
  int first = 0;
  for (const EpochRecord& record : history) {
    if (*record.accuracy > most) first = record.epoch;
    most = std::max(most, *record.accuracy);
  }
  REQUIRE(first < 12);
  CHECK(best == first);
  CHECK(best_of("loss").first != first);
}

TEST_CASE("validation data of their own are watched, and all of the data are trained on",
          "[trainer]") {
  const std::string lines =
      "param w = [[0.5, 1]]\ndata X, y = [[1, 2, 3, 4], [0, 1, 0, 1]], [1, 2, 3, 5]\n"
      "validation X, y = [[2, 0], [2, 1]], [1, 2]\nz = w @ X\nL = mse(z, y)\n"
      "train L with sgd(lr=0.01), batch_size=all, epochs=3\n"
      "expect finally: loss <= 100 on validation\n";
  const Program program = lesson(lines);
  Trainer trainer(program, {.dtype = Dtype::float64});
  run(trainer);
  CHECK(trainer.count(Part::train) == 4);
  CHECK(trainer.count(Part::validation) == 2);
  REQUIRE(trainer.history().size() == 3);
  REQUIRE(trainer.history().front().validation_loss);
  // the first step by hand: L̄ = 2/4 Σ (w·x − y) x, w ← w − 0.01 L̄
  const double e[] = {0.5 - 1, 1 + 1 - 2, 1.5 - 3, 2 + 1 - 5};
  const double w1 = 0.5 - 0.01 * 0.5 * (e[0] * 1 + e[1] * 2 + e[2] * 3 + e[3] * 4);
  const double w2 = 1 - 0.01 * 0.5 * (e[1] + e[3]);
  const double a = 2 * w1 + 2 * w2 - 1;
  const double b = w2 - 2;
  CHECK_THAT(*trainer.history().front().validation_loss,
             Catch::Matchers::WithinRel((a * a + b * b) / 2, 1e-12));
  CHECK(trainer.verdicts().at(0).holds);
  CHECK(part_samples(program, Part::validation).count() == 2);
}

TEST_CASE("another split_seed holds out others, and the weights begin alike", "[trainer]") {
  const auto held_out = [](const std::string& more) {
    const Program program = lesson(
        "param w = normal(1, 2)\ndata X, Y = moons(40)\nP = sigmoid(w @ X)\n"
        "L = bce(P, Y)\ntrain L with sgd(lr=0.1), validation=0.25" +
        more);
    return std::pair(parts_of(program).validation, exact_value(program.values.at("w"))(0, 0));
  };
  const auto [one, w] = held_out("");
  const auto [other, same_w] = held_out(", split_seed=1");
  CHECK(one != other);
  CHECK(w == same_w);
  CHECK(held_out(", split_seed=1").first == other);
}

TEST_CASE("restore_best=false keeps the last weights", "[trainer]") {
  const Program program = lesson(circles_lesson(
      "sgd(lr=20), batch_size=20, epochs=200, validation=0.2, early_stopping=true, patience=4, "
      "restore_best=false"));
  Trainer trainer(program, {.threads = 1});
  while (!trainer.done()) trainer.epoch();
  const Model last = trainer.model();
  CHECK(trainer.finish() == 0);
  CHECK(same_bits(trainer.model().parameters, last.parameters));
}

TEST_CASE("parts are drawn from the data, and every sample is in one", "[trainer]") {
  const Program program = lesson(R"(
param w = 0
data x, y = (0, 0), (1, 0), (2, 0), (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9.5, 0)
p = w*x
L = mse(p, y)
train L with sgd(lr=0.1), batch_size=2, epochs=1, validation=0.2, test=0.3
)");
  const Parts parts = parts_of(program);
  std::vector<int> all = parts.train;
  all.insert(all.end(), parts.validation.begin(), parts.validation.end());
  all.insert(all.end(), parts.test.begin(), parts.test.end());
  std::ranges::sort(all);
  CHECK(all == std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
  CHECK(parts.validation.size() == 2);
  CHECK(parts.test.size() == 3);
  Trainer trainer(program, {.threads = 1});
  CHECK(trainer.count(Part::test) == 3);
  const EpochRecord record = trainer.epoch();
  CHECK(record.steps == 3);
  CHECK_FALSE(record.accuracy.has_value());
  CHECK(trainer.evaluate(Part::validation).task == Task::numbers);
}

TEST_CASE("a loss that is not finite names epoch, step, line, and what to do; the weights stay",
          "[trainer]") {
  const Program bad = lesson(
      "param w = -60\ndata x = [1, 2, -3]\nz = w*x\nL = mean(exp(z))\n"
      "train L with sgd(lr=1), batch_size=3, epochs=5\n");
  Trainer stopped(bad, {.threads = 1});
  CHECK_THROWS_WITH(stopped.epoch(),
                    "epoch 1, step 1: the loss is not finite; the first value that is not is a "
                    "part of L = mean(exp(z)) (line 4), an entry of which is inf; lower lr, start "
                    "from smaller weights, or add clip_norm=1 to the train line");
  CHECK(parameter<float>(stopped.model(), "w")(0) == -60.0F);
}

TEST_CASE("progress is told after every step, and stop ends the epoch there", "[trainer]") {
  const Program program = small_lesson("sgd(lr=0.1), batch_size=1, epochs=3");
  std::vector<int> done;
  TrainerOptions options{.threads = 1};
  options.on_batch = [&](const Progress& progress) {
    CHECK(progress.samples == 4);
    CHECK(progress.epochs == 3);
    done.push_back(progress.samples_done);
  };
  options.stop = [&] { return done.size() == 6; };
  Trainer trainer(program, options);
  CHECK_FALSE(trainer.epoch().cut);
  CHECK_FALSE(trainer.done());
  const EpochRecord cut = trainer.epoch();
  CHECK(cut.cut);
  CHECK(cut.steps == 6);
  CHECK(trainer.done());
  CHECK(trainer.reason() == "interrupted");
  CHECK(done == std::vector<int>{1, 2, 3, 4, 1, 2});
}

TEST_CASE("targets that a loss does not take are refused with what to write", "[trainer]") {
  const auto refusal = [](const std::string& targets, const std::string& loss) {
    const Program program = lesson("param w = 1\ndata x, y = [1, 2, 3], " + targets +
                                   "\nz = w*x\nL = " + loss + "\ntrain L with sgd(lr=0.1)\n");
    return error_of([&] { Trainer(program, {.threads = 1}); });
  };
  CHECK(refusal("[-1, 1, -1]", "bce(sigmoid(z), y)") ==
        "test.lesson: bce takes targets from 0 to 1, but 2 of the 3 entries of y are others, such "
        "as -1; write (y + 1)/2 in place of y, or take hinge, which is for -1 and 1");
  CHECK(said(refusal("[-1, 1, -1]", "bce_with_logits(z, y)"), "write (y + 1)/2"));
  CHECK(refusal("[0, 1, 1]", "hinge(z, y)") ==
        "test.lesson: hinge takes targets -1 and 1, but 1 of the 3 entries of y are others, such "
        "as 0; write 2*y - 1 in place of y");
  CHECK(said(refusal("[2, 4, 4]", "bce(sigmoid(z), y)"), "such as 2; for numbers take mse"));
  for (const auto& [targets, loss] : std::vector<std::pair<std::string, std::string>>{
           {"[0, 0.25, 1]", "bce(sigmoid(z), y)"},
           {"[-1, 1, 1]", "hinge(z, y)"},
           {"[0, 1, 1]", "hinge(z, 2*y - 1)"},
           {"[-1, 1, 1]", "bce(sigmoid(z), (y + 1)/2)"},
           {"[-5, 1, 9]", "mse(z, y)"}}) {
    INFO(loss);
    CHECK(refusal(targets, loss) == "");
  }
}

TEST_CASE("what can't be trained is refused with a way out", "[trainer]") {
  const auto make = [](const std::string& text) {
    const Program program = lesson(text);
    Trainer trainer(program, {.threads = 1});
  };
  CHECK_THROWS_WITH(make("param w = 1\nL = w**2\n"),
                    "test.lesson has no train line; add train L with sgd(lr=0.01), epochs=10");
  CHECK(said(error_of([&] {
               make(
                   "param w = 1\ndata x = [1, 2, 3]\nL = mse(w*x, x)\n"
                   "train L with lbfgs(), batch_size=2, epochs=1\n");
             }),
             "batch_size=all"));
  const Program program = small_lesson("sgd(lr=0.1), batch_size=2, epochs=1");
  CHECK_THROWS_WITH(
      Trainer(program, {.threads = 1, .watch = {"A2"}}),
      "there is no parameter or line called A2 to watch; there are W1, b1, W2, b2, A1, Z2, P, L");
  CHECK_THROWS_WITH(Trainer(program, {.threads = 1, .trace_step = 1, .trace_entry = "W1[3,0]"}),
                    "there is no entry W1[3,0] to trace: W1 is 3×2, and rows and columns count "
                    "from 0");
  CHECK_THROWS_WITH(Trainer(program, {.threads = 1, .trace_step = 1, .trace_entry = "W3"}),
                    "there is no entry W3 to trace: the parameters are W1, b1, W2, b2");
}
