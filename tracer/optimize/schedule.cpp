// The formulas of schedule.hpp.
#include "tracer/optimize/schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "tracer/error.hpp"
#include "tracer/number/exact.hpp"

namespace tracer {
namespace {

double as(const Rational& q, double /*like*/) { return Exact(q).to_double(); }
const Rational& as(const Rational& q, const Rational& /*like*/) { return q; }

double power(double x, int n) { return std::pow(x, n); }
Rational power(Rational x, int n) {
  Rational result = 1;
  for (; n > 0; n /= 2, x *= x) {
    if (n % 2 == 1) result *= x;
  }
  return result;
}

// (1 + cos(π·done/all))/2: how much of the way down is still to go
double cosine(int done, int all, double /*like*/) {
  return (1 + std::cos(std::numbers::pi * done / all)) / 2;
}
// cos(πq) is rational at multiples of 1/3 and 1/2 only. Source: Niven 1956, corollary 3.12.
Rational cosine(int done, int all, const Rational& /*like*/) {
  // cos has period 2π and is even: 0 ≤ turn ≤ 1
  const int within = done % (2 * all);
  const Rational turn(std::min(within, 2 * all - within), all);
  const std::pair<Rational, Rational> known[] = {{Rational(0), Rational(1)},
                                                 {Rational(1, 3), Rational(3, 4)},
                                                 {Rational(1, 2), Rational(1, 2)},
                                                 {Rational(2, 3), Rational(1, 4)},
                                                 {Rational(1), Rational(0)}};
  for (const auto& [at, value] : known) {
    if (turn == at) return value;
  }
  throw Error(
      fmt::format("schedule=cosine: the learning rate of epoch {} of {} is irrational, and a "
                  "derivation is exact; derive fewer steps, or use step or exponential",
                  done + 1, all));
}

void require_known(const Schedule&, int /*epoch*/, double /*like*/) {}
void require_known(const Schedule& schedule, int epoch, const Rational& /*like*/) {
  // the first epoch is the best so far, and patience + 1 more may pass before a drop
  if (epoch <= schedule.patience + 2) return;
  throw Error(
      fmt::format("schedule=reduce_on_plateau: the learning rate of epoch {} depends on how the "
                  "loss went before; a derivation follows it up to epoch {}: derive fewer steps, "
                  "or use step or exponential",
                  epoch, schedule.patience + 2));
}

template <class V>
V rate(const Schedule& schedule, const V& base, const Moment& at) {
  const int done = at.epoch - 1;
  V rate = base;
  switch (schedule.kind) {
    case Schedule::Kind::constant:
      break;
    case Schedule::Kind::step:
      rate = base * power(as(schedule.gamma, base), done / schedule.step_size);
      break;
    case Schedule::Kind::exponential:
      rate = base * power(as(schedule.gamma, base), done);
      break;
    case Schedule::Kind::cosine: {
      const int half = schedule.half_period > 0 ? schedule.half_period : std::max(at.epochs, 1);
      const V least = as(schedule.min_lr, base);
      rate = least + (base - least) * cosine(done, half, base);
      break;
    }
    case Schedule::Kind::plateau:
      require_known(schedule, at.epoch, base);
      break;
  }
  const long long warm = static_cast<long long>(schedule.warmup) * at.steps_per_epoch;
  const long long step = static_cast<long long>(done) * at.steps_per_epoch + at.step;
  if (step < warm) rate = rate * V(step) / V(warm);
  return rate;
}

}  // namespace

double rate_at(const Schedule& schedule, double base, const Moment& at) {
  return rate<double>(schedule, base, at);
}

Rational rate_at(const Schedule& schedule, const Rational& base, const Moment& at) {
  return rate<Rational>(schedule, base, at);
}

Plateau::Plateau(const Schedule& schedule, double base)
    : state{base, 0, 0, false},
      factor_(Exact(schedule.gamma).to_double()),
      least_(Exact(schedule.min_lr).to_double()),
      patience_(schedule.patience) {}

bool Plateau::watch(double loss) {
  constexpr double threshold = 1e-4;
  constexpr double smallest_drop = 1e-8;
  const double bar =
      state.has_best ? state.best * (1 - threshold) : std::numeric_limits<double>::infinity();
  const bool better = loss < bar;  // false for NaN
  if (better) {
    state.best = loss;
    state.has_best = true;
    state.waited = 0;
    return false;
  }
  if (++state.waited <= patience_) return false;
  state.waited = 0;
  const double lower = std::max(state.rate * factor_, least_);
  if (state.rate - lower <= smallest_drop) return false;
  state.rate = lower;
  return true;
}

}  // namespace tracer
