// --detail ops: the graph with every elementary operation as a line of its own. And the same
// without the names, for whoever must see what goes on inside a composite operation.
#pragma once

#include <functional>
#include <vector>

#include "tracer/language/program.hpp"

namespace tracer {

/// The same graph with composite operations taken apart and every node named: t1, t2, ... (what was
/// named keeps its name). Broadcasts and numbers stay parts of the line that uses them.
BatchGraph elementary(const BatchGraph&);

/// A graph in which some composite operations are replaced by their parts.
struct ApartGraph {
  Graph graph;
  std::vector<NodeId> image;  ///< of each node of the original: its node here
};

/// Is this operation, applied to operands of these shapes, to be taken apart?
using TakeApart =
    std::function<bool(const Operation&, const Attributes&, const std::vector<Shape>&)>;

/// Keeps the names, and the order: the parts of a node lie between the images of the nodes before
/// it and its own.
ApartGraph take_apart(const Graph&, const TakeApart& which);

/// The expansion of a composite operation as a graph: its operands are the leaves x0, x1, ...; its
/// last node is the result.
Graph expansion_graph(const Operation&, const Attributes&, const std::vector<Shape>&);

}  // namespace tracer
