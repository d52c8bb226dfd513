// What a program prints is right to its digits and no further: 17 digits are those of a double, with
// the roundings of all its working in the last ones, and 7 to 9 are those of a float32. How far these
// roundings may take a line depends on what cancels on the way, so it is measured: the lesson is
// worked out a few times with every number on it moved a little. Next: agreement.hpp, which
// allows for it.
#pragma once

#include "tracer/grade/answer_sheet.hpp"

namespace tracer {

/// Sets WrittenNumber::noise of every number of the sheet: of float32 for up to 9 digits (where few
/// are written it is nothing beside their rounding, but for what cancels), of doubles for more.
void set_noise(AnswerSheet&, LessonPages&);

}  // namespace tracer
