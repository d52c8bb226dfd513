// What every reader and generator gives: the features of all samples in one matrix, what belongs to
// them in another, and what is known about both. Next: load.hpp, which finds a data set by its
// name.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "tracer/number/eigen.hpp"

namespace tracer {

/// How the columns of a CSV file were read, so that another file is read in the same way.
struct Columns {
  std::vector<std::string> features;  ///< their names in the header, in order; empty: there is none
  std::string label;                  ///< its name there
  int label_at = -1;                  ///< the label's column, from 0; -1: there is none
  std::optional<double> scale = {};   ///< what features are divided by, where that was told
  /// Of missing="mean": of each feature the mean in the file, as it is written there, which takes
  /// the place of a value that is not there, in other files too.
  std::vector<double> means = {};
  /// Of one_hot=: of each column among the features its values, each of which is a feature of its
  /// own; none: the column is one number. Empty: none is one-hot.
  std::vector<std::vector<std::string>> values = {};
};

/// What each feature is called: the column, or "colour=red"; empty: there is no header.
std::vector<std::string> feature_names(const Columns&);
/// How many features the columns make. `columns` must have `values`.
int feature_count(const Columns&);

/// One column a sample. Entries are float32 numbers.
struct Dataset {
  std::string name;       ///< "mnist train": for tables and messages
  Array<float> features;  ///< features × m
  Array<float> targets;   ///< classes × m one-hot, 1 × m of 0 and 1, or outputs × m of any
                          ///< numbers (regression); 0 × 0: there are none
  std::vector<std::string> classes;  ///< their names, "0" ... "9"; empty: the targets are numbers
  int image_rows = 0;                ///< of pictures: features are their pixels, row by row; else 0
  int image_columns = 0;
  std::optional<Columns> columns;    ///< of a CSV file
  std::vector<std::string> remarks;  ///< what its reader found out and somebody may want to know

  int count() const { return static_cast<int>(features.cols()); }
  bool is_images() const { return image_rows > 0; }
};

/// The class of each sample, from one-hot or 0/1 targets. Throws Error where there are no classes.
std::vector<int> labels_of(const Dataset&);

/// classes × m: 1 at the label, else 0. Throws Error for a label outside 0 ... classes − 1.
Array<float> one_hot(const std::vector<int>& labels, int classes);

/// As data sets have their classes: 1 × m of 0 and 1 for two (or of 0 for one), one_hot
/// for more. Throws as one_hot.
Array<float> class_targets(const std::vector<int>& labels, int classes);

/// Those samples (from 0), in that order. Throws Error for a number out of range.
Dataset select(const Dataset&, const std::vector<int>& samples);

// What stands in a file's label column, made into targets: classes or numbers. Shared by the
// readers of CSV and NumPy files.

/// What is known of the classes before the labels are read.
struct KnownClasses {
  std::optional<int> count;        ///< 0: there are none, labels are numbers to be predicted
  std::vector<std::string> names;  ///< of the training data, for test data: any other is a mistake
  bool wanted = false;             ///< whole numbers are classes, whichever they are
};

/// Labels that are texts, one a sample: each different text is kept once.
class TextLabels {
 public:
  void add(std::string_view);
  void pop_back() { numbers_.pop_back(); }
  std::size_t size() const { return numbers_.size(); }
  /// Those that there are, by their number; and the number of each sample's.
  const std::vector<std::string>& texts() const { return texts_; }
  const std::vector<int>& numbers() const { return numbers_; }

 private:
  std::vector<int> numbers_;
  std::vector<std::string> texts_;
  std::unordered_map<std::string, int> known_;
};

/// The mean of each feature over those samples (none: over all) that have it: it is NaN where they
/// have not. Throws Error, "`name`: feature 2 has no value in `where`, so it has no mean".
std::vector<double> means_of(const Array<float>& features, std::span<const int> samples,
                             std::string_view name, std::string_view where);
/// Puts the means in the place of what is missing.
void fill_gaps(Array<float>& features, std::span<const double> means);

/// Where a sample (from 0) stands, for messages: "file.csv:3: column 1".
using Where = std::function<std::string(std::size_t)>;

/// Fills targets and classes from one label a sample: of two classes 1 × m of 0 and 1, of more
/// one-hot; numbers 1 × m. N classes are 0 ... N − 1, or 1 ... N if there is an N and no 0; where
/// labels are others and N are different, those, in rising order: 2 and 4.
/// Where nothing is known: classes if the labels are all of 0 ... k − 1 or all of 1 ... k with
/// 2 <= k <= 100 and at least two samples a class on average (of pictures: of 0 ... 9 or more, not
/// all need be there), or where classes are wanted and the labels are 2 to 100 different whole
/// numbers (but not -1 and 1: those are targets as they are); else numbers.
/// Throws Error beginning with where(sample): a label is no class.
void set_targets(Dataset&, const std::vector<double>& labels, const KnownClasses&, const Where&);

/// Each different text is a class; they are sorted, unless their names are known: then a number
/// counts as its name however it is written (1.0 is the class 1).
/// Throws Error: a label is none of the names; there are more of them than classes.
void set_targets(Dataset&, const TextLabels&, const KnownClasses&, const Where&);

}  // namespace tracer
