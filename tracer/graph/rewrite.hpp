// A graph made anew from another, with something else in place of some of its nodes.
#pragma once

#include <functional>
#include <vector>

#include "tracer/graph/graph.hpp"

namespace tracer {

struct RewrittenGraph {
  Graph graph;
  std::vector<NodeId> image;  ///< of each node of the original: its node here; −1: it has none
  NodeId of(NodeId old) const { return old < 0 ? -1 : image[static_cast<std::size_t>(old)]; }
  std::vector<NodeId> of(const std::vector<NodeId>& old) const;
};

/// Appends to `made` what stands for a node of the old graph that is no leaf: those before it have
/// their images. Returns the node of its value; −1: it is left out.
using Replacement = std::function<NodeId(RewrittenGraph& made, NodeId old)>;

/// Leaves are copied. A named node gives its name to its image, if that has none yet.
RewrittenGraph rewrite(const Graph&, const Replacement&);
/// The node as it is, on the images of its operands.
NodeId copy_node(RewrittenGraph& made, const Node& old);

/// Is this operation, applied to operands of these shapes, to be taken apart?
using TakeApart =
    std::function<bool(const Operation&, const Attributes&, const std::vector<Shape>&)>;
/// With some composite operations replaced by their parts (which may be composite themselves). The
/// order stays: the parts of a node lie between the images of the nodes before it and its own.
RewrittenGraph take_apart(const Graph&, const TakeApart& which);

/// The expansion of a composite operation as a graph: its first leaves, without names, are the
/// operands; its last node is the result.
Graph expansion_graph(const Operation&, const Attributes&, const std::vector<Shape>&);

}  // namespace tracer
