// What becomes of the lines of a step. Read run.hpp first; only its own files need this one.
#pragma once

#include <map>
#include <set>
#include <string>

#include "tracer/derive/run.hpp"

namespace tracer {

/// Values that are missing: in one step of a run, the nodes that have no value (log(0)) or no
/// adjoint (1/0), each with the reason, and how that reaches what is computed from them. A lesson
/// has none; a student's wrong activation may leave the domain of a later line, and what they
/// computed rightly after that is still to be marked.
struct Gaps {
  std::map<NodeId, std::string> values;  ///< why there is none: "log(0) is minus infinity"
  std::map<NodeId, std::string> adjoints;

  /// On the way forward: a node has no value where one of its operands has none.
  void reach_value(const Graph&, NodeId);
  /// On the way back, before the node passes its adjoint on: its operands get none where it has
  /// none itself, or where the slope that it is multiplied by needs a value that is missing.
  void leave_adjoint(const Graph&, NodeId);
};

struct Run::Lines {
  std::set<NodeId> rounded_values;
  std::set<NodeId> rounded_adjoints;
  Gaps gaps;
};

}  // namespace tracer
