// Points in the plane, a mark and a colour for each class. Next: boundary.hpp, with the ground
// coloured by what a network says.
#pragma once

#include <string>

#include "tracer/text/style.hpp"
#include "tracer/view/frame.hpp"

namespace tracer {

/// Where several points share a cell, the class that has most of them is drawn. "" where no point
/// is finite. Throws Error for points that are not 2 × m.
std::string scatter(const PointSet& set, const Style& style);

}  // namespace tracer
