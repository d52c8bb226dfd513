#include "tracer/embed/neighbours.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "tracer/embed/each_alone.hpp"
#include "tracer/number/clones.hpp"
#include "tracer/number/undivided_product.hpp"

namespace tracer::embed {
namespace {

using Index = Eigen::Index;
using Near = std::pair<double, int>;  // squared distance, number: in this order

constexpr Index asked_at_a_time = 128;
constexpr Index points_at_a_time = 2048;  // 128 × 2048 products: a megabyte of floats
constexpr int spare = 16;                 // candidates beside the k that are wanted
constexpr Index few_dimensions = 4;       // then a product saves nothing

// |a − b|² in double, of d floats each.
double squared_distance(const float* a, const float* b, std::ptrdiff_t d) {
  constexpr std::ptrdiff_t lanes = 8;
  std::array<double, lanes> sums{};
  std::ptrdiff_t i = 0;
  for (; i + lanes <= d; i += lanes) {
    for (std::ptrdiff_t l = 0; l < lanes; ++l) {
      const double difference = static_cast<double>(a[i + l]) - static_cast<double>(b[i + l]);
      sums[static_cast<std::size_t>(l)] += difference * difference;
    }
  }
  double sum = 0;
  for (; i < d; ++i) {
    const double difference = static_cast<double>(a[i]) - static_cast<double>(b[i]);
    sum += difference * difference;
  }
  for (const double part : sums) sum += part;
  return sum;
}

// The k nearest to `number` among all n points, sorted, by comparing with every one.
void look_at_all(const float* points, std::ptrdiff_t d, std::ptrdiff_t n, int number, int k,
                 Near* nearest) {
  const float* const own = points + number * d;
  int held = 0;  // a heap, the farthest on top
  for (int j = 0; j < n; ++j) {
    if (j == number) continue;
    const Near one(squared_distance(own, points + j * d, d), j);
    if (held < k) {
      nearest[held++] = one;
      std::push_heap(nearest, nearest + held);
    } else if (one < nearest[0]) {
      std::pop_heap(nearest, nearest + k);
      nearest[k - 1] = one;
      std::push_heap(nearest, nearest + k);
    }
  }
  std::sort_heap(nearest, nearest + k);
}

// The places of those of `count` values that are below `limit`; returns how many there are.
int places_below(const float* values, int count, float limit, int* places) {
  constexpr int chunk = 32;
  int found = 0;
  int j = 0;
  for (; j + chunk <= count; j += chunk) {
    int any = 0;
    for (int l = 0; l < chunk; ++l) any |= static_cast<int>(values[j + l] < limit);
    if (any == 0) continue;
    for (int l = 0; l < chunk; ++l) {
      places[found] = j + l;
      found += static_cast<int>(values[j + l] < limit);
    }
  }
  for (; j < count; ++j) {
    places[found] = j;
    found += static_cast<int>(values[j] < limit);
  }
  return found;
}

// The candidates of one sample: those with the least values so far.
class Candidates {
 public:
  explicit Candidates(int wanted) : wanted_(static_cast<std::size_t>(wanted)) {
    held_.reserve(room * wanted_);
  }
  /// No value that is as large as this will be kept.
  float limit() const { return limit_; }
  void add(float value, int number) {
    if (!(value < limit_)) return;
    held_.emplace_back(value, number);
    if (held_.size() == room * wanted_) shorten();
  }
  const std::vector<std::pair<float, int>>& chosen() {
    if (held_.size() > wanted_) shorten();
    return held_;
  }

 private:
  static constexpr std::size_t room = 4;
  void shorten() {
    std::nth_element(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(wanted_) - 1,
                     held_.end());
    held_.resize(wanted_);
    limit_ = held_.back().first;
  }
  std::size_t wanted_;
  float limit_ = std::numeric_limits<float>::infinity();
  std::vector<std::pair<float, int>> held_;
};

// The points less their mean, with |b|² below: (d + 1) × n. One that is asked is −2 a and 1, so that
// the product of both is |b|² − 2 a·b.
struct Prepared {
  Array<float> points;
  std::vector<double> lengths;  // |b|
  double longest = 0;
};

Prepared prepared(const Array<float>& points) {
  const Index d = points.rows();
  const Index n = points.cols();
  Eigen::ArrayXd mean = Eigen::ArrayXd::Zero(d);
  for (Index k = 0; k < n; ++k) mean += points.col(k).cast<double>();
  mean /= static_cast<double>(n);
  Prepared made;
  made.points.resize(d + 1, n);
  made.lengths.resize(static_cast<std::size_t>(n));
  for (Index k = 0; k < n; ++k) {
    const Eigen::ArrayXd centred = points.col(k).cast<double>() - mean;
    const double squared = centred.square().sum();
    made.points.col(k).head(d) = centred.cast<float>();
    made.points(d, k) = static_cast<float>(squared);
    made.lengths[static_cast<std::size_t>(k)] = std::sqrt(squared);
    made.longest = std::max(made.longest, std::sqrt(squared));
  }
  return made;
}

// What a·b in float, and the rounding of a, b and |b|², can make of |a − b|²: a sum of d products
// errs by at most d·u of the sum of their sizes (Higham 2002, §3.1), u = 2⁻²⁴.
double error_bound(Index d, double length, double longest) {
  constexpr double u = 0x1p-24;
  const double size = length + longest;
  return (static_cast<double>(d) + 8) * u * size * size;
}

class Search {
 public:
  Search(const Array<float>& points, int k, std::span<const int> asked, Neighbours& found)
      : points_(points), k_(k), asked_(asked), found_(found), prepared_(prepared(points)) {}

