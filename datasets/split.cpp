#include "datasets/split.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <utility>

#include "tracer/error.hpp"
#include "tracer/number/random.hpp"

namespace tracer {
namespace {

// ⌈share · count⌉, as scikit-learn rounds; a product that is a whole number but for the rounding of
// the share (0.07 · 100 = 7.000000000000001) counts as that number.
int size_of_part(double share, int count, const char* part) {
  if (!(share >= 0 && share < 1)) {
    throw Error(
        fmt::format("the {} share is {}, it must be at least 0 and less than 1", part, share));
  }
  return static_cast<int>(std::ceil(share * count * (1 - 1e-12)));
}

// `size` samples taken from the classes in proportion to what they have: exact shares rounded down,
// and the rest to the largest remainders.
std::vector<int> apportioned(const std::vector<int>& sizes, int size) {
  const std::int64_t count = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0});
  std::vector<int> parts;
  std::vector<std::int64_t> remainders;
  int rest = size;
  for (const int has : sizes) {
    const std::int64_t product = std::int64_t{has} * size;
    parts.push_back(static_cast<int>(product / count));
    remainders.push_back(product % count);
    rest -= parts.back();
  }
  std::vector<std::size_t> order(sizes.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, std::greater<>(), [&](std::size_t k) { return remainders[k]; });
  for (std::size_t k = 0; k < static_cast<std::size_t>(rest); ++k) ++parts[order[k]];
  return parts;
}

std::vector<std::vector<int>> by_class(int count, const std::vector<int>& labels) {
  if (labels.empty()) {
    std::vector<int> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    return {all};
  }
  std::vector<std::vector<int>> groups;
  for (int sample = 0; sample < count; ++sample) {
    const auto label = static_cast<std::size_t>(labels[static_cast<std::size_t>(sample)]);
    if (label >= groups.size()) groups.resize(label + 1);
    groups[label].push_back(sample);
  }
  return groups;
}

// The samples by class, in random order, of which parts are taken one after the other.
class Groups {
 public:
  Groups(int count, const std::vector<int>& labels, std::uint64_t seed,
         const std::vector<std::string>& classes)
      : groups_(by_class(count, labels)), classes_(classes) {
    RandomStream draws(seed, "split");
    for (auto& group : groups_) {
      std::vector<int> shuffled;
      for (const int k : draws.permutation(static_cast<int>(group.size())))
        shuffled.push_back(group[static_cast<std::size_t>(k)]);
      group = std::move(shuffled);
    }
  }

  // `size` samples, every class with its share of them.
  std::vector<int> take(int size, const char* name, double share) {
    std::vector<int> part;
    if (size == 0) return part;
    const std::vector<int> sizes = this->sizes();
    const std::vector<int> taken = apportioned(sizes, size);
    for (std::size_t k = 0; k < groups_.size(); ++k) {
      auto& group = groups_[k];
      if (group.empty()) continue;
      if (taken[k] == 0 || taken[k] == sizes[k]) {
        throw Error(
            fmt::format("{}: with a {} share of {} it would have none to {}; "
                        "give it more samples, take {} share, or leave the classes out of it with "
                        "stratify=false",
                        has_samples(k), name, share, taken[k] == 0 ? "be judged on" : "train on",
                        taken[k] == 0 ? "a larger" : "a smaller"));
      }
      part.insert(part.end(), group.end() - taken[k], group.end());
      group.resize(group.size() - static_cast<std::size_t>(taken[k]));
    }
    std::ranges::sort(part);
    return part;
  }

  // The fold of that number; the others stay.
  std::vector<int> take_fold(int fold, int folds) {
    std::vector<int> part;
    int at = 0;  // over the classes, so that no fold gets the odd sample of each
    for (std::size_t k = 0; k < groups_.size(); ++k) {
      auto& group = groups_[k];
      if (!group.empty() && std::cmp_less(group.size(), folds)) {
        throw Error(
            fmt::format("{}, fewer than the {} folds; take fewer folds, give it more "
                        "samples, or leave the classes out of it with stratify=false",
                        has_samples(k), folds));
      }
      std::vector<int> kept;
      for (const int sample : group) (at++ % folds + 1 == fold ? part : kept).push_back(sample);
      group = std::move(kept);
    }
    std::ranges::sort(part);
    return part;
  }

  // Only so many of what is left stay.
  void keep(double wanted) {
    const std::vector<int> sizes = this->sizes();
    const int there = std::accumulate(sizes.begin(), sizes.end(), 0);
    const double count = wanted < 1 ? std::ceil(wanted * there * (1 - 1e-12)) : wanted;
    if (count > there || count != std::floor(count)) {
      throw Error(
          fmt::format("train_size={}: there are {} samples to train on; write a number of "
                      "them, or a share below 1",
                      wanted, there));
    }
    const std::vector<int> kept = apportioned(sizes, static_cast<int>(count));
    for (std::size_t k = 0; k < groups_.size(); ++k) {
      if (!groups_[k].empty() && kept[k] == 0) {
        throw Error(
            fmt::format("{}: of {} to train on it would have none; take more, or leave the "
                        "classes out of it with stratify=false",
                        has_samples(k), count));
      }
      groups_[k].resize(static_cast<std::size_t>(kept[k]));
    }
  }

