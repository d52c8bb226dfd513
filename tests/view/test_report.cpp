// The classification report, against scikit-learn's text.
#include <limits>

#include "tests/catch.hpp"
#include "tests/view/look.hpp"
#include "tracer/view/report.hpp"

using namespace tracer;

namespace {

// y and p of the calls below:
//   y = [0]*5+[1]*7+[2]*4; p = [0,0,0,1,2,1,1,1,1,1,0,2,2,2,0,1]
Metrics three(std::vector<std::string> names) {
  return count_classes({0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2},
                       {0, 0, 0, 1, 2, 1, 1, 1, 1, 1, 0, 2, 2, 2, 0, 1}, std::move(names));
}

}  // namespace

// classification_report(y, p, target_names=["cat", "dog", "horse"]) of sklearn 1.2.1
TEST_CASE("the report is scikit-learn's, character by character", "[view]") {
  CHECK(classification_report(three({"cat", "dog", "horse"}), {}) ==
        R"(              precision    recall  f1-score   support

         cat       0.60      0.60      0.60         5
         dog       0.71      0.71      0.71         7
       horse       0.50      0.50      0.50         4

    accuracy                           0.62        16
   macro avg       0.60      0.60      0.60        16
weighted avg       0.62      0.62      0.62        16
)");
}

// classification_report(y, p, target_names=["Ankle boot with laces", "T-shirt/top", "x"], digits=4)
TEST_CASE("the report with long names and four digits is scikit-learn's", "[view]") {
  CHECK(classification_report(three({"Ankle boot with laces", "T-shirt/top", "x"}), {}, 4) ==
        R"(                       precision    recall  f1-score   support

Ankle boot with laces     0.6000    0.6000    0.6000         5
          T-shirt/top     0.7143    0.7143    0.7143         7
                    x     0.5000    0.5000    0.5000         4

             accuracy                         0.6250        16
            macro avg     0.6048    0.6048    0.6048        16
         weighted avg     0.6250    0.6250    0.6250        16
)");
}

// classification_report([0,0,1,2], [0,1,1,0], target_names=list("abc"), zero_division=0): d is
// nowhere, so scikit-learn has no row for it and counts it in no mean.
TEST_CASE("a class that is nowhere has no row, as in scikit-learn", "[view]") {
  CHECK(
      classification_report(count_classes({0, 0, 1, 2}, {0, 1, 1, 0}, {"a", "b", "c", "d"}), {}) ==
      R"(              precision    recall  f1-score   support

           a       0.50      0.50      0.50         2
           b       0.50      1.00      0.67         1
           c       0.00      0.00      0.00         1

    accuracy                           0.50         4
   macro avg       0.33      0.50      0.39         4
weighted avg       0.38      0.50      0.42         4
)");
}

// classification_report([0]*3, [0]*3, target_names=["only"])
TEST_CASE("the report of one class is scikit-learn's", "[view]") {
  CHECK(classification_report(count_classes({0, 0, 0}, {0, 0, 0}, {"only"}), {}) ==
        R"(              precision    recall  f1-score   support

        only       1.00      1.00      1.00         3

    accuracy                           1.00         3
   macro avg       1.00      1.00      1.00         3
weighted avg       1.00      1.00      1.00         3
)");
}

TEST_CASE("the report fits narrow terminals", "[view]") {
  CHECK(classification_report(three({"a cat with a name", "dog", "horse"}), {.width = 40}) ==
        R"(              prec. recall     f1  count

a cat with …   0.60   0.60   0.60      5
         dog   0.71   0.71   0.71      7
       horse   0.50   0.50   0.50      4

    accuracy                 0.62     16
   macro avg   0.60   0.60   0.60     16
weighted avg   0.62   0.62   0.62     16
)");
  std::vector<std::string> names;
  std::vector<int> all;
  for (int i = 0; i < 100; ++i) {
    names.push_back(std::string(static_cast<std::size_t>(i), 'x') + std::to_string(i));
    all.push_back(i);
  }
  const Metrics hundred = count_classes(all, all, names);
  for (int width = 40; width <= 200; ++width) {
    CAPTURE(width);
    CHECK(widest_line(classification_report(hundred, {.width = width})) <= width);
    CHECK(display_width(metrics_line(hundred, {.width = width})) <= width);
  }
}

TEST_CASE("without classes there is no report, and the line of metrics has R²", "[view]") {
  Metrics numbers;
  numbers.loss = 0.0712;
  numbers.r2 = 0.9123;
  numbers.count = 10000;
  CHECK(classification_report(numbers, {}).empty());
  CHECK(metrics_line(numbers, {}) == "R² 0.9123   loss 0.0712   10,000 samples");
  numbers.r2 = -1.23456e30;
  numbers.r2_by_variance = 0.5;
  CHECK(
      metrics_line(numbers, {.width = 120}) ==
      "R² -1.235e+30 (worse than the mean)   R² by variance 0.5000   loss 0.0712   10,000 samples");
  numbers.r2 = std::numeric_limits<double>::quiet_NaN();
  numbers.r2_by_variance.reset();
  CHECK(metrics_line(numbers, {}) == "R² n/a   loss 0.0712   10,000 samples");
  numbers.r2 = 0.9123;
  CHECK(metrics_line(numbers, {.unicode = false}) == "R2 0.9123   loss 0.0712   10,000 samples");
}

// f1_score(y, p, average="macro") = 0.604761..., "weighted" = 0.625
TEST_CASE("the line of metrics has both averages of F1", "[view]") {
  Metrics m = three({"cat", "dog", "horse"});
  m.loss = 0.5;
  CHECK(metrics_line(m, {.width = 120}) ==
        "accuracy 62.50 %   macro F1 0.6048   weighted F1 0.6250   loss 0.5000   16 samples");
}
