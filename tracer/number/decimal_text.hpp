// A decimal number taken apart as it stands in a text: which digits, where the point is, which power
// of ten. Whoever reads written numbers begins here: parse_rational() (a lesson's), printed_number()
// (claims/, a machine's), read_number() (grade/, a person's).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tracer {

struct DecimalText {
  std::string digits;  ///< before and behind the point: "0120" of 0.120e-3; never empty
  long places = 0;     ///< how many of them stand behind the point: 3
  long exponent = 0;   ///< -3; beyond ± a million it is ± a million
  bool has_point = false;
  bool has_exponent = false;

  /// Places behind the point once the exponent is counted: 4 of 0.0120 and of 1.20e-2, -4 of 1.2e5.
  long decimals() const { return places - exponent; }
  /// Digits from the first that is not 0: 3 of 0.0120, 0 of 0.00.
  long significant() const;
};

/// "3", "0.5", ".5", "2.", "1.02e-3", "1_000.5": as Python writes them, without a sign. Nothing for
/// any other text.
std::optional<DecimalText> decimal_text(std::string_view text);

}  // namespace tracer
