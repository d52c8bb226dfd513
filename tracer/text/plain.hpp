// Words as people type them, made comparable, and as files want them. ASCII only, whatever the
// locale.
#pragma once

#include <algorithm>
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

/// "Sample 2" as it stands within a sentence: sample 2.
inline std::string begun_small(const std::string& text) {
  return in_small_letters(text.substr(0, 1)) + text.substr(std::min<std::size_t>(1, text.size()));
}

/// Puts `to` in place of every `from`, which must not be empty.
inline void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
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
