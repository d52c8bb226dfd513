// A marked hand calculation as a page:
//
//   Sample 2
//     dL/db1 = -1.9164  right
//     b1 = 0.0389       wrong: 0.02 − 0.01·(−1.9164) = 0.0392; swapped with b2: ...
//   Sample 3
//     z1 = 3.2138       follows from your b1
//
//   26 right, 8 follow, 2 wrong: 34/36
//
// Working stands as on the writer's page: = before what it comes to at the digits written there.
#pragma once

#include <string>

#include "tracer/grade/marking.hpp"
#include "tracer/render/blocks.hpp"

namespace tracer {

/// With `hint` it is said where to look and what kind of mistake it is, but no value.
Document page_of(const Marking&, bool hint);

/// The pieces that every format shares.
/// "wrong: 0.02 − 0.01·(−1.9164) = 0.0392; swapped with b2: ..."
std::string verdict(const MarkedLine&, bool hint);
std::string text_of(const Phrase&);
/// "right", "careless", "follows", "follows, careless", "no value", "wrong"
std::string text_of(Mark);
/// "26 right, 8 follow, 2 wrong: 34/36"
std::string summary(const Marking&);
/// "34", "15.5"
std::string marks_text(const Rational&);

}  // namespace tracer
