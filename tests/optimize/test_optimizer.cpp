// Optimizers as a lesson asks for them: defaults, what is refused and in which words, summaries.
#include "tests/catch.hpp"
#include "tests/optimize/every_optimizer.hpp"

namespace tracer {
namespace {

Optimizer make(std::string name, std::map<std::string, Rational> numbers = {},
               std::map<std::string, bool> flags = {}) {
  return Optimizer::make({std::move(name), std::move(numbers), std::move(flags)});
}

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("optimizer: the defaults are PyTorch's", "[optimize]") {
  CHECK(make("sgd").number("lr") == Rational(1, 1000));
  CHECK(make("sgd").number("momentum") == 0);
  CHECK_FALSE(make("sgd").flag("nesterov"));
  for (const char* name : {"adam", "adamw"}) {
    CAPTURE(name);
    CHECK(make(name).number("lr") == Rational(1, 1000));
    CHECK(make(name).number("beta1") == Rational(9, 10));
    CHECK(make(name).number("beta2") == Rational(999, 1000));
    CHECK(make(name).number("eps") == power_of_ten(-8));
  }
  CHECK(make("adam").number("weight_decay") == 0);
  CHECK(make("adamw").number("weight_decay") == Rational(1, 100));
  CHECK(make("rmsprop").number("lr") == Rational(1, 100));
  CHECK(make("rmsprop").number("alpha") == Rational(99, 100));
  CHECK(make("rmsprop").number("eps") == power_of_ten(-8));
  CHECK(make("adagrad").number("lr") == Rational(1, 100));
  CHECK(make("adagrad").number("eps") == power_of_ten(-10));
  CHECK(make("adagrad").number("initial_accumulator_value") == 0);
}

TEST_CASE("optimizer: momentum and nesterov are sgd with other defaults", "[optimize]") {
  CHECK(make("momentum").number("momentum") == Rational(9, 10));
  CHECK_FALSE(make("momentum").flag("nesterov"));
  CHECK(make("nesterov").number("momentum") == Rational(9, 10));
  CHECK(make("nesterov").flag("nesterov"));
  CHECK(make("nesterov").name() == "nesterov");
  const std::map<std::string, Rational> numbers{{"lr", Rational(1, 10)},
                                                {"momentum", Rational(4, 5)}};
  CHECK((run_example<Exact>(make("momentum", numbers), 3) ==
         run_example<Exact>(make("sgd", numbers), 3))
            .all());
  CHECK((run_example<Exact>(make("nesterov", numbers), 3) ==
         run_example<Exact>(make("sgd", numbers, {{"nesterov", true}}), 3))
            .all());
}

TEST_CASE("optimizer: only the states in use are carried", "[optimize]") {
  const std::map<std::string, Rational> with_momentum{{"momentum", Rational(1, 2)}};
  CHECK(make("sgd").states().empty());
  CHECK(make("momentum").states() == Names{"velocity"});
  CHECK(make("adam").states() == Names{"m", "v"});
  CHECK(make("adamw").states() == Names{"m", "v"});
  CHECK(make("rmsprop").states() == Names{"v"});
  CHECK(make("rmsprop", with_momentum).states() == Names{"v", "velocity"});
  CHECK(make("rmsprop", with_momentum, {{"centered", true}}).states() ==
        Names{"v", "m", "velocity"});
  CHECK(make("adagrad").states() == Names{"sum"});
  CHECK(make("adagrad").initial("sum") == 0);
  const Optimizer filled = make("adagrad", {{"initial_accumulator_value", Rational(1, 2)}});
  CHECK(filled.initial("sum") == Rational(1, 2));
  auto state = filled.start<double>(1, 2);
  CHECK(state["sum"](0, 1) == 0.5);
  CHECK_THROWS_AS(state["velocity"], std::out_of_range);
}

TEST_CASE("optimizer: a summary says what the page needs and no more", "[optimize]") {
  const Rational lr(1, 100);
  CHECK(make("sgd", {{"lr", lr}}).summary() == "new = old − 0.01 · gradient");
  CHECK(make("sgd", {{"lr", lr}}).summary(Rational(1, 3)) == "new = old − 1/3 · gradient");
  CHECK(make("sgd", {{"lr", Rational(1, 2)}}).summary() == "new = old − 0.5 · gradient");
  CHECK(make("sgd", {{"lr", lr}, {"momentum", Rational(9, 10)}}, {{"nesterov", true}}).summary() ==
        "SGD: lr 0.01, momentum 0.9, nesterov");
  CHECK(make("momentum", {{"lr", lr}, {"dampening", Rational(9, 10)}}, {{"dampen_first", true}})
            .summary() == "SGD with momentum: lr 0.01, momentum 0.9, dampening 0.9, dampen_first");
  CHECK(make("nesterov", {{"lr", lr}}).summary() ==
        "SGD with Nesterov momentum: lr 0.01, momentum 0.9");
  CHECK(make("sgd", {{"lr", lr}, {"weight_decay", power_of_ten(-5)}}).summary() ==
        "SGD: lr 0.01, weight decay 1e-5");
  CHECK(make("adam").summary() == "Adam: lr 0.001, β₁ 0.9, β₂ 0.999, ε 1e-8");
  CHECK(make("adam").summary(lr) == "Adam: lr 0.01, β₁ 0.9, β₂ 0.999, ε 1e-8");
  CHECK(make("adamw").summary() == "AdamW: lr 0.001, β₁ 0.9, β₂ 0.999, ε 1e-8, weight decay 0.01");
  CHECK(make("rmsprop", {}, {{"centered", true}}).summary() ==
        "RMSprop: lr 0.01, α 0.99, ε 1e-8, centered");
  CHECK(make("adagrad", {{"lr_decay", lr}}).summary() ==
        "Adagrad: lr 0.01, lr decay 0.01, ε 1e-10");
}

TEST_CASE("optimizer: what is unknown is refused with what there is", "[optimize]") {
  CHECK_THROWS_WITH(make("adma"),
                    "there is no optimizer 'adma': choose one of sgd, momentum, nesterov, adam, "
                    "adamw, rmsprop and "
                    "adagrad");
  CHECK_THROWS_WITH(
      make("adam", {{"learning_rate", 1}}),
      "adam has no setting 'learning_rate': it takes lr, beta1, beta2, eps and weight_decay");
  CHECK_THROWS_WITH(
      make("sgd", {}, {{"nestorov", true}}),
      "sgd has no setting 'nestorov': it takes lr, momentum, dampening, weight_decay, nesterov and "
      "dampen_first");
  CHECK_THROWS_WITH(
      make("sgd", {{"nesterov", 1}}),
      "sgd: nesterov is either on or off, got 1: write nesterov=true or nesterov=false");
  CHECK_THROWS_WITH(make("sgd", {}, {{"momentum", true}}),
                    "sgd: momentum must be a number, got true");
  CHECK_THROWS_AS(make("adam").number("momentum"), std::out_of_range);
  CHECK_THROWS_AS(make("adam").flag("nesterov"), std::out_of_range);
}

TEST_CASE("optimizer: numbers out of range are refused", "[optimize]") {
  CHECK_THROWS_WITH(make("sgd", {{"lr", Rational(-1, 10)}}),
                    "sgd: lr must be at least 0, got -0.1");
  CHECK_THROWS_WITH(make("nesterov", {{"momentum", -1}}),
                    "nesterov: momentum must be at least 0, got -1");
  CHECK_THROWS_WITH(make("adam", {{"beta1", 1}}),
                    "adam: beta1 must be at least 0 and below 1, got 1");
  CHECK_THROWS_WITH(make("adamw", {{"beta2", Rational(-1, 3)}}),
                    "adamw: beta2 must be at least 0 and below 1, got -1/3");
  CHECK_THROWS_WITH(make("adam", {{"eps", -power_of_ten(-8)}}),
                    "adam: eps must be at least 0, got -1e-8");
  CHECK_THROWS_WITH(make("rmsprop", {{"alpha", 2}}),
                    "rmsprop: alpha must be at least 0 and at most 1, got 2");
  CHECK_THROWS_WITH(make("adagrad", {{"lr_decay", -1}}),
                    "adagrad: lr_decay must be at least 0, got -1");
  CHECK(make("sgd", {{"lr", 0}}).summary() == "new = old − 0 · gradient");
  CHECK(make("adam", {{"beta1", 0}}).number("beta1") == 0);
}

TEST_CASE("optimizer: settings that exclude one another are refused", "[optimize]") {
  CHECK_THROWS_WITH(make("sgd", {}, {{"nesterov", true}}),
                    "sgd: nesterov needs a momentum above 0, such as momentum=0.9");
  CHECK_THROWS_WITH(make("nesterov", {{"momentum", 0}}),
                    "nesterov: nesterov needs a momentum above 0, such as momentum=0.9");
  CHECK_THROWS_WITH(make("nesterov", {{"dampening", Rational(1, 2)}}),
                    "nesterov: nesterov goes only with dampening 0; leave one of the two out");
  for (const char* alone : {"momentum", "dampening"}) {
    CAPTURE(alone);
    CHECK_THROWS_WITH(make("sgd", {{alone, Rational(1, 2)}}, {{"dampen_first", true}}),
                      "sgd: dampen_first needs momentum and dampening, such as momentum=0.9, "
                      "dampening=0.9");
  }
}

TEST_CASE("optimizer: every rule has all that help prints, and its own name", "[optimize]") {
  std::map<std::string_view, int> names;
  for (const OptimizerHelp& rule : Optimizer::all()) {
    CAPTURE(rule.name);
    CHECK(++names[rule.name] == 1);
    CHECK_FALSE(rule.title.empty());
    CHECK_FALSE(rule.description.empty());
    CHECK_FALSE(rule.source.empty());
    CHECK(rule.settings.front().name == "lr");
    for (const Setting& setting : rule.settings) CHECK_FALSE(setting.meaning.empty());
    for (const Flag& flag : rule.flags) CHECK_FALSE(flag.meaning.empty());
    CHECK(make(std::string(rule.name)).help().title == rule.title);
  }
}

}  // namespace tracer
