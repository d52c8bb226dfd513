#include <cmath>
#include <numbers>

#include "datasets/blobs.hpp"
#include "datasets/linear.hpp"
#include "datasets/moons.hpp"
#include "datasets/spirals.hpp"
#include "datasets/xor.hpp"
#include "tests/catch.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

bool same(const Array<float>& a, const Array<float>& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() && (a == b).all();
}

std::vector<std::string> numbered(int classes) {
  std::vector<std::string> names;
  for (int k = 0; k < classes; ++k) names.push_back(std::to_string(k));
  return names;
}

}  // namespace

TEST_CASE("without shuffling and noise the moons are make_moons'", "[generators]") {
  Moons wanted;
  wanted.n = 7;
  wanted.shuffle = false;
  const Dataset made = moons(wanted);
  // scikit-learn 1.2: make_moons(7, shuffle=False)
  Array<float> expected(7, 2);
  expected << 1.0F, 0.0F, 0.0F, 1.0F, -1.0F, 0.0F, 0.0F, 0.5F, 0.5F, -0.3660254037844385F, 1.5F,
      -0.3660254037844387F, 2.0F, 0.5F;
  CHECK((made.features - expected.transpose()).abs().maxCoeff() < 1e-6F);
  Array<float> labels(1, 7);
  labels << 0, 0, 0, 1, 1, 1, 1;
  CHECK(same(made.targets, labels));
  CHECK(made.classes == numbered(2));
  CHECK(labels_of(made) == std::vector<int>{0, 0, 0, 1, 1, 1, 1});
}

TEST_CASE("one moon point, and one point in each moon, are no division by zero", "[generators]") {
  for (int n = 1; n <= 3; ++n) {
    CAPTURE(n);
    Moons wanted;
    wanted.n = n;
    CHECK(moons(wanted).features.isFinite().all());
  }
}

TEST_CASE("a spiral's point has the radius t and the angle 2π(turns·t + arm/arms)",
          "[generators]") {
  Spirals wanted;
  wanted.n = 31;
  wanted.arms = 3;
  wanted.turns = 1.5;
  wanted.shuffle = false;
  const Dataset made = spirals(wanted);
  REQUIRE(made.targets.rows() == 3);
  CHECK(made.classes == numbered(3));
  const std::vector<int> labels = labels_of(made);
  for (int k = 0; k < 31; ++k) {
    CAPTURE(k);
    // 31 = 11 + 10 + 10
    const int arm = k < 11 ? 0 : k < 21 ? 1 : 2;
    const int first = arm == 0 ? 0 : arm == 1 ? 11 : 21;
    CHECK(labels[static_cast<std::size_t>(k)] == arm);
    const double t = (k - first + 1.0) / (arm == 0 ? 11 : 10);
    const double angle = 2 * std::numbers::pi * (1.5 * t + arm / 3.0);
    CHECK(std::abs(static_cast<double>(made.features(0, k)) - t * std::cos(angle)) < 1e-6);
    CHECK(std::abs(static_cast<double>(made.features(1, k)) - t * std::sin(angle)) < 1e-6);
  }
  wanted.arms = 2;
  CHECK(spirals(wanted).targets.rows() == 1);
}

TEST_CASE("without noise xor is its truth table", "[generators]") {
  XorCorners wanted;
  wanted.n = 5;
  wanted.noise = 0;
  wanted.shuffle = false;
  const Dataset made = xor_corners(wanted);
  Array<float> points(2, 5), labels(1, 5);
  points << 0, 0, 1, 1, 0,  //
      0, 1, 0, 1, 0;
  labels << 0, 1, 1, 0, 0;
  CHECK(same(made.features, points));
  CHECK(same(made.targets, labels));
}

