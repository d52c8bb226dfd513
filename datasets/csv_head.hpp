// What the first lines of a CSV file tell of all of it: what separates its fields, how its numbers are
// written, whether it has a header. Next: csv_columns.hpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "datasets/csv_columns.hpp"
#include "datasets/csv_fields.hpp"
#include "datasets/file_options.hpp"

namespace tracer {

struct CsvHead {
  char separator = ',';
  NumberForm form;
  CsvStart start;
  bool has_header = false;
};

/// `whole`: the text is all of the file, and not its first lines only. Throws Error: there is no
/// sample in it (or, of the first lines, none that is whole).
enum class CsvText { whole, first_lines };
CsvHead csv_head(std::string_view text, CsvText, const std::string& name, const FileOptions&);

struct CsvField {
  std::string text;
  bool is_number = false;
};
/// The fields of the next line; none: there is no other.
std::vector<CsvField> line_of(CsvFields&, const NumberForm&);

/// Whether that stands where there is no number: nothing, ?, NA and what programs write.
bool is_missing(std::string_view);

}  // namespace tracer
