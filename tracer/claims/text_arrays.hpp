// Numbers in text, JSON or CSV: read one by one, then judged together, for only the whole file
// tells how it was printed.
//
//   - Where any number has 15 or more significant digits, a machine printed all of them: each is
//     the float64 that its text stands for, and nothing was rounded away.
//   - With 7 to 9 digits they are taken for float32 numbers, unless one of them is none.
//   - Otherwise a number is known to half a unit of its last digit. Which digit that is, the file
//     tells as a whole, since "0.5" may be 0.5000 with its zeros left out: a last decimal (as "%.4f"
//     prints) where the numbers are even by that, a number of significant digits (as "%.3g" and
//     C++'s cout print) where they are even by that, and where two or three numbers leave both
//     open, what is coarser.
//   - An array that was printed otherwise than the rest (a loss with all its digits) is judged by
//     itself.
//   - Whole numbers are what the others of the file are; where there are no others, those below 100
//     are exact, or "-2" would pass for -2.3. But of zeros alone, 0 or 0.0, nobody knows what they
//     were before they were rounded: two decimals, or as many as are written (0.000).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/claims/named_arrays.hpp"

namespace tracer {

/// A number as somebody wrote or printed it: its value, and how precisely it was written. "-3.8703"
/// may be anything from -3.87035 to -3.87025, and "0.30000000000000004" is a float64 that a machine
/// printed.
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

/// An array that is being read.
struct TextArray {
  NamedArray array;
  std::vector<PrintedNumber> numbers;  ///< in C order
  std::vector<int> lines = {};         ///< that they stand in, from 1
};

/// Throws Error naming `source`.
std::vector<TextArray> json_arrays(std::string_view text, const std::string& source,
                                   const std::string& stem);
std::vector<TextArray> csv_arrays(std::string_view text, const std::string& source,
                                  const std::string& stem);

/// Fills values, half_units, written, precision, line.
std::vector<NamedArray> judged(std::vector<TextArray>);

/// float64 arrays that hold float32 numbers only become float32 ones, where that can't be chance.
void recognise_float32(std::vector<NamedArray>&);

}  // namespace tracer