  // Those of the asked samples from `first` on, a block of them.
  void answer(Index first) const {
    const Index d = points_.rows();
    const Index n = points_.cols();
    const Index count = std::min(asked_at_a_time, static_cast<Index>(asked_.size()) - first);
    Array<float> turned(d + 1, count);
    for (Index q = 0; q < count; ++q) {
      turned.col(q).head(d) = -2.0F * prepared_.points.col(number(first + q)).head(d);
      turned(d, q) = 1;
    }
    const int wanted = std::min(k_ + spare, static_cast<int>(n) - 1);
    std::vector<Candidates> candidates(static_cast<std::size_t>(count), Candidates(wanted));
    Array<float> products(std::min(points_at_a_time, n), count);
    std::vector<int> places(static_cast<std::size_t>(points_at_a_time));
    for (Index begin = 0; begin < n; begin += points_at_a_time) {
      const Index size = std::min(points_at_a_time, n - begin);
      multiply_undivided(
          products.data(),
          Factor<float>{prepared_.points.col(begin).data(), size, d + 1, d + 1, true},
          Factor<float>{turned.data(), d + 1, count, d + 1}, false);
      for (Index q = 0; q < count; ++q) {
        Candidates& those = candidates[static_cast<std::size_t>(q)];
        const float* const values = products.data() + q * size;
        const int near = on_this_processor<places_below>(values, static_cast<int>(size),
                                                         those.limit(), places.data());
        for (int i = 0; i < near; ++i) {
          const int place = places[static_cast<std::size_t>(i)];
          const int other = static_cast<int>(begin) + place;
          if (other != number(first + q)) those.add(values[place], other);
        }
      }
    }
    for (Index q = 0; q < count; ++q) settle(first + q, candidates[static_cast<std::size_t>(q)]);
  }

  // One of them by comparing with every point.
  void compare_with_all(Index which) const {
    std::vector<Near> nearest(static_cast<std::size_t>(k_));
    on_this_processor<look_at_all>(points_.data(), points_.rows(), points_.cols(), number(which),
                                   k_, nearest.data());
    write(which, nearest);
  }

 private:
  int number(Index which) const { return asked_[static_cast<std::size_t>(which)]; }

  void settle(Index which, Candidates& candidates) const {
    const Index d = points_.rows();
    const std::vector<std::pair<float, int>>& chosen = candidates.chosen();
    std::vector<Near> nearest;
    for (const auto& [value, other] : chosen) {
      const float* const own = points_.col(number(which)).data();
      nearest.emplace_back(squared_distance(own, points_.col(other).data(), d), other);
    }
    std::ranges::sort(nearest);
    const auto wanted = static_cast<std::size_t>(k_);
    if (nearest.size() < wanted) return compare_with_all(which);  // float has overflowed
    nearest.resize(wanted);
    const double length = prepared_.lengths[static_cast<std::size_t>(number(which))];
    const double excluded_from = static_cast<double>(candidates.limit()) + length * length -
                                 error_bound(d, length, prepared_.longest);
    if (nearest.back().first < excluded_from)
      write(which, nearest);
    else
      compare_with_all(which);
  }

  void write(Index which, const std::vector<Near>& nearest) const {
    const auto at = static_cast<std::size_t>(which) * static_cast<std::size_t>(k_);
    for (std::size_t i = 0; i < nearest.size(); ++i) {
      found_.squared[at + i] = nearest[i].first;
      found_.numbers[at + i] = nearest[i].second;
    }
  }

  const Array<float>& points_;
  int k_;
  std::span<const int> asked_;
  Neighbours& found_;
  Prepared prepared_;
};

}  // namespace

Neighbours nearest(const Array<float>& points, int k, std::span<const int> asked) {
  assert(k >= 1 && k < points.cols());
  std::vector<int> every;
  if (asked.empty()) {
    every.resize(static_cast<std::size_t>(points.cols()));
    std::iota(every.begin(), every.end(), 0);
    asked = every;
  }
  Neighbours found;
  found.k = k;
  found.numbers.resize(asked.size() * static_cast<std::size_t>(k));
  found.squared.resize(found.numbers.size());
  const Search search(points, k, asked, found);
  const auto count = static_cast<Index>(asked.size());
  if (points.rows() <= few_dimensions)
    each_alone(count, [&](Index which) { search.compare_with_all(which); });
  else
    each_alone((count + asked_at_a_time - 1) / asked_at_a_time,
               [&](Index block) { search.answer(block * asked_at_a_time); });
  return found;
}

}  // namespace tracer::embed
