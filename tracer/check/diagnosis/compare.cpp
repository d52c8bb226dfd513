#include "tracer/check/diagnosis/compare.hpp"

#include <algorithm>
#include <cmath>

namespace tracer {
namespace {

// Of float64 and float32 there is room: the next different gradient is a thousandth away. bf16
// has three digits, and what is 32 roundoffs away may be another gradient.
double slack_for(const Precision& precision) { return precision.unit < 1e-5 ? 32 : 4; }

// Beyond rounding, but too near to be another formula: two different gradients were never nearer
// to each other than a thousandth of the largest entry.
constexpr double disturbed_below = 1e-6;

double size(long double x) { return std::fabs(static_cast<double>(x)); }

}  // namespace

Expected expected(const Eigen::Ref<const Array<Uncertain>>& values) {
  Expected made{Reals(values.rows(), values.cols()), Array<double>(values.rows(), values.cols())};
  for (Eigen::Index j = 0; j < values.cols(); ++j) {
    for (Eigen::Index i = 0; i < values.rows(); ++i) {
      made.values(i, j) = values(i, j).value;
      made.spreads(i, j) = values(i, j).spread;
    }
  }
  return made;
}

Nearness compare(const Claim& claim, const Expected& expected) {
  Nearness near;
  near.entries = claim.values.size();
  const double slack = slack_for(claim.precision);
  double largest = 0;
  double farthest = 0;
  for (Eigen::Index j = 0; j < claim.values.cols(); ++j) {
    for (Eigen::Index i = 0; i < claim.values.rows(); ++i) {
      const double distance = size(claim.values(i, j) - expected.values(i, j));
      const double spread = expected.spreads(i, j);
      const double written = size(claim.half_unit(i, j)) * (1 + 1e-9);  // a tie counts as right
      largest = std::max({largest, size(claim.values(i, j)), size(expected.values(i, j))});
      farthest = std::isnan(distance) ? HUGE_VAL : std::max(farthest, distance);
      const double beyond = std::max(distance - written, 0.0);
      if (beyond <= slack * claim.precision.unit * spread) {
        if (beyond > 0)
          near.roundoffs = std::max(near.roundoffs, beyond / (claim.precision.unit * spread));
        continue;
      }
      ++near.apart;
      const double disturbance = spread > 0 ? beyond / spread : HUGE_VAL;
      const bool disturbed = disturbance < disturbed_below;
      near.kind = std::max(near.kind, disturbed ? Nearness::Kind::disturbed : Nearness::Kind::wrong);
      near.roundoffs = std::max(near.roundoffs, disturbance / claim.precision.unit);
      const bool worst = std::isnan(disturbance) || disturbance > near.disturbance;
      if (worst && !std::isnan(near.disturbance)) {  // NaN is worst
        near.disturbance = disturbance;
        near.worst = {i, j};
      }
    }
  }
  near.digits = farthest > 0 ? std::clamp(-std::log10(farthest / largest), 0.0, 19.0) : 19;
  if (!std::isfinite(farthest)) near.digits = 0;
  return near;
}

double norm_ratio(const Reals& claimed, const Reals& expected) {
  const auto norm = [](const auto& x) {
    return std::sqrt(static_cast<double>((x * x).sum()));
  };
  const double both = norm(claimed) + norm(expected);
  return both > 0 ? norm(claimed - expected) / both : 0;
}

std::optional<double> cosine(const Reals& claimed, const Reals& expected) {
  const double norms = std::sqrt(static_cast<double>((claimed * claimed).sum())) *
                       std::sqrt(static_cast<double>((expected * expected).sum()));
  if (!(norms > 0)) return std::nullopt;
  return static_cast<double>((claimed * expected).sum()) / norms;
}

}  // namespace tracer
