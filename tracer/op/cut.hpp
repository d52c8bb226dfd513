// Entries cut to a range, over symbols. Over numbers a run does it in place: run/clipping.hpp.
#pragma once

#include "tracer/symbol/symbol.hpp"

namespace tracer {

/// min(max(x, −most), most), entry by entry.
Symbol cut(const Symbol& x, const Rational& most);

}  // namespace tracer
