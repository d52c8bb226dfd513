// All operations, without their rules. What includes only this knows no room.
#pragma once

#include <span>

#include "tracer/symbol/operation.hpp"

namespace tracer::op {

/// Every operation, in the order of the list (all.hpp).
std::span<const Operation* const> operations();

}  // namespace tracer::op
