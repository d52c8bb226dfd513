// Metrics against scikit-learn 1.2.1: the values below are what its functions return for the same
// labels and scores.
#include <cmath>
#include <limits>

#include "tests/catch.hpp"
#include "tests/train/training.hpp"
#include "tracer/error.hpp"
#include "tracer/train/metrics.hpp"

using namespace tracer;
using namespace tracer::test;

namespace {

// 1e-15: scikit-learn adds the same few terms in another order
bool near(double a, double b) { return std::abs(a - b) <= 1e-15; }

bool all_near(const std::vector<double>& a, const std::vector<double>& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (!near(a[i], b[i])) return false;
  }
  return true;
}

// class 2 is never right, class 3 neither occurs nor is predicted
const std::vector<int> truth{0, 0, 0, 1, 1, 1, 1, 2, 2, 4, 4, 0};
const std::vector<int> predicted{0, 1, 0, 1, 1, 2, 1, 0, 0, 4, 1, 0};
const std::vector<std::string> names{"a", "b", "c", "d", "e"};

}  // namespace

TEST_CASE("scores of classes are scikit-learn's", "[metrics]") {
  const Metrics metrics = count_classes(truth, predicted, names);
  CHECK(metrics.count == 12);
  CHECK(metrics.classes == names);
  // confusion_matrix(t, p, labels=range(5))
  CHECK(metrics.confusion ==
        std::vector<std::vector<int>>{
            {3, 1, 0, 0, 0}, {0, 3, 1, 0, 0}, {2, 0, 0, 0, 0}, {0, 0, 0, 0, 0}, {0, 1, 0, 0, 1}});
  CHECK(near(metrics.accuracy(), 0.5833333333333334));  // accuracy_score

  // classification_report(t, p, labels=range(5), zero_division=0, output_dict=True)
  const std::vector<ClassScore> wanted{{0.6, 0.75, 0.6666666666666665, 4},
                                       {0.6, 0.75, 0.6666666666666665, 4},
                                       {0, 0, 0, 2},
                                       {0, 0, 0, 0},
                                       {1, 0.5, 0.6666666666666666, 2}};
  const std::vector<ClassScore> scores = metrics.scores();
  REQUIRE(scores.size() == 5);
  for (std::size_t c = 0; c < 5; ++c) {
    INFO("class " << names[c]);
    CHECK(near(scores[c].precision, wanted[c].precision));
    CHECK(near(scores[c].recall, wanted[c].recall));
    CHECK(near(scores[c].f1, wanted[c].f1));
    CHECK(scores[c].support == wanted[c].support);
  }
  // precision_recall_fscore_support(t, p, average='macro', zero_division=0): without class d
  const ClassScore macro = metrics.macro();
  CHECK(near(macro.precision, 0.55));
  CHECK(near(macro.recall, 0.5));
  CHECK(near(macro.f1, 0.4999999999999999));
  CHECK(macro.support == 12);
  // ... average='weighted'
  const ClassScore weighted = metrics.weighted();
  CHECK(near(weighted.precision, 0.5666666666666667));
  CHECK(near(weighted.recall, 0.5833333333333334));
  CHECK(near(weighted.f1, 0.5555555555555555));
}

TEST_CASE("a class that is predicted and never occurs pulls the plain mean down", "[metrics]") {
  // precision_recall_fscore_support([0, 0, 1], [0, 2, 1], average='macro', zero_division=0)
  const ClassScore macro = count_classes({0, 0, 1}, {0, 2, 1}, {"0", "1", "2"}).macro();
  CHECK(near(macro.precision, 2.0 / 3));
  CHECK(near(macro.recall, 0.5));
  CHECK(near(macro.f1, 5.0 / 9));
}

TEST_CASE("what is confused most comes first", "[metrics]") {
  const auto most = count_classes(truth, predicted, names).most_confused(3);
  REQUIRE(most.size() == 3);
  CHECK((most[0].truth == 2 && most[0].predicted == 0 && most[0].count == 2));
  CHECK((most[1].truth == 0 && most[1].predicted == 1 && most[1].count == 1));
  CHECK((most[2].truth == 1 && most[2].predicted == 2 && most[2].count == 1));
  CHECK(count_classes({0, 1}, {0, 1}, {"0", "1"}).most_confused(5).empty());
}

TEST_CASE("of no samples nothing is divided by 0", "[metrics]") {
  const Metrics none = count_classes({}, {}, {"0", "1"});
  CHECK(std::isnan(none.accuracy()));
  CHECK(none.macro().f1 == 0);
  CHECK(none.weighted().f1 == 0);
  CHECK(std::isnan(Metrics{}.accuracy()));
}

TEST_CASE("labels that do not go together are refused", "[metrics]") {
  CHECK_THROWS_WITH(count_classes({0}, {0, 1}, {"0", "1"}),
                    "2 predictions for 1 samples; every sample needs one");
  CHECK_THROWS_WITH(count_classes({0, 2}, {0, 1}, {"0", "1"}),
                    "sample 2 is of class 2, but there are 2 classes, from 0");
  CHECK_THROWS_WITH(count_classes({0, 1}, {0, -1}, {"0", "1"}),
                    "sample 2 is of class -1, but there are 2 classes, from 0");
}

