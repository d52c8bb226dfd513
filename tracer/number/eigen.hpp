// Exact as the scalar of Eigen's matrices, and the two matrix types of the project.
#pragma once

#include <Eigen/Core>
#include <type_traits>

#include "tracer/number/exact.hpp"

namespace Eigen {

template <>
struct NumTraits<tracer::Exact> {
  using Real = tracer::Exact;
  using NonInteger = tracer::Exact;
  using Literal = tracer::Exact;
  using Nested = tracer::Exact;
  enum {
    IsComplex = 0,
    IsInteger = 0,
    IsSigned = 1,
    RequireInitialization = 1,
    // In units of a double's addition: a rational costs an allocation and a gcd or two.
    ReadCost = 10,
    AddCost = 200,
    MulCost = 200
  };
  // Nothing is approximate, so comparisons "up to rounding" are comparisons.
  static Real epsilon() { return 0; }
  static Real dummy_precision() { return 0; }
  static int digits10() { return 0; }
};

}  // namespace Eigen

namespace tracer {

template <class S>
using Matrix = Eigen::Matrix<S, Eigen::Dynamic, Eigen::Dynamic>;  // * is the matrix product
template <class S>
using Array = Eigen::Array<S, Eigen::Dynamic, Eigen::Dynamic>;  // * is entry by entry

/// An array, or a lazy expression of arrays.
template <class X>
concept Numbers = std::is_base_of_v<Eigen::ArrayBase<X>, X>;

}  // namespace tracer
