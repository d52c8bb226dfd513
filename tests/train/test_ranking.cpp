// ROC, ranks and calibration, against figures of scikit-learn 1.2 and by hand.
#include <cmath>

#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/train/ranking.hpp"

namespace tracer {
namespace {

bool near(double a, double b) { return std::abs(a - b) < 1e-12; }

}  // namespace

TEST_CASE("ROC: the example of scikit-learn's page", "[ranking]") {
  // roc_curve([1, 1, 2, 2], [0.1, 0.4, 0.35, 0.8], pos_label=2): fpr 0 0 0.5 0.5 1, tpr 0 0.5 0.5 1 1
  const RocCurve curve = roc_curve({false, false, true, true}, {0.1, 0.4, 0.35, 0.8});
  CHECK(curve.fpr == std::vector<double>{0, 0, 0.5, 0.5, 1});
  CHECK(curve.tpr == std::vector<double>{0, 0.5, 0.5, 1, 1});
  CHECK(near(area_under(curve), 0.75));
  // the area is the share of pairs in the right order, a tie counting half
  CHECK(near(area_under(roc_curve({true, false, true, false}, {0.5, 0.5, 0.9, 0.1})), 3.5 / 4));
  CHECK(std::isnan(area_under(roc_curve({true, true}, {0.1, 0.2}))));
  CHECK_THROWS_AS(roc_curve({true}, {std::nan("")}), Error);
  CHECK_THROWS_AS(roc_curve({true}, {}), Error);
}

TEST_CASE("ROC: the area is the share of pairs in the right order", "[ranking]") {
  std::vector<bool> truth;
  std::vector<double> scores;
  for (int k = 0; k < 60; ++k) {
    truth.push_back((k * 7) % 5 < 2);
    scores.push_back(((k * 37) % 23) / 10.0);
  }
  double ordered = 0;
  double pairs = 0;
  for (std::size_t a = 0; a < truth.size(); ++a) {
    for (std::size_t b = 0; b < truth.size(); ++b) {
      if (!truth[a] || truth[b]) continue;
      pairs += 1;
      ordered += scores[a] > scores[b] ? 1 : scores[a] == scores[b] ? 0.5 : 0;
    }
  }
  CHECK(near(area_under(roc_curve(truth, scores)), ordered / pairs));
}

TEST_CASE("ranks: the right class among the first k", "[ranking]") {
  Array<float> scores(3, 4);
  scores << 0.5F, 0.2F, 0.1F, 0.4F,  //
      0.3F, 0.5F, 0.1F, 0.4F,        //
      0.2F, 0.3F, 0.8F, 0.2F;
  const Ranking ranking = ranking_of({0, 2, 1, 1}, scores);
  CHECK(ranking.top == std::vector<double>{0.25, 0.75, 1});
  CHECK(ranking.classes[1].prevalence == 0.5);
}

TEST_CASE("calibration: what is said, and how often it is right", "[ranking]") {
  // 0.8 twice, one of them right; 0.95 twice, both right: off by 0.3 and 0.05
  Array<float> scores(1, 4);
  scores << 0.8F, 0.2F, 0.95F, 0.05F;
  const Ranking ranking = ranking_of({1, 1, 1, 0}, scores);
  REQUIRE(ranking.bins.size() == 10);
  CHECK(ranking.bins[8].count == 2);
  CHECK(ranking.bins[8].right == 0.5);
  CHECK(ranking.bins[9].count == 2);
  REQUIRE(ranking.calibration_error);
  CHECK(std::abs(*ranking.calibration_error - (0.3 + 0.05) / 2) < 1e-6);
  Array<float> logits(2, 1);
  logits << 3, -1;
  CHECK_FALSE(ranking_of({0}, logits).calibration_error);
}

}  // namespace tracer
