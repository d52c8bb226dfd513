#include "tracer/optimize/lbfgs.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/number/exact.hpp"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#include <LBFGS.h>
#pragma GCC diagnostic pop

namespace tracer {

LbfgsSettings lbfgs_settings(const std::map<std::string, Rational>& numbers) {
  for (const auto& [name, value] : numbers) {
    const auto known = std::ranges::find(lbfgs_numbers, name, &LbfgsNumber::name);
    if (known == lbfgs_numbers.end()) {
      throw Error(
          fmt::format("lbfgs has no setting {}; there are lr, max_iter, history, tolerance", name));
    }
    const double number = Exact(value).to_double();
    const double least = known->whole ? 1 : 0;
    if (number >= least && number <= known->most) continue;
    throw Error(fmt::format("lbfgs: {} is {}; it must be at least {} and at most {}", name, number,
                            least, known->most));
  }
  const auto or_standard = [&](const char* name, double standard) {
    const auto found = numbers.find(name);
    return found == numbers.end() ? standard : Exact(found->second).to_double();
  };
  LbfgsSettings settings;
  settings.lr = or_standard("lr", settings.lr);
  settings.max_iter = static_cast<int>(or_standard("max_iter", settings.max_iter));
  settings.history = static_cast<int>(or_standard("history", settings.history));
  settings.tolerance = or_standard("tolerance", settings.tolerance);
  return settings;
}

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// what LBFGS++ calls; remembers the lowest point, for a line search that fails leaves x elsewhere
struct Lowest {
  const LossAndGradient& loss;
  Eigen::VectorXd x;
  double value = infinity;
  double first = infinity;  // where it all started

  double operator()(const Eigen::VectorXd& at, Eigen::VectorXd& gradient) {
    const double now = loss(at, gradient);
    if (!std::isfinite(now) || !gradient.allFinite()) {
      gradient.setZero();
      return std::numeric_limits<double>::max();  // ∞ itself would make NaN of differences
    }
    if (x.size() == 0) first = now;
    if (now < value || x.size() == 0) {
      value = now;
      x = at;
    }
    return now;
  }
};

}  // namespace

LbfgsDone lbfgs(const LossAndGradient& loss, Eigen::VectorXd& x, const LbfgsSettings& settings) {
  LBFGSpp::LBFGSParam<double> param;
  param.m = settings.history;
  param.epsilon = settings.tolerance;
  param.epsilon_rel = 0;
  param.past = 1;
  param.delta = settings.tolerance_change;
  param.max_iterations = settings.max_iter;
  param.linesearch = LBFGSpp::LBFGS_LINESEARCH_BACKTRACKING_STRONG_WOLFE;
  param.max_linesearch = 40;
  LBFGSpp::LBFGSSolver<double, LBFGSpp::LineSearchNocedalWright> solver(param);

  Lowest lowest{loss, {}, infinity, infinity};
  LbfgsDone done;
  double value = 0;
  Eigen::VectorXd at = x;
  try {
    done.iterations = solver.minimize(lowest, at, value);
    done.converged = done.iterations < settings.max_iter;
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    // no point along the line will do. Where the iterations before it came lower, the next epoch
    // starts again from there, without memory; else this is the end, as far as rounding lets us see
    done.converged = !(lowest.first - lowest.value >
                       settings.tolerance_change * std::max(1.0, std::abs(lowest.value)));
  }
  if (lowest.x.size() > 0) x = lowest.x;
  done.loss = lowest.value;
  return done;
}

}  // namespace tracer
