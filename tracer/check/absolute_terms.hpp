// How far rounding may take an entry of a gradient: the unit roundoff times the sum of the entry's
// terms, all taken with their absolute values, so that what cancels counts in full. One more
// backward pass makes it:
//
//   forward: Z = W·A      |dW| = |dZ|·|A|ᵀ, |dA| = |W|ᵀ·|dZ|; of p − y: |p| + |y|
//
// To this comes what the forward pass hands on: how far the A of the arithmetic is off what it
// should be is measured, and counts times |dZ|. So a value that rounding has put on the wrong side
// of a corner explains itself. Source: Higham 2002, §3.1 and §3.3 (running error bounds), with the
// factor n of a sum of n terms left out: most of many roundings cancel (Higham & Mary 2019).
#pragma once

#include <map>

#include "tracer/check/moved_run.hpp"

namespace tracer {

/// What rounding may do to a node, entry by entry.
struct AbsoluteTerms {
  Array<double> terms;  ///< the sum of the absolute terms
  Array<double> off;    ///< that, and what the forward pass hands on; in units of the roundoff
};

/// Of each wrt. S: float or double, the arithmetic. With `exactly` the forward pass is compared
/// with Exact, else with double (which says nothing where S is double).
template <class S>
std::map<NodeId, AbsoluteTerms> absolute_terms(const CheckedGraph&, bool exactly);

/// How many units of roundoff × absolute terms count as rounding. Measured: right gradients, of
/// random graphs and of networks with sums of up to 784 terms, batch normalisation and dropout,
/// stay below 4; the least mistake planted in a kernel's rule (1/127 for 1/128 in one term of
/// batch_norm) made 600. 28 is √784: many roundings of one sign are rare (Higham & Mary 2019).
inline constexpr double rounding_units = 32;

}  // namespace tracer
