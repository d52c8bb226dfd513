// L-BFGS on a function of many numbers: a line search along a direction that remembers how the
// gradient changed in the last steps. LBFGS++ does the work; here is how training uses it.
#pragma once

#include <array>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include <Eigen/Core>

#include "tracer/number/rational.hpp"

namespace tracer {

/// A number of it as a lesson gives it. Names and defaults are those of torch.optim.LBFGS with
/// line_search_fn="strong_wolfe", but for the history.
struct LbfgsNumber {
  std::string_view name;
  std::string_view standard;  ///< its default
  bool whole;                 ///< a count, at least 1; else at least 0
  double most;
  std::array<std::string_view, 2> also;
};
inline constexpr std::array lbfgs_numbers{
    LbfgsNumber{"lr", "1", false, 1e6, {"learning_rate"}},
    LbfgsNumber{"max_iter", "20", true, 1e9, {}},
    LbfgsNumber{"history", "10", true, 10'000, {"history_size", "m"}},
    LbfgsNumber{"tolerance", "1e-7", false, 1e6, {"tolerance_grad", "tol"}}};

struct LbfgsSettings {
  double lr = 1;      ///< the line search finds the length of a step by itself: shown, not used
  int max_iter = 20;  ///< iterations of one epoch
  int history = 10;   ///< changes that are remembered; torch's default is 100
  double tolerance = 1e-7;         ///< of the gradient's norm: below it the run has converged
  double tolerance_change = 1e-9;  ///< of the loss in one iteration, relative above 1; no setting
};
/// Of an optimizer call's numbers. Throws Error for a setting that is not there, or out of range.
LbfgsSettings lbfgs_settings(const std::map<std::string, Rational>& numbers);

struct LbfgsDone {
  double loss = 0;  ///< at x
  int iterations = 0;
  bool converged = false;  ///< a tolerance was met, or no lower point was found along the line
};

/// The loss at x; writes its gradient.
using LossAndGradient = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>;

/// At most max_iter iterations from x, with an empty memory: so an epoch that is one such call
/// depends on nothing but the weights at its start, and a checkpoint needs nothing else. x is then
/// the lowest point that was met. Values that are not finite count as +∞, so the search turns back.
/// Source: Nocedal & Wright 2006, algorithms 3.5, 3.6 and 7.5; LBFGS++.
LbfgsDone lbfgs(const LossAndGradient&, Eigen::VectorXd& x, const LbfgsSettings&);

}  // namespace tracer
