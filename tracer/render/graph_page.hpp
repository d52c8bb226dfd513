// The computation graph of a lesson as a picture: what uses what, with values and gradients where
// they are wanted. The drawing is view/graph_drawing.hpp's.
#pragma once

#include "tracer/derive/document.hpp"
#include "tracer/language/program.hpp"
#include "tracer/render/blocks.hpp"
#include "tracer/view/graph_drawing.hpp"

namespace tracer {

/// Parameters, data and named lines of a batch; numbers that stand in formulas are left out.
DrawnGraph graph_of(const BatchGraph&, const std::string& title);

/// Four digits, or a matrix's shape: what a node has room for. "" where there are no numbers.
std::string short_text(const Value&);

/// What of a step stands in the nodes: a scalar's value or a matrix's shape; the same of gradients.
struct InNodes {
  bool values = false;
  bool gradients = false;
};
void add_numbers(DrawnGraph&, const DerivationStep&, InNodes);

/// The graph of a step of a derivation, each line's node a link to the line on the page.
DrawnGraph graph_of(const Derivation&, const DerivationStep&);

/// A picture of more nodes than that is hard to read.
inline constexpr std::size_t most_readable_nodes = 40;
/// The graph itself, or where it has more nodes than can be read, without its leaves; and what to
/// say of that.
struct Folded {
  DrawnGraph graph;
  std::string remark;  ///< empty: nothing is left out
};
Folded folded(const DrawnGraph&);

/// The graph must live as long as the page.
Document page_of(const DrawnGraph&);

}  // namespace tracer
