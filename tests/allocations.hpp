// Counts the calls of malloc and operator new in this thread: what must not allocate is tested with
// it. Defined in graph/test_tape_allocation.cpp.
#pragma once

namespace tracer::test {

void start_counting();
int stop_counting();  ///< how many since

}  // namespace tracer::test
