// A number as a person wrote it: its value, and how finely it was written, for that is all that its
// comparison needs. A value of an answer is one of them, or a matrix (written_value.cpp). Next:
// agreement.hpp, which compares them with what was computed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracer/number/rational.hpp"

namespace tracer {

struct WrittenNumber {
  Rational value;
  std::string text;
  int decimals = 0;        ///< places behind the point: 2 of 1.02, 5 of 1.02e-3, -3 of 12e3
  int significant = 0;     ///< digits from the first that is not 0: 3 of 0.0102
  bool whole = false;      ///< neither point, exponent nor fraction: 2, which may stand for 2.0000
  bool fraction = false;   ///< 1/3: meant exactly
  bool worked = false;     ///< 0.5*0.3 + 0.1: worked out here; `decimals` are those of the result
  bool closed_up = false;  ///< -0. 1444: a blank behind its point was left out
  bool goes_on = false;    ///< 0.333...: the digits that follow were left out
  /// What the roundings of a machine's working may have moved it by (machine_noise.hpp).
  double noise = 0;
  std::string_view machine = {};  ///< whose: "a double", "a float32"; empty where there are none
};

/// What a comma between digits is. `unknown`: 1,5 is a decimal, 1,500 may be either.
enum class Comma { unknown, decimal };

/// -1.02, .5, 1.02e-3, 1.02*10^-3, 1/3, 0.333..., 1,02. `text` has plain signs (plain_signs.hpp).
/// Throws Error that says what is wrong with it.
WrittenNumber read_number(std::string_view text, Comma comma = Comma::unknown);

/// "1,02" or "0,764": the comma can only be a decimal one.
bool surely_decimal_comma(std::string_view text);

/// A number, or a matrix of them. [1, 2] is flat: it stands for a row or for a column.
struct WrittenValue {
  std::vector<WrittenNumber> numbers;  ///< row by row
  int rows = 1;
  int columns = 1;
  bool flat = false;
  bool scalar() const { return numbers.size() == 1; }
};

/// A number or what comes to one (0.5*0.3 + 0.1), [[1, 2], [3, 4]], [1, 2; 3, 4], (1, 2), NumPy's
/// [[1. 2.] [3. 4.]]; a remark in brackets or after two blanks may follow a number. Throws Error.
WrittenValue read_value(std::string_view text, Comma comma = Comma::unknown);

}  // namespace tracer
