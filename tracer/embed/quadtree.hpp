// Points of a plane in a tree of squares, each divided into four: what is far away can be taken for
// one heavy point in the middle (Barnes & Hut 1986). The points are sorted along Morton's curve, on
// which every square of the tree is one stretch, so the tree is a list:
//
//   squares       0 ┬ 1 ┬ 2            cells   0  1  2  3  4  5
//                   │   └ 3            next    6  4  3  4  5  6     the first cell behind a square's own
//                   ├ 4
//                   └ 5
//
// To walk through it, go to the next cell in the list to look into a square, and to `next` to leave it
// out. Next: forces.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace tracer::embed {

/// A square that holds at least one point.
struct Cell {
  float x = 0, y = 0;      ///< the mean of its points
  float count = 0;         ///< of its points
  float side_squared = 0;  ///< 0: its points are, as good as, at one place
  int next = 0;
  int first = 0, last = 0;  ///< of a leaf: its points, in the tree's order; else both are 0
};

class Quadtree {
 public:
  /// Builds it anew; x and y are finite.
  void build(std::span<const float> x, std::span<const float> y);

  /// The number of each point, along the curve; and where it is.
  const std::vector<int>& order() const { return order_; }
  const std::vector<float>& x() const { return x_; }
  const std::vector<float>& y() const { return y_; }
  const std::vector<Cell>& cells() const { return cells_; }

 private:
  void sort(std::span<const float> x, std::span<const float> y);
  void add(int first, int last);

  double side_ = 0;  ///< of the square around all
  std::vector<std::uint32_t> keys_, other_keys_;
  std::vector<int> order_, other_order_;
  std::vector<float> x_, y_;
  std::vector<double> x_sums_, y_sums_;  ///< of the points before each
  std::vector<Cell> cells_;
};

}  // namespace tracer::embed
