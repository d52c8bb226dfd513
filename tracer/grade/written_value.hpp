// What stands behind the = of an answer: a number, or a matrix of numbers.
#pragma once

#include <vector>

#include "tracer/grade/written_number.hpp"

namespace tracer {

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
