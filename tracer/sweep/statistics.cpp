#include "tracer/sweep/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/students_t.hpp>

namespace tracer {

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation_of(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const double mean = mean_of(values);
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

std::optional<ConfidenceInterval> interval_of_mean(std::span<const double> values,
                                                   const Repeats& repeats) {
  if (values.size() < 2) return std::nullopt;
  const auto n = static_cast<double>(values.size());
  const double overlap = repeats.folds > 1 ? 1.0 / (repeats.folds - 1) : 0.0;
  const double quantile =
      boost::math::quantile(boost::math::students_t_distribution<>(n - 1), 0.975);
  const double half = quantile * deviation_of(values) * std::sqrt(1 / n + overlap);
  const double mean = mean_of(values);
  return ConfidenceInterval{mean - half, mean + half};
}

ConfidenceInterval wilson(double share, int n) {
  constexpr double z = 1.959963984540054;  // the normal distribution's quantile at 0.975
  const double size = n;
  const double middle = (share + z * z / (2 * size)) / (1 + z * z / size);
  const double half =
      z / (1 + z * z / size) * std::sqrt(share * (1 - share) / size + z * z / (4 * size * size));
  return {std::max(0.0, middle - half), std::min(1.0, middle + half)};
}

double mcnemar(int first_alone, int second_alone) {
  const int differ = first_alone + second_alone;
  if (differ == 0) return 1;
  const boost::math::binomial_distribution<> fair(differ, 0.5);
  return std::min(1.0, 2 * boost::math::cdf(fair, std::min(first_alone, second_alone)));
}

}  // namespace tracer
