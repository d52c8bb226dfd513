// The form that `tracer grade LESSON --blank` prints: every line that can be marked, to be filled
// in. A form that is filled in is an answers file.
#pragma once

#include <string>

#include "tracer/grade/lesson_pages.hpp"

namespace tracer {

/// Of the first steps of the lesson, as many as derive shows.
std::string blank_form(LessonPages&);

}  // namespace tracer
