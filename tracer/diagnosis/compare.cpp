#include "tracer/diagnosis/compare.hpp"

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
// And it agrees in four digits of the largest entry: where a sum cancels, a millionth of its terms
// may be more than all that is left of them.
constexpr double same_digits = 1e-4;

double size(long double x) { return std::fabs(static_cast<double>(x)); }

}  // namespace

Expected expected(const Eigen::Ref<const Array<Uncertain>>& values) {
  return {values.unaryExpr([](const Uncertain& x) { return x.value; }),
          values.unaryExpr([](const Uncertain& x) { return x.spread(); })};
}

Expected times(long double k, const Expected& of) { return {k * of.values, size(k) * of.spreads}; }

Array<double> left_open(const Claim& claim, const Expected& expected) {
  return claim.half_unit.cast<double>() + claim.precision.smallest +
         slack_for(claim.precision) * claim.precision.unit * expected.spreads;
}

EntryNearness compare_entry(const Claim& claim, const Expected& expected, Eigen::Index i,
                            Eigen::Index j) {
  using enum Nearness::Kind;
  const double distance = size(claim.values(i, j) - expected.values(i, j));
  const double spread = expected.spreads(i, j);
  // each of a few terms may have been rounded to a multiple of the smallest number
  const double underflow =
      spread > 0 ? slack_for(claim.precision) / 2 * claim.precision.smallest : 0;
  const double written = size(claim.half_unit(i, j)) * (1 + 1e-9) + underflow;  // a tie is right
  if (distance <= written) return {};
  const double beyond = spread > 0 ? (distance - written) / spread : HUGE_VAL;
  if (beyond <= slack_for(claim.precision) * claim.precision.unit) return {right, beyond};
  return {beyond < disturbed_below ? disturbed : wrong, beyond};
}

bool is_rounding(const Reals& difference, const Array<double>& spreads) {
  constexpr double float64 = 32 * 0x1p-53;
  return (difference.abs().cast<double>() <= float64 * spreads).all();
}

bool is_zero_but_for_rounding(const Expected& expected) {
  return is_rounding(expected.values, expected.spreads);
}

bool is_zero_in_64_bits(const Expected& expected) {
  constexpr double of_ours = 32 * 0x1p-64;
  return (expected.values.abs().cast<double>() <= of_ours * expected.spreads).all();
}

bool says_something(const Claim& claim, const Expected& expected) {
  return (expected.values.abs().cast<double>() > 3 * left_open(claim, expected)).any();
}

Nearness compare(const Claim& claim, const Expected& expected) {
  Nearness near;
  near.entries = claim.values.size();
  double largest = 0;
  double farthest = 0;
  for (Eigen::Index j = 0; j < claim.values.cols(); ++j) {
    for (Eigen::Index i = 0; i < claim.values.rows(); ++i) {
      largest = std::max({largest, size(claim.values(i, j)), size(expected.values(i, j))});
      const double distance = size(claim.values(i, j) - expected.values(i, j));
      farthest = std::isnan(distance) ? HUGE_VAL : std::max(farthest, distance);
      const EntryNearness entry = compare_entry(claim, expected, i, j);
      near.kind = std::max(near.kind, entry.kind);
      near.apart += entry.kind == Nearness::Kind::right ? 0 : 1;
      const bool worst = std::isnan(entry.beyond) || entry.beyond > near.disturbance;
      if (worst && !std::isnan(near.disturbance)) {  // NaN is worst
        near.disturbance = entry.beyond;
        near.worst = {i, j};
      }
    }
  }
  // What is disturbed has the same leading digits, but where there are none: a sum that cancels.
  const bool cancels = is_zero_but_for_rounding(expected);
  if (near.kind == Nearness::Kind::disturbed && !cancels && farthest > same_digits * largest)
    near.kind = Nearness::Kind::wrong;
  near.telling = says_something(claim, expected);
  near.roundoffs = near.disturbance / claim.precision.unit;
  near.digits = farthest > 0 ? std::max(0.0, std::min(19.0, -std::log10(farthest / largest))) : 19;
  if (!std::isfinite(farthest)) near.digits = 0;
  return near;
}

double norm_ratio(const Reals& claimed, const Reals& expected) {
  const auto norm = [](const auto& x) { return std::sqrt(static_cast<double>((x * x).sum())); };
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
