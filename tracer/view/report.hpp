// The classification report, in scikit-learn's layout, character by character:
//
//                 precision    recall  f1-score   support
//
//            cat       0.60      0.60      0.60         5
//            dog       0.71      0.71      0.71         7
//
//       accuracy                           0.67        12
//      macro avg       0.66      0.66      0.66        12
//   weighted avg       0.67      0.67      0.67        12
//
// Source: sklearn.metrics.classification_report 1.2 with zero_division=0; as there, a class that
// neither occurs nor is predicted has no row.
#pragma once

#include <string>

#include "tracer/text/style.hpp"
#include "tracer/train/metrics.hpp"

namespace tracer {

/// Scores with that many digits behind the point. Names longer than style.width allows are cut, and
/// below 53 columns the columns get narrower. "" where there are no classes.
std::string classification_report(const Metrics& metrics, const Style& style, int digits = 2);

/// One line without its newline, as much of it as fits:
/// "accuracy 98.02 %   macro F1 0.9800   weighted F1 0.9802   loss 0.0712   10,000 samples", or for
/// numbers "R² 0.9123   MAE 0.2   RMSE 0.3   loss 0.0712   10,000 samples".
std::string metrics_line(const Metrics& metrics, const Style& style);

/// The confusion matrix as a heat map: rows are true classes, columns predicted ones, a cell's
/// shade is its share of the row; right ones blue, wrong ones red.
/// Counts (unless `cells` says otherwise) where they fit in style.width, else shares of the row in
/// %, else shades alone, else a sentence and the most frequent confusions. Columns bear numbers
/// where the names are too long for them. "" where there are no classes.
enum class Cells { counts, shares };
std::string confusion_matrix(const Metrics& metrics, const Style& style,
                             Cells cells = Cells::counts);

/// A table of the pairs of classes that are mistaken for one another most often, largest first;
/// "no sample was mistaken" where there are none.
std::string confusion_list(const Metrics& metrics, std::size_t most, const Style& style);

}  // namespace tracer
