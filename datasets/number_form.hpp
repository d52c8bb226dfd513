// How the numbers of a text file are written: 1.5, 1,5 or 1.234,5. Next: csv_fields.hpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tracer {

struct NumberForm {
  char decimal = '.';
  char thousands = '\0';  ///< between groups of three digits; 0: nothing stands there
  bool operator==(const NumberForm&) const = default;
};

/// The number that a text is in this form; nothing: it is none, or does not fit a double.
std::optional<double> number_in(std::string_view text, const NumberForm&);

/// Counts how numbers are written, field by field. What it concludes is sure: 1,234 alone can be
/// either, and stays what it is, no number.
class NumberForms {
 public:
  void look_at(std::string_view field);
  /// Numbers as Python writes them, where nothing sure was seen.
  NumberForm form() const;

 private:
  int decimal_commas_ = 0, decimal_points_ = 0;
  int thousands_commas_ = 0, thousands_points_ = 0, thousands_apostrophes_ = 0;
  int either_ = 0;  // 1,234
};

/// "decimal commas", "thousands with an apostrophe": for remarks; empty: as Python writes them.
std::string said_of_form(const NumberForm&);

}  // namespace tracer
