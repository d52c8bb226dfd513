// A computation graph as a picture: with characters in the terminal, as SVG in a page, as DOT for
// Graphviz. Left to right, each line right of what it uses. Next: layered.hpp.
//
//   x  ─┐
//   w1 ─┼─ z1 ── a1 ─┐
//   b1 ─┘        w2 ─┼─ z2 ─┬─ L
//                b2 ─┘   y ─┘
#pragma once

#include <string>
#include <vector>

#include "tracer/text/style.hpp"
#include "tracer/view/layered.hpp"

namespace tracer {

struct DrawnNode {
  enum class Kind { data, parameter, line, loss };
  std::string name;
  Kind kind = Kind::line;
  std::string formula = {};              ///< of a line: w1*x + b1
  std::vector<std::string> values = {};  ///< below or beside the name: "2.06", "∂ −1.9"
  std::vector<std::size_t> uses = {};    ///< nodes before it
  std::string link = {};                 ///< of the SVG: where a click goes, "#s1-z1"
};

struct DrawnGraph {
  std::string title;
  std::vector<DrawnNode> nodes;
};

/// Wider than style.width where its layers are; lines end with a newline.
std::string graph_text(const DrawnGraph&, const Style&);
/// One <svg> element; classes node, data, parameter, line, loss and edge for a page's style, and
/// colours of its own where there is none.
std::string graph_svg(const DrawnGraph&);
/// For `dot -Tsvg`: https://graphviz.org/doc/info/lang.html
std::string graph_dot(const DrawnGraph&);

/// The parameters and the data left out, of which the names stand in the lines' formulas.
DrawnGraph without_leaves(const DrawnGraph&);

}  // namespace tracer
