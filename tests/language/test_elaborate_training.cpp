// The options of a train line: what is read, what is refused, what gets a remark.
#include "tests/catch.hpp"
#include "tests/language/elaborated.hpp"
#include "tests/optimize/schedule_text.hpp"

using namespace tracer;

namespace {

const std::string net =
    "data x, y in (1, 3), (2, 4), (3, 5), (4, 6), (5, 7)\nparam w = 1\nz = w*x\nL = (z - y)**2\n";

Training trained(const std::string& rest) {
  return lesson(net + "train L with " + rest).training.value();
}

struct Case {
  std::string line;
  std::string_view says;
};

// the first remark's sentence
std::string remark(const std::string& rest) {
  const Program program = lesson(net + "train L with " + rest);
  if (program.remarks.empty()) return "";
  const std::string& text = program.remarks[0];
  const std::size_t at = text.find("remark: ") + 8;
  return text.substr(at, text.find('\n') - at);
}

}  // namespace

TEST_CASE("train: every option reaches the program", "[elaborate][training]") {
  const Training t = trained(
      "sgd(0.1), batch_size=2, epochs=30, shuffle=true, validation=0.2, test=1/5, "
      "schedule=step(step_size=4, gamma=1/2), warmup=3, clip_norm=5, clip_value=0.5, "
      "early_stopping=true, patience=7, min_delta=1e-4, restore_best=false");
  CHECK(t.validation.value() == Rational(1, 5));
  CHECK(t.test.value() == Rational(1, 5));
  CHECK(t.schedule.kind == Schedule::Kind::step);
  CHECK(t.schedule.step_size == 4);
  CHECK(t.schedule.gamma == Rational(1, 2));
  CHECK(t.schedule.warmup == 3);
  CHECK(t.clip_norm.value() == 5);
  CHECK(t.clip_value.value() == Rational(1, 2));
  CHECK(t.early_stopping);
  CHECK(t.patience == 7);
  CHECK(t.min_delta == Rational(1, 10000));
  CHECK(!t.restore_best);
}

TEST_CASE("train: what is left out has the defaults of the reference", "[elaborate][training]") {
  const Training t = trained("sgd(0.1)");
  CHECK(t.batch_size == 1);
  CHECK(t.epochs == 1);
  CHECK(!t.shuffle);
  CHECK(!t.validation);
  CHECK(t.schedule.kind == Schedule::Kind::constant);
  CHECK(!t.early_stopping);
  CHECK(t.patience == 10);
  CHECK(t.restore_best);
}

TEST_CASE("train: scikit-learn's words are understood", "[elaborate][training]") {
  const Training t = trained(
      "sgd(0.1), epochs=40, early_stopping=true, tol=1e-3, n_iter_no_change=4, "
      "validation_fraction=0.2");
  CHECK(t.min_delta == Rational(1, 1000));
  CHECK(t.patience == 4);
  CHECK(t.validation.value() == Rational(1, 5));
}

TEST_CASE("train: schedules are words, calls, or PyTorch's classes", "[elaborate][training]") {
  const auto schedule = [](const std::string& text) {
    return to_text(trained("sgd(0.1), epochs=20, schedule=" + text).schedule);
  };
  CHECK(schedule("constant") == "constant");
  CHECK(schedule("cosine") == "cosine");
  CHECK(schedule("\"cosine\"") == "cosine");
  CHECK(schedule("cosine(min_lr=0.001)") == "cosine(min_lr=0.001)");
  CHECK(schedule("CosineAnnealingLR(eta_min=0.001)") == "cosine(min_lr=0.001)");
  CHECK(schedule("step") == "step(step_size=10, gamma=0.1)");
  CHECK(schedule("StepLR(3, 0.5)") == "step(step_size=3, gamma=0.5)");
  CHECK(schedule("exponential") == "exponential(gamma=0.95)");
  CHECK(schedule("exponential(0.9), warmup=2") == "exponential(gamma=0.9), warmup=2");
  CHECK(schedule("reduce_on_plateau") == "reduce_on_plateau(factor=0.1, patience=10, min_lr=0)");
  CHECK(schedule("ReduceLROnPlateau(factor=0.5, patience=2, min_lr=1e-5)") ==
        "reduce_on_plateau(factor=0.5, patience=2, min_lr=1e-5)");
  // the plateau's patience is not that of early stopping
  CHECK(trained("sgd(0.1), schedule=reduce_on_plateau(patience=3)").patience == 10);
}

