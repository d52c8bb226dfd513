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
#include <vector>

#include "tracer/text/style.hpp"
#include "tracer/text/table.hpp"
#include "tracer/train/metrics.hpp"

namespace tracer {

/// Scores with that many digits behind the point. Names longer than style.width allows are cut, and
/// below 53 columns the columns get narrower. "" where there are no classes.
std::string classification_report(const Metrics& metrics, const Style& style, int digits = 2);
/// Its names and numbers, a row each: the classes that it has, accuracy, and the means.
std::vector<std::vector<std::string>> classification_rows(const Metrics& metrics, int digits = 2);

/// One line without its newline, as much of it as fits:
/// "accuracy 98.02 %   macro F1 0.9800   weighted F1 0.9802   loss 0.0712   10,000 samples", or for
/// numbers "R² 0.9123   MAE 0.2   RMSE 0.3   loss 0.0712   10,000 samples".
std::string metrics_line(const Metrics& metrics, const Style& style);
/// Its parts: "accuracy 98.02 %", ...
std::vector<std::string> metrics_texts(const Metrics& metrics, const Style& style);

/// The confusion matrix as a heat map: rows are true classes, columns predicted ones, a cell's
/// shade is its share of the row (of Cells::columns, of the column); right ones blue, wrong ones red.
/// Counts (unless `cells` says otherwise) where they fit in style.width, else shares in
/// %, else shades alone, else a sentence and the most frequent confusions. Columns bear numbers
/// where the names are too long for them. "" where there are no classes.
enum class Cells { counts, rows, columns };
Metrics::SharesOf shares_of(Cells);
/// A share in at most three characters, without its %. Only what is nothing or all shows as that.
std::string whole_percent(double share);
std::string confusion_matrix(const Metrics& metrics, const Style& style,
                             Cells cells = Cells::counts);

/// A table of the pairs of classes that are mistaken for one another most often, largest first;
/// "no sample was mistaken" where there are none.
std::string confusion_list(const Metrics& metrics, std::size_t most, const Style& style);
struct ConfusionTable {
  std::vector<TableColumn> columns;
  std::vector<std::vector<TableCell>> rows;
};
ConfusionTable confusion_table(const Metrics& metrics, std::size_t most);

}  // namespace tracer
