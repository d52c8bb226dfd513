#include "tracer/embed/judge.hpp"

#include <algorithm>
#include <cassert>
#include <span>

#include "tracer/embed/neighbours.hpp"

namespace tracer::embed {
namespace {

int most_frequent(std::span<const int> neighbours, const std::vector<int>& labels,
                  std::vector<int>& counts) {
  const auto label = [&](int sample) {
    return static_cast<std::size_t>(labels[static_cast<std::size_t>(sample)]);
  };
  int most = 0;
  for (const int other : neighbours) most = std::max(most, ++counts[label(other)]);
  int said = -1;
  for (const int other : neighbours) {
    if (said < 0 && counts[label(other)] == most) said = static_cast<int>(label(other));
  }
  for (const int other : neighbours) counts[label(other)] = 0;
  return said;
}

}  // namespace

double neighbour_accuracy(const Array<float>& points, const std::vector<int>& labels, int k,
                          int most) {
  assert(points.cols() >= 2 && static_cast<Eigen::Index>(labels.size()) == points.cols());
  const auto n = static_cast<long long>(labels.size());
  std::vector<int> asked(static_cast<std::size_t>(std::min<long long>(n, most)));
  for (std::size_t i = 0; i < asked.size(); ++i) {
    asked[i] =
        static_cast<int>(static_cast<long long>(i) * n / static_cast<long long>(asked.size()));
  }
  const Neighbours near = nearest(points, static_cast<int>(std::min<long long>(k, n - 1)), asked);
  std::vector<int> counts(static_cast<std::size_t>(*std::ranges::max_element(labels)) + 1, 0);
  int right = 0;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const int own = labels[static_cast<std::size_t>(asked[i])];
    right += most_frequent(near.of(i), labels, counts) == own ? 1 : 0;
  }
  return static_cast<double>(right) / static_cast<double>(asked.size());
}

}  // namespace tracer::embed
