// What an application of an operation carries besides its operands, as a rule sees it.
#pragma once

#include <vector>

#include "tracer/symbol/operation.hpp"

namespace tracer {

/// The attributes of an application; its numbers are of the kind that the rule runs over.
template <class V>
struct With {
  const Attributes& attributes;
  const std::vector<V>& numbers;
  const V& operator[](std::size_t i) const { return numbers[i]; }
};

}  // namespace tracer
