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
#include <vector>

#include "tracer/grade/marking.hpp"
#include "tracer/render/blocks.hpp"

namespace tracer {

/// With `hint` it is said where to look and what kind of mistake it is, but no value.
Document page_of(const Marking&, bool hint);
/// Of a class: who handed what in, and which lines went wrong most often.
Document page_of(const std::vector<Marking>&);

/// The marks of a class as CSV (RFC 4180): name, marks, of, right, careless, follow, wrong,
/// answered, asked, unread, went_wrong. Of a file that can't be read only the name is there, 0
/// answered, asked, and "unreadable" for what went wrong.
std::string class_csv(const std::vector<Marking>&);
/// `title`: of the lesson.
std::string to_json(const std::string& title, const std::vector<Marking>&, bool hint);

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
