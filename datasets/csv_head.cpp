#include "datasets/csv_head.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tracer/error.hpp"

namespace tracer {

bool is_missing(std::string_view text) {
  constexpr std::array<std::string_view, 12> words{"",    "?",   "NA",  "N/A",  "n/a",  "na",
                                                   "NaN", "nan", "NAN", "null", "NULL", "None"};
  return std::ranges::find(words, text) != words.end();
}

std::vector<CsvField> line_of(CsvFields& fields, const NumberForm& form) {
  std::vector<CsvField> line;
  if (fields.at_end()) return line;
  do {
    const std::string text(fields.next());
    double ignored = 0;
    line.push_back({text, !text.empty() && CsvFields(text, '\n', "", form).next_number(ignored)});
  } while (!fields.line_ended());
  return line;
}

namespace {

constexpr int lines_looked_at = 200;

// As it is told, or as the first lines show it.
NumberForm form_of(std::string_view text, char separator, const FileOptions& options) {
  NumberForm form;
  if (!options.decimal || !options.thousands) {
    NumberForms seen;
    try {
      CsvFields fields(text, separator, "");
      for (int line = 0; line < lines_looked_at && !fields.at_end();) {
        seen.look_at(fields.next());
        line += fields.line_ended() ? 1 : 0;
      }
    } catch (const Error&) {  // what is wrong will be said where it is read
    }
    form = seen.form();
  }
  form.decimal = options.decimal.value_or(form.decimal);
  form.thousands = options.thousands.value_or(form.thousands);
  if (form.thousands == form.decimal) form.thousands = '\0';
  return form;
}

// A number in whatever form: 1,234 among semicolons is one, though nobody knows which.
bool may_be_number(const CsvField& field) {
  return field.is_number || number_in(field.text, {',', '.'}) || number_in(field.text, {'.', ','});
}

// A line with all of those names is a header, whatever stands below it.
bool has_names_of_training(const std::vector<CsvField>& line, const FileOptions& options) {
  if (!options.columns || options.columns->features.empty()) return false;
  return std::ranges::all_of(options.columns->features, [&](const std::string& name) {
    return std::ranges::find(line, name, &CsvField::text) != line.end();
  });
}

void note_text(const std::vector<CsvField>& line, std::vector<bool>& has_text) {
  for (std::size_t k = 0; k < std::min(line.size(), has_text.size()); ++k)
    has_text[k] = has_text[k] || !(line[k].is_number || is_missing(line[k].text));
}

}  // namespace

CsvHead csv_head(std::string_view text, CsvText extent, const std::string& name,
                 const FileOptions& options) {
  CsvHead head;
  head.separator = options.separator ? *options.separator : separator_of(text);
  head.form = form_of(text, head.separator, options);
  CsvFields ahead(text, head.separator, name, head.form);
  const std::vector<CsvField> first = line_of(ahead, head.form);
  if (first.empty()) throw Error(fmt::format("{}: is empty", name));
  const std::vector<CsvField> second = line_of(ahead, head.form);
  if (second.empty() && extent == CsvText::first_lines)
    throw Error(fmt::format("{}: has but one line at first", name));
  bool has_header = second.empty();
  for (std::size_t k = 0; k < first.size(); ++k) {
    if (second.empty())
      has_header = has_header && !first[k].is_number;
    else if (k < second.size() && !may_be_number(first[k]) && may_be_number(second[k]))
      has_header = true;
  }
  head.has_header = options.header.value_or(has_header || has_names_of_training(first, options));
  const std::vector<CsvField>& sample = head.has_header ? second : first;
  if (head.has_header) {
    for (const CsvField& field : first) head.start.names.push_back(field.text);
  }
  if (sample.empty()) throw Error(fmt::format("{}: has a header and no samples", name));
  for (const CsvField& field : sample)
    head.start.is_number.push_back(field.is_number || is_missing(field.text));
  head.start.is_number.resize(first.size(), true);
  if (!std::holds_alternative<FileOptions::TextColumns>(options.one_hot)) return head;
  head.start.has_text.resize(first.size(), false);
  if (!head.has_header) note_text(first, head.start.has_text);
  note_text(second, head.start.has_text);
  try {
    for (int line = 0; line < lines_looked_at && !ahead.at_end(); ++line)
      note_text(line_of(ahead, head.form), head.start.has_text);
  } catch (const Error&) {  // what is wrong will be said where it is read
  }
  return head;
}

}  // namespace tracer