TEST_CASE("train: lbfgs has all samples in a step, and its settings filled in",
          "[elaborate][training]") {
  const Training t = trained("lbfgs(max_iter=5, history_size=7)");
  CHECK(t.batch_size == 0);
  CHECK(t.optimizer.numbers ==
        std::map<std::string, Rational>{
            {"lr", 1}, {"max_iter", 5}, {"history", 7}, {"tolerance", Rational(1, 10'000'000)}});
  CHECK(trained("lbfgs(), batch_size=5").batch_size == 5);
  CHECK(mistake(net + "train L with lbfgs(lr=1), batch_size=2") ==
        "lbfgs needs all samples in every step\nwrite batch_size=all, or take adam");
  CHECK(mistake(net + "train L with lbfgs(momentum=1)") ==
        "lbfgs has no setting 'momentum'\nit takes lr, max_iter, history, tolerance");
  CHECK(mistake(net + "train L with lbfgs(lr=0)") == "lbfgs: lr must be above 0, got 0");
  CHECK(mistake(net + "train L with lbfgs(history=1/2)") ==
        "history must be a whole number, not 1/2");
}

TEST_CASE("train: a bad option is answered with its place and a way out", "[elaborate][training]") {
  const std::vector<Case> cases{
      {"sgd(lr=-1)",
       "sgd: lr must be at least 0, got -1\nfor ascent make the negative small: write minus_L = "
       "-L, and train minus_L with sgd(lr=1)"},
      {"sgd(-1)",
       "sgd: lr must be at least 0, got -1\nfor ascent make the negative small: write minus_L = "
       "-L, and train minus_L with sgd(lr=1)"},
      {"adam(beta1=1)", "adam: beta1 must be at least 0 and below 1, got 1"},
      {"adam(mometum=1)",
       "adam has no setting 'mometum': it takes lr, beta1, beta2, eps and "
       "weight_decay"},
      {"sgd(rate=1)",
       "sgd has no setting 'rate': it takes lr, momentum, dampening, weight_decay, "
       "nesterov and dampen_first\ndid you mean lr?"},
      {"sgd(1), batch_size=0", "batch_size must be at least 1, not 0"},
      {"sgd(1), batch_size=-3", "batch_size must be at least 1, not -3"},
      {"sgd(1), epochs=0", "epochs must be at least 1, not 0"},
      {"sgd(1), validation=0",
       "the share held out for validation is 0\nit must be above 0 and below 1, e.g. "
       "validation=0.1"},
      {"sgd(1), test=2",
       "the share held out for testing is 2\nit must be above 0 and below 1, e.g. test=0.1"},
      {"sgd(1), validation=0.5, test=0.5",
       "validation=1/2 and test=1/2 leave no samples to train on\ntogether they must be below 1"},
      {"sgd(1), lr=0.1", "train has no option lr\nit is a setting of the optimizer: sgd(lr=0.1)"},
      {"sgd(1), weight_decay=0.1",
       "train has no option weight_decay\nit is a setting of the optimizer: sgd(weight_decay=0.1)"},
      {"sgd(1), early_stoping=true",
       "train has no option early_stoping\ndid you mean "
       "early_stopping?"},
      {"sgd(1), zzz=1",
       "train has no option zzz\nthere are batch_size, epochs, shuffle, validation, test, "
       "stratify, schedule, warmup, clip_norm, clip_value, early_stopping, patience, min_delta, "
       "restore_best, monitor, split_seed, folds, fold, train_size"},
      {"sgd(1), folds=1", "folds, the parts of a cross-validation, must be at least 2, not 1"},
      {"sgd(1), folds=3, validation=0.5",
       "folds and validation both hold samples out\nleave one of the two out"},
      {"sgd(1), fold=2",
       "fold says which of the folds is held out, but there are none\nadd folds=5"},
      {"sgd(1), folds=3, fold=4", "there is no fold 4: there are 3\nfolds count from 1"},
      {"sgd(1), train_size=0", "train_size must be above 0, not 0"},
      {"sgd(1), tol=1, min_delta=1", "min_delta is given twice"},
      {"sgd(1), early_stopping=1", "early_stopping is true or false"},
      {"sgd(1), clip_norm=0", "clip_norm must be above 0, not 0"},
      {"sgd(1), patience=0", "patience, a number of epochs, must be at least 1, not 0"},
      {"sgd(1), min_delta=-1", "min_delta must not be negative"},
      {"sgd(1), schedule=cosin", "there is no schedule called cosin\ndid you mean cosine?"},
      {"sgd(1), schedule=3",
       "a schedule is a word, or a call of one\nthere are constant, step, "
       "exponential, cosine, reduce_on_plateau"},
      {"sgd(1), schedule=reduce_on_plateau(10)",
       "reduce_on_plateau: what is this number?\nit takes factor, patience, min_lr, each by name"},
      {"sgd(1), schedule=step(gama=1)", "step has no setting gama\nit takes step_size, gamma"},
      {"sgd(1), schedule=step(gamma=2)",
       "gamma is 2\nthe learning rate is multiplied by it: above 0 and at most 1"},
      {"sgd(1), schedule=step(step_size=0)", "step_size must be at least 1, not 0"},
      {"sgd(1), schedule=cosine(min_lr=-1)", "min_lr must not be negative, it is -1"},
      {"sgd(1), warmup=1/2", "warmup, a number of epochs, must be a whole number, not 1/2"},
  };
  for (const Case& c : cases) {
    CAPTURE(c.line);
    CHECK(mistake(net + "train L with " + c.line) == c.says);
  }
  CHECK(mistake(net + "test x, y in (1, 2)\ntrain L with sgd(1), test=0.1") ==
        "there are test data already: the test statement has them\nleave one of the two out");
  CHECK(mistake("param w = 1\nL = w**2\ntrain L with sgd(1), validation=0.1") ==
        "there are no data to hold a share for validation out of\nadd data X, Y = ... above");
}

