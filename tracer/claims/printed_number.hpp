// A number as somebody wrote or printed it: its value, and how precisely it was written. "-3.8703"
// may be anything from -3.87035 to -3.87025, and "0.30000000000000004" is a float64 that a machine
// printed. Next: text_arrays.hpp, which judges a whole file of them.
#pragma once

#include <optional>
#include <string_view>

namespace tracer {

struct PrintedNumber {
  long double value = 0;  ///< the nearest there is (64 bits of mantissa); NaN or infinite where
                          ///< that was written
  int digits = 0;         ///< significant ones, as written: 3 in "0.0120", 0 in "0.00"
  int decimals = 0;       ///< behind the point, exponent counted: 4 in "0.0120" and in "1.20e-2"
  int last_digit = 0;     ///< of the mantissa, as written: 0 in "0.0120"
};

/// "3", "-0.5", ".5", "2.", "+1.02e-3", with - or − for a minus; "nan", "inf" and "Infinity" in
/// small or large letters. Nothing for any other text. The locale is not asked.
std::optional<PrintedNumber> printed_number(std::string_view text);

/// ½·10⁻ᵈ: half a unit of the last of `decimals` decimals. It may be negative (1.2e5 has −4).
long double half_unit_of(int decimals);

}  // namespace tracer
