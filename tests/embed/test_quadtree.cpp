// The tree holds every point once, and its squares' means are their points' means.
#include <algorithm>
#include <cmath>

#include "tests/catch.hpp"
#include "tests/embed/clouds.hpp"
#include "tracer/embed/quadtree.hpp"

using namespace tracer;
using namespace tracer::embed;
using Catch::Matchers::WithinAbs;

namespace {

struct InPlane {
  std::vector<float> x, y;
};

InPlane plane(int n, std::uint64_t seed = 1) {
  const Array<float> points = clouds(2, n, 1, 0, seed).points;
  return {{points.row(0).begin(), points.row(0).end()},
          {points.row(1).begin(), points.row(1).end()}};
}

// Cells that no cell has inside are the leaves: how many points they have together.
double points_in_leaves(const Quadtree& tree) {
  double points = 0;
  for (std::size_t at = 0; at < tree.cells().size(); ++at) {
    const Cell& cell = tree.cells()[at];
    if (cell.next == static_cast<int>(at) + 1) points += static_cast<double>(cell.count);
  }
  return points;
}

}  // namespace

TEST_CASE("a tree holds every point once", "[embed][quadtree]") {
  Quadtree tree;
  for (const int n : {1, 2, 7, 100, 3000}) {
    const InPlane points = plane(n);
    tree.build(points.x, points.y);
    std::vector<int> order = tree.order();
    std::ranges::sort(order);
    for (int k = 0; k < n; ++k) CHECK(order[static_cast<std::size_t>(k)] == k);
    CHECK(tree.cells()[0].count == static_cast<float>(n));
    CHECK(tree.cells()[0].next == static_cast<int>(tree.cells().size()));
    CHECK(points_in_leaves(tree) == n);
  }
}

TEST_CASE("a square is its quarters together, and as large as its points are apart",
          "[embed][quadtree]") {
  Quadtree tree;
  const InPlane points = plane(2000);
  tree.build(points.x, points.y);
  const std::vector<Cell>& cells = tree.cells();
  for (std::size_t at = 0; at < cells.size(); ++at) {
    const Cell& cell = cells[at];
    const auto side = std::sqrt(static_cast<double>(cell.side_squared));
    double x = 0;
    double y = 0;
    double count = 0;
    const auto next = static_cast<std::size_t>(cell.next);
    if (cell.last > cell.first) {
      CHECK(static_cast<float>(cell.last - cell.first) == cell.count);
      for (auto j = static_cast<std::size_t>(cell.first); j < static_cast<std::size_t>(cell.last);
           ++j) {
        x += static_cast<double>(tree.x()[j]);
        y += static_cast<double>(tree.y()[j]);
        ++count;
        CHECK(std::abs(static_cast<double>(tree.x()[j] - cell.x)) <= side);
        CHECK(std::abs(static_cast<double>(tree.y()[j] - cell.y)) <= side);
      }
    } else if (next > at + 1) {
      for (std::size_t inside = at + 1; inside < next;) {
        const Cell& part = cells[inside];
        x += static_cast<double>(part.count) * static_cast<double>(part.x);
        y += static_cast<double>(part.count) * static_cast<double>(part.y);
        count += static_cast<double>(part.count);
        CHECK(part.side_squared <= cell.side_squared / 4);
        inside = static_cast<std::size_t>(part.next);
      }
    } else {
      continue;  // points at one place
    }
    CHECK(count == static_cast<double>(cell.count));
    CHECK_THAT(x / count, WithinAbs(static_cast<double>(cell.x), 1e-5));
    CHECK_THAT(y / count, WithinAbs(static_cast<double>(cell.y), 1e-5));
  }
}

TEST_CASE("points at one place are one cell, however many", "[embed][quadtree]") {
  Quadtree tree;
  const std::vector<float> x(100'000, 3.0F);
  const std::vector<float> y(100'000, -2.0F);
  tree.build(x, y);
  REQUIRE(tree.cells().size() == 1);
  CHECK(tree.cells()[0].count == 100'000);
  CHECK(tree.cells()[0].side_squared == 0);
  tree.build(std::vector<float>{}, std::vector<float>{});
  CHECK(tree.cells().empty());
}