TEST_CASE("train: data that can't be read are reported once, whatever else needs them",
          "[elaborate][training]") {
  const std::string text = mistakes(
      "data x, y = csv(\"not there.csv\")\nparam w = 1\nL = mean((w*x - y)**2)\ntrain L with "
      "sgd(1), validation=0.1");
  CHECK(text.find("not there.csv") != std::string::npos);
  CHECK(text.find("error:", text.find("error:") + 1) == std::string::npos);
}

TEST_CASE("train: the caret stands under the number that is wrong", "[elaborate][training]") {
  CHECK(
      mistakes("param w = 1\nL = w**2\ntrain L with sgd(momentum=0.9, lr=-1)") ==
      "test.lesson:3:35: error: sgd: lr must be at least 0, got -1\n"
      "  3 | train L with sgd(momentum=0.9, lr=-1)\n"
      "    |                                   ^~\n"
      "  for ascent make the negative small: write minus_L = -L, and train minus_L with sgd(lr=1)");
}

TEST_CASE("train: PyTorch's T_max, and samples held out without regard to classes",
          "[elaborate][training]") {
  const Schedule schedule = trained("sgd(1), schedule=CosineAnnealingLR(T_max=7)").schedule;
  CHECK(schedule.kind == Schedule::Kind::cosine);
  CHECK(schedule.half_period == 7);
  CHECK(trained("sgd(1), schedule=cosine(7)").schedule.half_period == 7);
  CHECK(trained("sgd(1)").stratify);
  CHECK_FALSE(trained("sgd(1), validation=0.2, stratify=false").stratify);
}

TEST_CASE("train: what is monitored, and a seed of the split alone", "[elaborate][training]") {
  const auto monitor = [](const std::string& word) {
    return trained("sgd(lr=0.1), monitor=" + word).monitor;
  };
  CHECK(monitor("\"accuracy\"") == Training::Monitor::accuracy);
  CHECK(monitor("\"val_f1\"") == Training::Monitor::f1);
  CHECK(monitor("loss") == Training::Monitor::loss);
  CHECK(trained("sgd(lr=0.1), validation=0.5, split_seed=7").split_seed == 7);
  CHECK_FALSE(trained("sgd(lr=0.1), validation=0.5").split_seed);
}

TEST_CASE("train: what has no effect gets a remark", "[elaborate][training]") {
  CHECK(remark("sgd(1), batch_size=5").empty());
  CHECK(remark("sgd(1), batch_size=8") ==
        "a batch of 8 is larger than the data: there are 5 samples");
  CHECK(trained("sgd(1), batch_size=8").batch_size == 5);
  CHECK(remark("sgd(1), patience=3") == "patience has no effect without early stopping");
  CHECK(remark("sgd(1), tol=3") == "min_delta has no effect without early stopping");
  CHECK(remark("sgd(1), epochs=9, early_stopping=true, patience=9") ==
        "a patience of 9 epochs never ends a training of 9");
  CHECK(remark("sgd(1), epochs=9, early_stopping=true, patience=8").empty());
  CHECK(remark("sgd(1), epochs=2, warmup=3") ==
        "the training ends before its warm-up does: 2 epochs of 3");
  CHECK(remark("lbfgs(), epochs=2, schedule=cosine") ==
        "schedule has no effect on lbfgs, which searches its own step");
  CHECK(trained("lbfgs(), epochs=2, schedule=cosine").schedule.kind == Schedule::Kind::constant);
}

TEST_CASE("expect: metrics are taken on test data, the statement's or the share held out",
          "[elaborate][training]") {
  const std::string metric =
      "\nexpect finally: accuracy >= 0.95 on test, f1 >= 0.9 on test\n"
      "expect epoch 2: loss <= 0.5 on validation";
  const std::string train = "train L with sgd(1), epochs=2, validation=0.2";
  const Program program = lesson(net + train + ", test=0.2" + metric);
  REQUIRE(program.expectations.size() == 3);
  CHECK(program.expectations[0].metric);
  CHECK(program.expectations[0].on == "test");
  CHECK(program.expectations[0].when == Expectation::When::finally);
  CHECK(program.expectations[2].when == Expectation::When::epoch);
  CHECK(program.expectations[2].number == 2);
  CHECK(mistakes(net + "test x, y in (1, 1)\n" + train + metric) == "");
  CHECK(mistake(net + train + metric) ==
        "there are no test data\nadd test X, Y = ..., or hold some out: train ..., test=0.2");
}
