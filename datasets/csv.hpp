// Reads comma-separated numbers, one sample a line, one column of them the label.
//
//   label,pixel0,pixel1,...      a header, or none
//   5,0,0,...
//
// Next: csv_fields.hpp, how a line is taken apart; read_table.hpp, which chooses the reader.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "datasets/dataset.hpp"

namespace tracer {

struct CsvOptions {
  struct NoLabel {};
  /// Which column is the label: nothing (found, see below), its number from 0 (negative: from the
  /// end), its name in the header, or none.
  std::variant<std::monostate, int, std::string, NoLabel> label;
  std::optional<int> classes;  ///< how many; 0: the labels are numbers; not given: found, as
                               ///< targets.hpp says
  std::vector<std::string> class_names;  ///< of the training data, where these are test data
  std::optional<bool> header;   ///< not given: found: the first line has text where the second has
                                ///< a number
  std::optional<double> scale;  ///< features are divided by it; not given: 255 for pictures, else 1
  int features = 0;             ///< how many there must be, if > 0; a file of exactly so many
                                ///< columns has no label then
  int n = 0;                    ///< only the first n samples; 0: all
};

/// features × m, and targets as targets.hpp says. Separated by commas, semicolons or tabs.
/// A label that is not named is the column called label, class, target or y; else the only column
/// of text; else, of 785 columns, the first; else the last. A file of one column, or whose columns
/// are all called pixel..., has none.
/// Pictures: columns that are called pixel... and are a square number, or 784 features that are all
/// whole numbers from 0 to 255. image_rows and image_columns are set then; they are divided by 255,
/// unless none is above 1.
/// `.gz` is read too. Throws Error with file:line and column: another number of columns than the
/// first line has, text or nothing or NaN where a number should be, an unfinished quotation, a
/// label that is no class, no samples at all (or fewer than n), a column that is not there.
Dataset read_csv(const std::filesystem::path&, const CsvOptions& = {});
/// The same from a text; `name` is for messages.
Dataset parse_csv(std::string_view text, const std::string& name, const CsvOptions& = {});

}  // namespace tracer
