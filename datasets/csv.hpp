// Reads comma-separated numbers, one sample a line, one column of them the label.
//
//   label,pixel0,pixel1,...      a header, or none
//   5,0,0,...
//
// Next: csv_columns.hpp, which column is what; csv_fields.hpp, how a line is taken apart; load.hpp,
// which chooses the reader.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "datasets/dataset.hpp"
#include "datasets/file_options.hpp"

namespace tracer {

/// features × m, and targets as dataset.hpp says. Separated by commas, semicolons or tabs.
/// Which column is the label: csv_columns.hpp. A file of one column, of as many as there must be
/// features, or whose columns are all called pixel..., has none.
/// Pictures: columns that are called pixel... and are a square number, or 784 features that are all
/// whole numbers from 0 to 255. image_rows and image_columns are set then; they are divided by 255,
/// unless none is above 1.
/// `.gz` is read too. Throws Error with file:line and column: another number of columns than the
/// first line has, text or nothing or NaN where a number should be, an unfinished quotation, a
/// label that is no class, no samples at all (or fewer than n), a column that is not there.
Dataset read_csv(const std::filesystem::path&, const FileOptions& = {});
/// The same from a text; `name` is for messages.
Dataset parse_csv(std::string_view text, const std::string& name, const FileOptions& = {});

}  // namespace tracer
