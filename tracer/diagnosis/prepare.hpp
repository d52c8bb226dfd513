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

/// Outputs whose loss a lesson writes by hand, -np.sum(Y*np.log(P))/m: they are known by their
/// gradient, which is a number times softmax(Z) − Y or sigmoid(Z) − Y whatever way it is written.
std::vector<Companions::Output> find_outputs(Search&);

/// Softmax, dropout and batch norm that a lesson writes in several lines: known by their values, and
/// by what comes back through them.
std::vector<Companions::WrittenOut> find_written_out(Search&);

}  // namespace tracer