  std::vector<int> rest() const {
    std::vector<int> all;
    for (const auto& group : groups_) all.insert(all.end(), group.begin(), group.end());
    std::ranges::sort(all);
    return all;
  }

 private:
  std::vector<int> sizes() const {
    std::vector<int> sizes;
    for (const auto& group : groups_) sizes.push_back(static_cast<int>(group.size()));
    return sizes;
  }

  std::string has_samples(std::size_t k) const {
    const std::size_t size = groups_[k].size();
    return fmt::format("class {} has {} sample{} to be split",
                       k < classes_.size() ? classes_[k] : std::to_string(k), size,
                       size == 1 ? "" : "s");
  }

  std::vector<std::vector<int>> groups_;
  const std::vector<std::string>& classes_;
};

}  // namespace

Split split(int count, const std::vector<int>& labels, const SplitShares& shares,
            const std::vector<std::string>& classes) {
  const int tests = size_of_part(shares.test, count, "test");
  const int validations = size_of_part(shares.validation, count, "validation");
  if (tests + validations >= count && count > 0 && tests + validations > 0) {
    throw Error(
        fmt::format("nothing is left to train on: of {} samples {} would be for validation "
                    "and {} for the test; take smaller shares",
                    count, validations, tests));
  }
  if (shares.folds > count - tests) {
    throw Error(
        fmt::format("{} folds of {} samples: take fewer folds", shares.folds, count - tests));
  }
  Groups groups(count, labels, shares.seed, classes);
  // Test samples first, then validation samples from what is left, so that a test set does not
  // change when a validation share is asked for.
  Split result;
  result.test = groups.take(tests, "test", shares.test);
  result.validation = shares.folds > 0 ? groups.take_fold(shares.fold, shares.folds)
                                       : groups.take(validations, "validation", shares.validation);
  if (shares.train > 0) groups.keep(shares.train);
  result.train = groups.rest();
  return result;
}

Split split(const Dataset& data, const SplitShares& shares) {
  if (data.classes.empty() || data.targets.size() == 0) return split(data.count(), {}, shares);
  return split(data.count(), labels_of(data), shares, data.classes);
}

namespace {

// What f makes of the features of each measured sample.
template <class F>
void for_each_sample(const Array<float>& features, std::span<const int> chosen, const F& f) {
  if (chosen.empty()) {
    for (Eigen::Index k = 0; k < features.cols(); ++k) f(features.col(k));
  } else {
    for (const int k : chosen) f(features.col(k));
  }
}

struct Range {
  Array<float> least, most;  // features × 1
};

Range range_of(const Array<float>& features, std::span<const int> chosen) {
  const Eigen::Index first = chosen.empty() ? 0 : chosen.front();
  Range range{features.col(first), features.col(first)};
  for_each_sample(features, chosen, [&](const auto& sample) {
    range.least = range.least.min(sample);
    range.most = range.most.max(sample);
  });
  return range;
}

}  // namespace

Scaling standard_scaling(const Array<float>& features, std::span<const int> chosen) {
  Scaling scaling{Array<float>::Zero(features.rows(), 1), Array<float>::Ones(features.rows(), 1)};
  if (features.cols() == 0) return scaling;
  // Sums in double, column by column as they lie in memory: first the means, then the squares of
  // what is left, which loses no digits to a large mean.
  using Column = Eigen::ArrayXd;
  const auto m = static_cast<double>(chosen.empty() ? static_cast<std::size_t>(features.cols())
                                                    : chosen.size());
  Column mean = Column::Zero(features.rows());
  for_each_sample(features, chosen,
                  [&](const auto& sample) { mean += sample.template cast<double>(); });
  mean /= m;
  Column squares = Column::Zero(features.rows());
  for_each_sample(features, chosen, [&](const auto& sample) {
    squares += (sample.template cast<double>() - mean).square();
  });
  const Range range = range_of(features, chosen);
  for (Eigen::Index i = 0; i < features.rows(); ++i) {
    const bool is_constant = range.least(i, 0) == range.most(i, 0);
    // A constant is its own mean: the sum's last digits must not make a feature of it.
    scaling.shift(i, 0) = is_constant ? range.least(i, 0) : static_cast<float>(mean(i));
    if (!is_constant) scaling.factor(i, 0) = static_cast<float>(1 / std::sqrt(squares(i) / m));
  }
  return scaling;
}

Scaling minmax_scaling(const Array<float>& features, std::span<const int> chosen) {
  Scaling scaling{Array<float>::Zero(features.rows(), 1), Array<float>::Ones(features.rows(), 1)};
  if (features.cols() == 0) return scaling;
  const Range measured = range_of(features, chosen);
  scaling.shift = measured.least;
  for (Eigen::Index i = 0; i < features.rows(); ++i) {
    const float range = measured.most(i, 0) - measured.least(i, 0);
    if (range > 0) scaling.factor(i, 0) = 1 / range;
  }
  return scaling;
}

void scale(Array<float>& features, const Scaling& scaling) {
  if (features.rows() != scaling.shift.rows()) {
    throw Error(fmt::format("the scaling is for {} features, the data have {}",
                            scaling.shift.rows(), features.rows()));
  }
  for (Eigen::Index k = 0; k < features.cols(); ++k) {
    features.col(k) = (features.col(k) - scaling.shift.col(0)) * scaling.factor.col(0);
  }
}

}  // namespace tracer
