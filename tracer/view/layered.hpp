// Where the nodes of a graph go in a picture: in layers, each to the right of all that it uses, with
// few crossings (Sugiyama, Tagawa and Toda 1981: layers by longest paths, orders by barycentres).
// Next: graph_drawing.hpp, which draws it.
#pragma once

#include <cstddef>
#include <vector>

namespace tracer {

/// Of each node the nodes that it uses, by number; all of them stand before it.
using Uses = std::vector<std::vector<std::size_t>>;

struct LayeredLayout {
  struct Place {
    int layer = 0;
    int row = 0;
  };
  /// From a node to one that uses it: its row in each layer from that of the one to that of the
  /// other.
  struct Route {
    std::size_t from, to;
    std::vector<int> rows;
  };
  std::vector<Place> nodes;
  std::vector<Route> routes;
  int layers = 0;
  int rows = 0;
};

/// No two in a layer share a row, nodes or routes. Throws std::invalid_argument where a node stands
/// before one that it uses.
LayeredLayout layered(const Uses&);

}  // namespace tracer
