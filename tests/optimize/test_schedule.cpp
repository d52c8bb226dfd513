// Learning rates of a whole training against torch.optim.lr_scheduler (PyTorch 1.13.0): SGD at
// lr=0.1 over one double, param_groups[0]["lr"] read before each scheduler.step().
#include <cmath>
#include <vector>

#include "tests/catch.hpp"
#include "tests/optimize/schedule_text.hpp"
#include "tracer/error.hpp"
#include "tracer/number/exact.hpp"
#include "tracer/optimize/schedule.hpp"

using namespace tracer;

namespace {

std::vector<double> rates(const Schedule& schedule, int epochs) {
  std::vector<double> all;
  for (int epoch = 1; epoch <= epochs; ++epoch)
    all.push_back(rate_at(schedule, 0.1, {.epoch = epoch, .epochs = epochs}));
  return all;
}

void check_equal(const std::vector<double>& got, const std::vector<double>& torch) {
  REQUIRE(got.size() == torch.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    CAPTURE(i, got[i], torch[i]);
    // PyTorch multiplies on from epoch to epoch and so gathers a few roundings
    CHECK(std::abs(got[i] - torch[i]) <= 4e-16);
  }
}

Schedule of(Schedule::Kind kind) {
  Schedule schedule;
  schedule.kind = kind;
  return schedule;
}

}  // namespace

TEST_CASE("schedule step: the rates of torch StepLR(step_size=3, gamma=0.5)", "[schedule]") {
  Schedule schedule = of(Schedule::Kind::step);
  schedule.step_size = 3;
  schedule.gamma = Rational(1, 2);
  check_equal(rates(schedule, 10), {0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.0125});
}

TEST_CASE("schedule exponential: the rates of torch ExponentialLR(gamma=0.9)", "[schedule]") {
  Schedule schedule = of(Schedule::Kind::exponential);
  schedule.gamma = Rational(9, 10);
  check_equal(rates(schedule, 6), {0.1, 0.09000000000000001, 0.08100000000000002,
                                   0.07290000000000002, 0.06561000000000002, 0.05904900000000002});
}

TEST_CASE("schedule cosine: T_max shorter than the training goes down and up again", "[schedule]") {
  Schedule schedule = of(Schedule::Kind::cosine);
  schedule.half_period = 2;  // (1 + cos(πe/2))/2: 1, ½, 0, ½, 1, ½, 0
  check_equal(rates(schedule, 7), {0.1, 0.05, 0, 0.05, 0.1, 0.05, 0});
  for (const auto& [epoch, rate] : std::vector<std::pair<int, Rational>>{
           {1, Rational(1, 10)}, {3, Rational(0)}, {4, Rational(1, 20)}, {5, Rational(1, 10)}})
    CHECK(rate_at(schedule, Rational(1, 10), {.epoch = epoch, .epochs = 7}) == rate);
}

TEST_CASE("schedule cosine: the rates of torch CosineAnnealingLR(T_max=8, eta_min=0.01)",
          "[schedule]") {
  Schedule schedule = of(Schedule::Kind::cosine);
  schedule.min_lr = Rational(1, 100);
  check_equal(rates(schedule, 8),
              {0.1, 0.0965745789630079, 0.08681980515339463, 0.07222075445642905, 0.055,
               0.03777924554357096, 0.023180194846605363, 0.013425421036992097});
}

TEST_CASE(
    "schedule plateau: the rates of torch ReduceLROnPlateau(factor=0.5, patience=2, "
    "min_lr=0.02)",
    "[schedule]") {
  Schedule schedule = of(Schedule::Kind::plateau);
  schedule.gamma = Rational(1, 2);
  schedule.patience = 2;
  schedule.min_lr = Rational(1, 50);
  const std::vector<double> losses{1.0, 0.5, 0.49999, 0.6, 0.4, 0.45, 0.45, 0.45, 0.45, 0.45,
                                   0.1, 0.2, 0.2,     0.2, 0.2, 0.2,  0.2,  0.2,  0.2,  0.2};
  Plateau plateau(schedule, 0.1);
  std::vector<double> got;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    got.push_back(
        rate_at(schedule, plateau.rate(), {.epoch = static_cast<int>(i) + 1, .epochs = 20}));
    const double before = plateau.rate();
    const bool dropped = plateau.watch(losses[i]);
    CHECK(dropped == (plateau.rate() < before));
  }
  check_equal(got, {0.1,  0.1,  0.1,  0.1,  0.1,   0.1,   0.1,   0.1,  0.05, 0.05,
                    0.05, 0.05, 0.05, 0.05, 0.025, 0.025, 0.025, 0.02, 0.02, 0.02});
}

