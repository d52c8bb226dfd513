// One claimed array against what it should be: how near, by which factor, and which entries are
// off.
#pragma once

#include "tracer/check/diagnosis/diagnosis.hpp"

namespace tracer {

ArrayVerdict judge(const Claim&, Expected truth, const std::vector<LessonNumber>&);

}  // namespace tracer