TEST_CASE("blobs lie around centres that a test set shares", "[generators]") {
  Blobs wanted;
  wanted.n = 30'001;
  wanted.features = 4;
  wanted.seed = 3;
  wanted.shuffle = false;
  const Dataset train = blobs(wanted);
  wanted.stream = "test blobs";
  const Dataset test = blobs(wanted);
  CHECK(!same(train.features, test.features));
  CHECK(train.targets.row(0).sum() == 10'001);  // the first has one more, as make_blobs has it
  CHECK(train.targets.row(1).sum() == 10'000);
  CHECK(train.targets.row(2).sum() == 10'000);
  for (int cloud = 0; cloud < 3; ++cloud) {
    const Eigen::Index start = cloud == 0 ? 0 : 10'001 + 10'000 * (cloud - 1);
    const auto points = train.features.middleCols(start, 10'000);
    const auto others = test.features.middleCols(start, 10'000);
    // A mean of 10,000 errs by 1/100 (one deviation), the difference of two by 0.0142: five of them
    const Eigen::ArrayXf mean = points.rowwise().mean();
    CHECK((mean - others.rowwise().mean()).abs().maxCoeff() < 0.071F);
    CHECK((mean.abs() <= 10.05F).all());
    // A deviation errs by 1/√20000
    const Eigen::ArrayXf deviation = (points.colwise() - mean).square().rowwise().mean().sqrt();
    CHECK((deviation - 1.0F).abs().maxCoeff() < 0.036F);
  }
  wanted.centers = 2;
  CHECK(blobs(wanted).targets.rows() == 1);
}

TEST_CASE("linear targets are the weights times the features, plus bias", "[generators]") {
  Linear wanted;
  wanted.n = 50;
  wanted.features = 3;
  wanted.targets = 2;
  wanted.bias = 4;
  const Dataset made = linear(wanted);
  const Array<float> weights = linear_weights(wanted);
  CHECK((weights >= 0.0F && weights < 100.0F).all());
  const Array<float> expected = (weights.matrix() * made.features.matrix()).array() + 4.0F;
  CHECK((made.targets - expected).abs().maxCoeff() < 1e-3F);  // 4 terms of some hundred, float32
  CHECK(made.classes.empty());
  CHECK_THROWS_WITH(labels_of(made), "linear has no classes, its targets are numbers");

  wanted.n = 20'000;
  wanted.noise = 0;
  const Dataset clean = linear(wanted);
  wanted.noise = 3;
  const Dataset noisy = linear(wanted);
  CHECK(same(clean.features, noisy.features));
  const float deviation = std::sqrt((noisy.targets - clean.targets).square().mean());
  CHECK(std::abs(deviation - 3) < 0.053F);  // five deviations of 3/√80000
  wanted.stream = "test linear";
  CHECK(same(linear_weights(wanted), weights));
  CHECK(!same(linear(wanted).features, noisy.features));
}

TEST_CASE("the same seed makes the same points, another one others", "[generators]") {
  Moons m;
  m.noise = 0.1;
  Spirals s;
  s.noise = 0.1;
  XorCorners x;
  Blobs b;
  const auto made = [&] {
    return std::vector<Array<float>>{moons(m).features, spirals(s).features,
                                     xor_corners(x).features, blobs(b).features};
  };
  const auto first = made();
  const auto again = made();
  m.seed = s.seed = x.seed = b.seed = 1;
  const auto others = made();
  for (std::size_t k = 0; k < first.size(); ++k) {
    CAPTURE(k);
    CHECK(same(first[k], again[k]));
    CHECK(!same(first[k], others[k]));
  }
}

TEST_CASE("a call by name makes the same, and other points for a test", "[generators]") {
  const Dataset made =
      make_samples(*generator("spirals"), {.numbers = {{"n", 30}, {"arms", 3}}, .seed = 7});
  CHECK(same(made.features, spirals({.n = 30, .arms = 3, .seed = 7}).features));
  CHECK(generator("spiral") == nullptr);
  for (const Generator& one : generators()) {
    INFO(one.name);
    CHECK(one.make({}).name == one.name);
    const Dataset test = one.make({.part = "test"});
    CHECK(!same(test.features, one.make({}).features));
    CHECK(!same(test.features, one.make({.part = "validation"}).features));
  }
}

TEST_CASE("what a generator does not have, or not so, is refused", "[generators]") {
  const auto refusal = [](const char* name, std::map<std::string, double, std::less<>> numbers) {
    try {
      make_samples(*generator(name), {.numbers = std::move(numbers)});
    } catch (const Error& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  CHECK(refusal("circles", {{"n", 1}, {"factor", 0}}) == "");
  CHECK(refusal("circles", {{"factor", 1}}) == "factor 1: it must be less than 1");
  CHECK(refusal("circles", {{"arms", 3}}) == "circles has no arms: it has n, factor, noise");
  CHECK(refusal("moons", {{"n", 0}}) == "n 0: it must be at least 1");
  CHECK(refusal("moons", {{"n", 1e8}}) == "moons makes at most 10 million points");
  CHECK(refusal("spirals", {{"arms", 2.5}}) == "arms 2.5: expected a whole number");
  CHECK(refusal("blobs", {{"low", 1}, {"high", 0}}) ==
        "the box of the centres has its low above its high; low must not be above high");
  CHECK(refusal("linear", {{"n", 1e6}, {"features", 21}}) ==
        "that is more than 20 million numbers; take fewer points or fewer features");
}

TEST_CASE("shuffling moves points with their labels", "[generators]") {
  Blobs wanted;
  wanted.deviation = 0;  // every point is its centre
  const Dataset made = blobs(wanted);
  const std::vector<int> labels = labels_of(made);
  CHECK(!std::is_sorted(labels.begin(), labels.end()));
  for (int i = 0; i < 100; ++i) {
    for (int k = 0; k < 100; ++k) {
      const bool same_point = (made.features.col(i) == made.features.col(k)).all();
      if (same_point !=
          (labels[static_cast<std::size_t>(i)] == labels[static_cast<std::size_t>(k)]))
        FAIL("points " << i << " and " << k);
    }
  }
}

TEST_CASE("select takes samples in the order asked for", "[generators]") {
  Moons wanted;
  const Dataset made = moons(wanted);
  const Dataset chosen = select(made, {5, 0, 5});
  REQUIRE(chosen.count() == 3);
  CHECK((chosen.features.col(0) == made.features.col(5)).all());
  CHECK((chosen.features.col(1) == made.features.col(0)).all());
  CHECK(chosen.targets(0, 2) == made.targets(0, 5));
  CHECK(chosen.classes == made.classes);
  CHECK_THROWS_WITH(select(made, {100}), "moons has no sample 100: it has 100, the first is 0");
  CHECK_THROWS_AS(select(made, {-1}), Error);
}

TEST_CASE("one_hot has a 1 at each label and refuses others", "[generators]") {
  Array<float> expected(3, 2);
  expected << 0, 0, 1, 0, 0, 1;
  CHECK(same(one_hot({1, 2}, 3), expected));
  CHECK_THROWS_WITH(one_hot({0, 3}, 3), "label 3 of sample 2 is no class: classes are 0 to 2");
  CHECK_THROWS_AS(class_targets({0, -1}, 2), Error);
  CHECK(class_targets({0, 0}, 1).rows() == 1);  // a file with a single class
  CHECK((class_targets({0, 0}, 1) == 0).all());
}