TEST_CASE("r2 is scikit-learn's", "[metrics]") {
  Array<float> y(2, 4), guess(2, 4);
  y << 3, -0.5F, 2, 7, 0.5F, 1, -1, 8;
  guess << 2.5F, 0, 2, 8, 0, 2, -1.5F, 6;
  // r2_score(y.T, guess.T), r2_score(y[0], guess[0])
  CHECK(near(r2_score(y, guess).value(), 0.9172353266288393));
  CHECK(near(r2_score(y.row(0), guess.row(0)).value(), 0.9486081370449679));
  // multioutput="variance_weighted", by its definition: all squares together
  CHECK(near(r2_by_variance(y, guess).value(), 1 - 7.0 / 77.375));
  Array<float> same(1, 3), off(1, 3);
  same << 2, 2, 2;
  off << 2, 2, 2.5F;
  CHECK(r2_score(same, same) == 1.0);
  CHECK(r2_score(same, off) == 0.0);
  CHECK_FALSE(r2_score(same.leftCols(1), same.leftCols(1)).has_value());
  CHECK_THROWS_WITH(r2_score(y, same), "targets are 2×4, predictions 1×3; they must be alike");
}

TEST_CASE("absolute errors are scikit-learn's", "[metrics]") {
  Array<float> y(1, 4);
  Array<float> said(1, 4);
  y << 3, -0.5F, 2, 7;
  said << 2.5F, 0, 2, 8;
  const auto errors = absolute_errors(y, said);
  REQUIRE(errors);
  CHECK(errors->mae == 0.5);                // mean_absolute_error's own example
  CHECK(errors->rmse == std::sqrt(0.375));  // mean_squared_error's
  CHECK_FALSE(absolute_errors(Array<float>(1, 0), Array<float>(1, 0)));
  CHECK_THROWS_WITH(absolute_errors(y, Array<float>(2, 4)),
                    "targets are 1×4, predictions 2×4; they must be alike");
}

TEST_CASE("the precision-recall curve is scikit-learn's", "[metrics]") {
  // precision_recall_curve(t, s), average_precision_score(t, s)
  const PrecisionRecall curve = pr_curve({false, false, true, true, false, true, false, true},
                                         {0.1, 0.4, 0.35, 0.8, 0.4, 0.4, 0.7, 0.9});
  CHECK(all_near(curve.precision, {0.5, 0.5714285714285714, 0.5, 0.6666666666666666, 1, 1, 1}));
  CHECK(all_near(curve.recall, {1, 1, 0.75, 0.5, 0.5, 0.25, 0}));
  CHECK(curve.thresholds == std::vector<double>{0.1, 0.35, 0.4, 0.7, 0.8, 0.9});
  CHECK(near(average_precision(curve), 0.7678571428571428));

  SECTION("without positives recall is 1 and the average precision 0") {
    const PrecisionRecall none = pr_curve({false, false, false}, {0.1, 0.2, 0.3});
    CHECK(none.precision == std::vector<double>{0, 0, 0, 1});
    CHECK(none.recall == std::vector<double>{1, 1, 1, 0});
    CHECK(average_precision(none) == 0);
  }
  SECTION("all scores alike make one point") {
    const PrecisionRecall flat = pr_curve({true, true, true}, {0.5, 0.5, 0.5});
    CHECK(flat.precision == std::vector<double>{1, 1});
    CHECK(flat.recall == std::vector<double>{1, 0});
    CHECK(average_precision(flat) == 1);
  }
  SECTION("scores that have no order are refused") {
    CHECK_THROWS_AS(pr_curve({true}, {std::nan("")}), Error);
    CHECK_THROWS_AS(pr_curve({}, {}), Error);
    CHECK_THROWS_AS(pr_curve({true}, {1, 2}), Error);
    CHECK(average_precision(
              pr_curve({true, false}, {std::numeric_limits<double>::infinity(), 1})) == 1);
  }
}

TEST_CASE("average precision of every class against the rest", "[metrics]") {
  // T = [(k*k + 3*k) % 7 % 3], S[c][k] = ((k*(5 + 3*c) + c*c) % 17)/16, k < 40:
  // [average_precision_score(T == c, S[c]) for c in range(3)]
  std::vector<int> classes;
  Array<float> scores(3, 40);
  for (int k = 0; k < 40; ++k) {
    classes.push_back((k * k + 3 * k) % 7 % 3);
    for (int c = 0; c < 3; ++c)
      scores(c, k) = static_cast<float>((k * (5 + 3 * c) + c * c) % 17) / 16;
  }
  CHECK(all_near(average_precisions(classes, scores),
                 {0.38397405364796666, 0.32818345759522227, 0.19599845867760077}));
}
