// A number that was left to be worked out: 0.5*0.3 + 0.1, (2.06 - 4)^2/2. Next: written_value.hpp.
#pragma once

#include "tracer/grade/written_number.hpp"

namespace tracer {

/// What read_number() reads, or what + - * / ^ and brackets make of such numbers. An expression of
/// whole numbers is meant exactly, as a fraction is; another one at the decimals that it comes to
/// (WrittenNumber::worked). Throws the Error of read_number() where it is neither.
WrittenNumber read_number_or_expression(std::string_view text, Comma comma);

}  // namespace tracer
