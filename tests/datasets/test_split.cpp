#include <algorithm>
#include <map>
#include <set>

#include "datasets/blobs.hpp"
#include "datasets/split.hpp"
#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/number/random.hpp"

using namespace tracer;

namespace {

std::map<int, int> counts(const std::vector<int>& part, const std::vector<int>& labels) {
  std::map<int, int> found;
  for (const int sample : part) ++found[labels[static_cast<std::size_t>(sample)]];
  return found;
}

// Each sample is in one part, and parts are in the order of the data.
void check_is_a_split(const Split& parts, int count) {
  std::vector<int> all = parts.train;
  all.insert(all.end(), parts.validation.begin(), parts.validation.end());
  all.insert(all.end(), parts.test.begin(), parts.test.end());
  std::sort(all.begin(), all.end());
  std::vector<int> expected;
  for (int k = 0; k < count; ++k) expected.push_back(k);
  CHECK(all == expected);
  for (const auto* part : {&parts.train, &parts.validation, &parts.test}) {
    CHECK(std::is_sorted(part->begin(), part->end()));
  }
}

}  // namespace

TEST_CASE("parts have the share's samples, rounded up as scikit-learn does", "[split]") {
  SplitShares shares;
  shares.validation = 0.1;
  CHECK(split(42'000, {}, shares).train.size() == 37'800);
  CHECK(split(60'000, {}, shares).validation.size() == 6'000);
  CHECK(split(11, {}, shares).validation.size() == 2);
  shares.validation = 0.07;  // 0.07 · 100 is a little more than 7 in floating point
  CHECK(split(100, {}, shares).validation.size() == 7);
  shares.test = 0.25;
  const Split three = split(100, {}, shares);
  CHECK(three.test.size() == 25);
  CHECK(three.train.size() == 68);
  check_is_a_split(three, 100);
  const Split whole = split(5, {}, {});
  CHECK(whole.train == std::vector<int>{0, 1, 2, 3, 4});
  CHECK(whole.validation.empty());
}

TEST_CASE("every class keeps its share, with the largest remainders rounded up", "[split]") {
  // 50, 30, 15 and 5 samples of 100, of which 15: exact shares 7.5, 4.5, 2.25 and 0.75. Rounded
  // down that is 7 + 4 + 2 + 0; the two left go to class 3 (0.75) and class 0 (0.5, before class
  // 1).
  std::vector<int> labels;
  for (const auto& [label, count] : std::map<int, int>{{0, 50}, {1, 30}, {2, 15}, {3, 5}}) {
    labels.insert(labels.end(), static_cast<std::size_t>(count), label);
  }
  SplitShares shares;
  shares.validation = 0.15;
  const Split parts = split(100, labels, shares);
  CHECK(counts(parts.validation, labels) == std::map<int, int>{{0, 8}, {1, 4}, {2, 2}, {3, 1}});
  check_is_a_split(parts, 100);
}

TEST_CASE("random labels: sizes come out, and no class is off by a whole sample", "[split]") {
  RandomStream draws(1, "test split");
  for (int trial = 0; trial < 50; ++trial) {
    CAPTURE(trial);
    const int count = 200 + static_cast<int>(draws.below(300));
    const auto classes = 1 + draws.below(5);
    std::vector<int> labels;
    for (int k = 0; k < count; ++k) labels.push_back(static_cast<int>(draws.below(classes)));
    SplitShares shares;
    shares.test = 0.2;
    shares.seed = static_cast<std::uint64_t>(trial);
    const Split parts = split(count, labels, shares);
    check_is_a_split(parts, count);
    CHECK(parts.test.size() == static_cast<std::size_t>((count + 4) / 5));
    std::vector<int> all = parts.train;
    all.insert(all.end(), parts.test.begin(), parts.test.end());
    std::map<int, int> had = counts(all, labels);
    for (const auto& [label, taken] : counts(parts.test, labels)) {
      const double exact = double(had[label]) * double(parts.test.size()) / count;
      CHECK(std::abs(taken - exact) < 1);
    }
  }
}

TEST_CASE("a seed is a split; the test part does not depend on the validation share", "[split]") {
  std::vector<int> labels;
  for (int k = 0; k < 90; ++k) labels.push_back(k % 3);
  SplitShares shares;
  shares.test = 0.2;
  const Split first = split(90, labels, shares);
  CHECK(split(90, labels, shares).test == first.test);
  shares.validation = 0.1;
  CHECK(split(90, labels, shares).test == first.test);
  shares.seed = 1;
  CHECK(split(90, labels, shares).test != first.test);
  CHECK(split(90, {}, shares).test != split(90, labels, shares).test);
}

TEST_CASE("a class without a sample on one side is named, with what to do", "[split]") {
  std::vector<int> labels(98, 0);
  labels.push_back(1);
  labels.push_back(1);
  SplitShares shares;
  shares.validation = 0.1;
  CHECK_THROWS_WITH(
      split(100, labels, shares, {"cat", "dog"}),
      "class dog has 2 samples to be split: with a validation share of 0.1 it would "
      "have none to be judged on; give it more samples, take a larger share, or leave the "
      "classes out of it with stratify=false");
  shares.validation = 0.8;
  CHECK_THROWS_WITH(
      split(100, labels, shares),
      "class 1 has 2 samples to be split: with a validation share of 0.8 it would "
      "have none to train on; give it more samples, take a smaller share, or leave the "
      "classes out of it with stratify=false");
}

TEST_CASE("shares that leave nothing, or are no shares, are refused", "[split]") {
  SplitShares shares;
  shares.validation = 1;
  CHECK_THROWS_WITH(split(10, {}, shares),
                    "the validation share is 1, it must be at least 0 and less than 1");
  shares.validation = -0.1;
  CHECK_THROWS_AS(split(10, {}, shares), Error);
  shares.validation = 0.5;
  shares.test = 0.5;
  CHECK_THROWS_WITH(split(10, {}, shares),
                    "nothing is left to train on: of 10 samples 5 would be for validation and 5 "
                    "for the test; take smaller shares");
}

TEST_CASE("a data set is split by its own classes", "[split]") {
  Blobs wanted;
  wanted.n = 60;
  SplitShares shares;
  shares.test = 0.5;
  const Dataset data = blobs(wanted);
  const Split parts = split(data, shares);
  CHECK(counts(parts.test, labels_of(data)) == std::map<int, int>{{0, 10}, {1, 10}, {2, 10}});
}

TEST_CASE("standardising and min-max scaling are scikit-learn's", "[split]") {
  Dataset train;
  train.features.resize(3, 3);
  train.features << 1, 4, 9,  // one sample a column
      2, 2, 2,                //
      3, 5, -1;
  Array<float> minmax = train.features;
  scale(minmax, minmax_scaling(minmax));
  Dataset test;
  test.features.resize(3, 1);
  test.features << 4, 3, 5;
  const Scaling standard = standard_scaling(train.features);
  scale(train.features, standard);
  scale(test.features, standard);
  // scikit-learn 1.2: StandardScaler and MinMaxScaler fitted to [[1, 2, 3], [4, 2, 5], [9, 2, -1]]
  Array<float> expected(3, 3);
  expected << -1.111167799F, -0.202030509F, 1.313198308F, 0, 0, 0, 0.267261242F, 1.06904497F,
      -1.336306210F;
  CHECK((train.features - expected).abs().maxCoeff() < 1e-6F);
  CHECK(std::abs(test.features(0, 0) + 0.202030509F) < 1e-6F);
  CHECK(test.features(1, 0) == 1);  // constant in the training data: only moved
  Array<float> between(3, 3);
  between << 0, 0.375F, 1, 0, 0, 0, 2 / 3.0F, 1, 0;
  CHECK((minmax - between).abs().maxCoeff() < 1e-6F);
  Array<float> two(2, 1);
  CHECK_THROWS_WITH(scale(two, standard_scaling(minmax)),
                    "the scaling is for 3 features, the data have 2");
}

TEST_CASE("a scaling may be measured on some of the samples", "[split]") {
  Array<float> features(1, 5);
  features << 1, 100, 3, 1000, 5;
  const std::vector<int> chosen{0, 2, 4};
  const Scaling standard = standard_scaling(features, chosen);
  CHECK(standard.shift(0) == 3);
  CHECK(standard.factor(0) == static_cast<float>(1 / std::sqrt(8.0 / 3)));
  const Scaling minmax = minmax_scaling(features, chosen);
  CHECK(minmax.shift(0) == 1);
  CHECK(minmax.factor(0) == 0.25F);
}

TEST_CASE("a constant feature becomes exactly 0, whatever the constant", "[split]") {
  Dataset data;
  data.features = Array<float>::Constant(1, 1000, 0.1F);
  scale(data.features, standard_scaling(data.features));
  CHECK((data.features == 0).all());
}

TEST_CASE("folds are dealt out evenly, of every class too", "[split]") {
  // 7 of one class and 10 of another in 3 folds: 6, 6 and 5 samples, of the classes 2 or 3, 3 or 4
  std::vector<int> labels;
  for (int k = 0; k < 17; ++k) labels.push_back(k < 7 ? 0 : 1);
  std::vector<int> held_out(17);
  for (int fold = 1; fold <= 3; ++fold) {
    SplitShares shares;
    shares.folds = 3;
    shares.fold = fold;
    const Split parts = split(17, labels, shares);
    check_is_a_split(parts, 17);
    CHECK(parts.validation.size() == (fold == 3 ? 5 : 6));
    for (const auto& [label, count] : counts(parts.validation, labels)) {
      CHECK(count >= (label == 0 ? 2 : 3));
      CHECK(count <= (label == 0 ? 3 : 4));
    }
    for (const int sample : parts.validation) ++held_out[static_cast<std::size_t>(sample)];
  }
  CHECK(held_out == std::vector<int>(17, 1));
  SplitShares many;
  many.folds = 8;
  CHECK_THROWS_WITH(split(17, labels, many),
                    "class 0 has 7 samples to be split, fewer than the 8 folds; take fewer folds, "
                    "give it more samples, or leave the classes out of it with stratify=false");
  many.folds = 18;
  CHECK_THROWS_WITH(split(17, {}, many), "18 folds of 17 samples: take fewer folds");
}

TEST_CASE("fewer samples to train on: the others are held out as before", "[split]") {
  std::vector<int> labels;
  for (int k = 0; k < 100; ++k) labels.push_back(k % 4 == 0 ? 1 : 0);
  SplitShares shares;
  shares.validation = 0.2;
  const Split whole = split(100, labels, shares);
  shares.train = 0.25;
  const Split quarter = split(100, labels, shares);
  CHECK(quarter.validation == whole.validation);
  CHECK(quarter.train.size() == 20);
  CHECK(counts(quarter.train, labels).at(1) == 5);
  shares.train = 40;
  const Split forty = split(100, labels, shares);
  CHECK(forty.train.size() == 40);
  CHECK(std::ranges::includes(forty.train, quarter.train));
  shares.train = 81;
  CHECK_THROWS_WITH(split(100, labels, shares),
                    "train_size=81: there are 80 samples to train on; write a number of them, or a "
                    "share below 1");
  shares.train = 1;
  CHECK_THROWS_WITH(split(100, labels, shares),
                    "class 1 has 20 samples to be split: of 1 to train on it would have none; take "
                    "more, or leave the classes out of it with stratify=false");
}
