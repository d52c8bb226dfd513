// A sum as a person writes it: what all its terms have in common stands outside a bracket.
#pragma once

#include "tracer/symbol/symbol.hpp"

namespace tracer {

/// (h − y)·x for h·x − y·x, Xᵀ·(p − y) for Xᵀ·p − Xᵀ·y; the formula itself where that is no shorter.
Symbol with_common_factors(const Symbol&);

}  // namespace tracer