TEST_CASE("schedule plateau: what it remembers can be put back", "[schedule]") {
  Schedule schedule = of(Schedule::Kind::plateau);
  schedule.patience = 3;
  Plateau whole(schedule, 0.1);
  Plateau first(schedule, 0.1);
  const std::vector<double> losses{1, 0.9, 0.95, 0.96, 0.97, 0.98, 0.99, 1, 1, 1, 1, 1};
  for (std::size_t i = 0; i < losses.size(); ++i) {
    if (i == 4) {
      Plateau second(schedule, 0.1);
      second.state = first.state;
      first = second;
    }
    CHECK(whole.watch(losses[i]) == first.watch(losses[i]));
    CHECK(whole.rate() == first.rate());
  }
  CHECK(whole.rate() < 0.05);
}

TEST_CASE("schedule plateau: a loss that is not a number is no improvement", "[schedule]") {
  Schedule schedule = of(Schedule::Kind::plateau);
  schedule.patience = 0;
  Plateau plateau(schedule, 1);
  CHECK(!plateau.watch(1));
  CHECK(plateau.watch(std::nan("")));
  CHECK(plateau.rate() == 0.1);
}

TEST_CASE("schedule warm-up: step by step as torch LinearLR(start_factor=1/6, total_iters=5)",
          "[schedule]") {
  Schedule schedule;
  schedule.warmup = 2;  // epochs of three steps
  std::vector<double> got;
  for (int step = 0; step < 8; ++step) {
    got.push_back(
        rate_at(schedule, 0.1,
                {.epoch = step / 3 + 1, .step = step % 3 + 1, .steps_per_epoch = 3, .epochs = 5}));
  }
  check_equal(got, {0.016666666666666666, 0.03333333333333333, 0.05, 0.06666666666666668,
                    0.08333333333333334, 0.1, 0.1, 0.1});
}

TEST_CASE("schedule: the fraction is what the double is, wherever there is one", "[schedule]") {
  for (const auto kind :
       {Schedule::Kind::constant, Schedule::Kind::step, Schedule::Kind::exponential,
        Schedule::Kind::cosine, Schedule::Kind::plateau}) {
    Schedule schedule = of(kind);
    schedule.gamma = Rational(2, 3);
    schedule.step_size = 2;
    schedule.min_lr = Rational(1, 1000);
    schedule.warmup = 3;
    int known = 0;
    for (int epoch = 1; epoch <= 12; ++epoch) {
      const Moment at{.epoch = epoch, .step = 2, .steps_per_epoch = 5, .epochs = 12};
      try {
        const Rational exact = rate_at(schedule, Rational(1, 10), at);
        CAPTURE(static_cast<int>(kind), epoch, to_string(exact));
        CHECK(std::abs(Exact(exact).to_double() - rate_at(schedule, 0.1, at)) <= 1e-16);
        ++known;
      } catch (const Error&) {
      }
    }
    // cosine of 0, 60, 90 and 120 degrees
    CHECK(known == (kind == Schedule::Kind::cosine ? 4 : 12));
  }
}

TEST_CASE("schedule: over fractions step, exponential and warm-up are exact", "[schedule]") {
  Schedule schedule = of(Schedule::Kind::exponential);
  schedule.gamma = Rational(95, 100);
  CHECK(rate_at(schedule, Rational(1, 10), {.epoch = 3, .epochs = 5}) == Rational(361, 4000));
  schedule.warmup = 1;
  CHECK(rate_at(schedule, Rational(1, 10), {.step = 1, .steps_per_epoch = 3, .epochs = 5}) ==
        Rational(1, 30));
}

TEST_CASE("schedule: what no fraction can say is refused in words", "[schedule]") {
  CHECK_THROWS_WITH(
      rate_at(of(Schedule::Kind::cosine), Rational(1, 10), {.epoch = 2, .epochs = 10}),
      "schedule=cosine: the learning rate of epoch 2 of 10 is irrational, and a derivation is "
      "exact; derive fewer steps, or use step or exponential");
  CHECK(rate_at(of(Schedule::Kind::plateau), Rational(1, 10), {.epoch = 12, .epochs = 20}) ==
        Rational(1, 10));
  CHECK_THROWS_AS(
      rate_at(of(Schedule::Kind::plateau), Rational(1, 10), {.epoch = 13, .epochs = 20}), Error);
}

TEST_CASE("schedule: it is written as a lesson writes it", "[schedule]") {
  CHECK(to_text(Schedule{}) == "constant");
  CHECK(to_text(of(Schedule::Kind::step)) == "step(step_size=10, gamma=0.1)");
  CHECK(to_text(of(Schedule::Kind::cosine)) == "cosine");
  Schedule plateau = of(Schedule::Kind::plateau);
  plateau.warmup = 2;
  CHECK(to_text(plateau) == "reduce_on_plateau(factor=0.1, patience=10, min_lr=0), warmup=2");
}
