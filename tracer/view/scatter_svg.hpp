// Points in the plane as a picture in a file, without any other program: what scatter() and boundary()
// draw with characters, drawn with dots. Next: plane.hpp, what a set of points is.
#pragma once

#include <string>
#include <vector>

#include "tracer/view/plane.hpp"

namespace tracer {

/// An SVG document: the title above, the points with both axes equally long a unit and no numbers on
/// them, a legend of the classes that have a point, and the caption below, in lines. Dots are drawn in
/// the order of the points, a twentieth of them at a time, so that no class lies on top of all others.
/// Points that are not finite are left out. Throws Error for points that are not 2 × m.
std::string scatter_svg(const PointSet& set, const std::string& title, const std::string& caption);

/// The same as an `<svg>` within a page: its title is not written, and there is no caption. bare: no
/// numbers on the axes, as of a picture by t-SNE, where they mean nothing.
enum class Axes { numbered, bare };
std::string points_svg(const PointSet& set, const std::string& title, Axes axes);

/// The points on the ground of what a network says there. "" where no point is finite. Throws Error
/// where `predict` gives another count.
std::string boundary_svg(const PointSet& set, const Predictor& predict, Says says,
                         const std::string& title);

/// The same, small, to stand beside others: without numbers and legend, 150 of the points at most, and
/// the lines of `caption` above it.
std::string small_boundary_svg(const PointSet& set, const Predictor& predict, Says says,
                               const std::string& title, const std::vector<std::string>& caption);

}  // namespace tracer
