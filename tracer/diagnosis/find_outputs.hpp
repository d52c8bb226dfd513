// Outputs whose loss a lesson writes by hand, -np.sum(Y*np.log(P))/m: they are known by their
// gradient, which is a number times softmax(Z) − Y or sigmoid(Z) − Y whatever way it is written.
#pragma once

#include <vector>

#include "tracer/diagnosis/search.hpp"

namespace tracer {

std::vector<Companions::Output> find_outputs(Search&);

}  // namespace tracer
