// The hard-margin hyperplane of a small labelled set, exactly: what one does by hand for a support
// vector machine with six points.
//
// Wanted are w and b with yᵢ(w·xᵢ + b) >= 1 for every point and ‖w‖ as small as can be; the margin
// is then 1/‖w‖. They are right exactly when there are multipliers α with
//   w = Σ αᵢyᵢxᵢ,   Σ αᵢyᵢ = 0,   αᵢ >= 0,   and αᵢ > 0 only where yᵢ(w·xᵢ + b) = 1
// (Karush, Kuhn, Tucker). Some such α needs no more than d + 1 points in d dimensions, and those
// affinely independent (Carathéodory). So it is enough to try the small subsets: each gives linear
// equations for α and b, which are solved over the rationals, and either the signs and the margins
// of all points are right or the next subset is tried. It is no method for large sets.
//
// Where no line separates the classes their convex hulls meet, and the proof is the common point:
//   λ >= 0,   Σ λᵢ = 1,   Σ λᵢyᵢ = 0,   Σ λᵢyᵢxᵢ = 0
// since summing λᵢ · yᵢ(w·xᵢ + b) > 0 would say 0 > 0. At most d + 2 points are needed for it.
//
// It has a folder of its own because it knows nothing of graphs, gradients or lessons.
#pragma once

#include <cstddef>
#include <variant>
#include <vector>

#include "tracer/number/rational.hpp"

namespace tracer {

struct LabelledPoint {
  std::vector<Rational> x;  // d coordinates
  int y = 1;                // +1 or -1
};

struct Hyperplane {
  std::vector<Rational> w;  // d entries
  Rational b;
  std::vector<Rational> multipliers;  // α, one a point; they sum to ‖w‖²
  bool unique = true;  // no other α gives w; where one does, points on the margin may have α = 0
};

/// The convex hulls of the classes meet.
struct NotSeparable {
  std::vector<Rational> weights;        // λ, one a point
  std::vector<Rational> meeting_point;  // Σ 2λᵢxᵢ over either class: d entries
};

/// The hyperplane, or the proof that there is none. Of several α or λ the first is taken, by the
/// number of points that carry it, then by their order.
/// Throws ShapeError where the points differ in size; Error where one class has no points, a label
/// is neither 1 nor -1, or there are more than `most_subsets` subsets to try.
std::variant<Hyperplane, NotSeparable> max_margin(const std::vector<LabelledPoint>& points,
                                                  std::size_t most_subsets = 200'000);

/// Σ aᵢbᵢ.
Rational inner(const std::vector<Rational>& a, const std::vector<Rational>& b);

/// w·x + b: positive on the side of +1. At distance |w·x + b|/‖w‖.
Rational decision_value(const Hyperplane&, const std::vector<Rational>& x);

/// Labels as +1 and -1: they may be written so, or as 1 and 0 (0 is then -1). Throws Error for
/// anything else.
std::vector<int> signed_labels(const std::vector<Rational>& written);

}  // namespace tracer
