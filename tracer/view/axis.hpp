// The numbers along an axis: round ones, few enough to stand apart. Next: curves.hpp, plane.hpp.
#pragma once

#include <string>
#include <vector>

namespace tracer {

/// An axis from `low` to `high`, with a number at every multiple of `step`, which is 1, 2 or 5
/// times a power of ten.
struct Axis {
  double low = 0;
  double high = 1;
  double step = 1;

  std::vector<double> ticks() const;
  /// A tick with as many decimals as the step needs: "0.25", "40", "2e+06".
  std::string label(double tick) const;
  /// Where `x` lies between low (0) and high (1).
  double share(double x) const { return (x - low) / (high - low); }
};

/// The narrowest axis from tick to tick that holds low ... high in at most `most` steps (at least
/// 2). A single value gets an axis with the value inside. Both must fit an axis, low <= high.
Axis make_axis(double low, double high, int most);

/// Can `x` stand on an axis? Not what is infinite or so large (1e300) that the axis around it would
/// be; a loss of that size is as good as infinite.
bool fits_axis(double x);

/// Ticks for counted things from 1 to `last`: 1, then multiples of a round step, at most about
/// `most` of them: 1 5 10 15 20.
std::vector<int> count_ticks(int last, int most);

}  // namespace tracer
