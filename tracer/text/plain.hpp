// Words as people type them, made comparable, and as files want them. ASCII only, whatever the
// locale.
#pragma once

#include <iomanip>
#include <sstream>
#include <string>
#include <string_view>

namespace tracer {

/// A to Z as a to z.
inline std::string in_small_letters(std::string_view text) {
  std::string small(text);
  for (char& c : small) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return small;
}

/// Without blanks and tabs before and after.
inline std::string_view trimmed_view(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A field of a CSV file (RFC 4180), in quotes where it needs them.
inline std::string csv_field(const std::string& text) {
  if (text.find_first_of(",\"\n\r") == std::string::npos) return text;
  std::ostringstream field;
  field << std::quoted(text, '"', '"');
  return field.str();
}

/// Whether it stands in a list of words.
bool is_one_of(std::string_view word, const auto& words) {
  for (const auto& known : words) {
    if (word == known) return true;
  }
  return false;
}

}  // namespace tracer
