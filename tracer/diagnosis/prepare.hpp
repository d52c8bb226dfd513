// A lesson's graph with leaves for what mistakes may read beside it: the gradients of earlier
// steps, the corners that are met, what is claimed for the gradients of lines. Next: search.hpp.
#pragma once

#include "tracer/diagnosis/diagnosis.hpp"

namespace tracer {

struct Prepared {
  BatchGraph batch;
  std::vector<Evidence> evidence;
  Companions companions;
};

Prepared prepare(const Question&);

}  // namespace tracer
