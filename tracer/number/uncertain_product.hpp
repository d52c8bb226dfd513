// The product of matrices of Uncertain. The search for mistakes does little else (diagnosis/trial.hpp),
// and entry by entry over long double a layer of 784 × 300 takes a second for a handful of trials; so
// it is run over vectors of doubles, each number in two parts. Next: uncertain_product.cpp.
#pragma once

#include "tracer/number/product.hpp"
#include "tracer/number/uncertain.hpp"

namespace tracer {

/// c = a·b or c += a·b: the values to 64 bits of the sum of the absolute terms, the spreads to seven
/// digits of what Uncertain's own operations give, added up in the same order.
template <>
void multiply<Uncertain>(Uncertain* c, const Factor<Uncertain>& a, const Factor<Uncertain>& b,
                         bool add);

}  // namespace tracer
