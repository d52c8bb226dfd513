#include "tracer/embed/affinities.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "tracer/embed/each_alone.hpp"

namespace tracer::embed {

std::vector<double> shares(std::span<const double> squared, double perplexity) {
  const double wanted = std::log(perplexity);
  // Of the nearest distance only differences count: without it no exponential becomes 0 for all.
  const double nearest = squared.front();
  const double widest = squared.back() - nearest;
  std::vector<double> p(squared.size(), 1 / static_cast<double>(squared.size()));
  if (!(widest > 0)) return p;
  double low = 0;
  double high = std::numeric_limits<double>::infinity();
  double beta = 1 / widest;
  constexpr int halvings = 200;  // a double has no more to halve
  for (int step = 0; step < halvings; ++step) {
    double sum = 0;
    double weighted = 0;  // Σ d p, unnormalised
    for (std::size_t j = 0; j < p.size(); ++j) {
      const double distance = squared[j] - nearest;
      p[j] = std::exp(-beta * distance);
      sum += p[j];
      weighted += distance * p[j];
    }
    const double entropy = std::log(sum) + beta * weighted / sum;
    for (double& one : p) one /= sum;
    if (std::abs(entropy - wanted) < 1e-6) break;
    (entropy > wanted ? low : high) = beta;
    const double before = beta;
    beta = std::isinf(high) ? 2 * beta : (low + high) / 2;
    if (beta == before || std::isinf(beta)) break;
  }
  return p;
}

namespace {

struct Share {
  int number;
  double value;
};

// What each sample is to those that have it as a neighbour: by sample, in rising order of the others.
struct Reversed {
  std::vector<std::size_t> begins;
  std::vector<Share> shares;
};

Reversed reversed(const Neighbours& neighbours, const std::vector<double>& p, std::size_t n) {
  Reversed made{std::vector<std::size_t>(n + 1, 0), std::vector<Share>(p.size())};
  for (const int number : neighbours.numbers) ++made.begins[static_cast<std::size_t>(number) + 1];
  for (std::size_t k = 0; k < n; ++k) made.begins[k + 1] += made.begins[k];
  std::vector<std::size_t> next(made.begins.begin(), made.begins.end() - 1);
  const auto k = static_cast<std::size_t>(neighbours.k);
  for (std::size_t i = 0; i < p.size(); ++i) {
    const auto to = static_cast<std::size_t>(neighbours.numbers[i]);
    made.shares[next[to]++] = {static_cast<int>(i / k), p[i]};
  }
  return made;
}

}  // namespace

Affinities affinities(const Neighbours& neighbours, double perplexity) {
  const auto k = static_cast<std::size_t>(neighbours.k);
  const std::size_t n = neighbours.numbers.size() / k;
  std::vector<double> p(n * k);
  each_alone(static_cast<std::ptrdiff_t>(n), [&](std::ptrdiff_t i) {
    const auto at = static_cast<std::size_t>(i);
    std::ranges::copy(shares(neighbours.squared_of(at), perplexity), p.begin() + i * neighbours.k);
  });
  const Reversed others = reversed(neighbours, p, n);
  Affinities made;
  made.begins.push_back(0);
  std::vector<Share> row;
  for (std::size_t i = 0; i < n; ++i) {
    row.assign(others.shares.begin() + static_cast<std::ptrdiff_t>(others.begins[i]),
               others.shares.begin() + static_cast<std::ptrdiff_t>(others.begins[i + 1]));
    for (std::size_t j = 0; j < k; ++j) row.push_back({neighbours.of(i)[j], p[i * k + j]});
    std::ranges::sort(row, {},
                      [](const Share& share) { return std::pair(share.number, share.value); });
    for (std::size_t j = 0; j < row.size();) {
      double sum = row[j].value;
      std::size_t behind = j + 1;
      if (behind < row.size() && row[behind].number == row[j].number) sum += row[behind++].value;
      made.numbers.push_back(row[j].number);
      made.values.push_back(static_cast<float>(sum / (2 * static_cast<double>(n))));
      j = behind;
    }
    while (made.numbers.size() % Affinities::lanes != 0) {
      made.numbers.push_back(static_cast<int>(i));
      made.values.push_back(0);
    }
    made.begins.push_back(made.numbers.size());
  }
  return made;
}

}  // namespace tracer::embed
