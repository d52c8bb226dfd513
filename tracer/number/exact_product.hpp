// The product of matrices of Exact. Entry by entry, a layer of 784 × 128 over a batch takes ten million
// multiplications of rationals or intervals with a microsecond and some allocations each; here they
// are multiplications of integers. Next: exact_product.cpp, which says why the result still surely
// contains the product.
#pragma once

#include "tracer/number/exact.hpp"
#include "tracer/number/product.hpp"

namespace tracer {

/// c = a·b or c += a·b. An entry all of whose terms are rational is the rational that they add up to
/// (Exact::grown); another is an interval, no wider than its operands make it and than a few units of
/// the last of its bits, measured by the sum of the absolute terms. What is surely 0 adds nothing. The
/// same for every number of threads. Throws DomainError where an entry is too large.
template <>
void multiply<Exact>(Exact* c, const Factor<Exact>& a, const Factor<Exact>& b, bool add);

namespace detail {
/// The same, term by term in Exact's own operations: for a few terms, and for tests.
void multiply_one_by_one(Exact* c, const Factor<Exact>& a, const Factor<Exact>& b, bool add);
}  // namespace detail

}  // namespace tracer
