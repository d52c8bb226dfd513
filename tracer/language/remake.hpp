// A batch's graph made anew with some operations replaced: leaves, names, places and purposes move
// along. What derives elementary operations, and what tries another forward pass, have this in
// common.
#pragma once

#include <functional>

#include "tracer/language/program.hpp"

namespace tracer {

/// Appends to `graph` what stands for a node of the old graph, whose operands are `operands` by
/// now; returns the node of its value. The node's name is not its business.
using Replacement =
    std::function<NodeId(Graph& graph, const Node& old, const std::vector<NodeId>& operands)>;

/// Calls `replace` for every node that is not a leaf. `name_parts`, where it is given, is called
/// with the first of the nodes that came of it (the others follow to the graph's end), its name and
/// its place, to name them; otherwise the node of its value gets the old name.
struct Remaking {
  Replacement replace;
  std::function<void(BatchGraph& made, NodeId first, const std::string& name, const Span* place)>
      name_parts = {};
};
BatchGraph remake(const BatchGraph&, const Remaking&);

}  // namespace tracer
