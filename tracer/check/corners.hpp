// Where functions have corners (relu at 0, max at a tie), and whether a run stands on one. There
// the loss has no derivative but one from each side, and what is called its gradient is a choice.
//
// The argument of a corner is what is 0 there (op/kernel.hpp): x of relu(x), a − b of
// maximum(a, b). Its sign tells the piece of the function that the run is on. Over Exact "not 0" is
// a proof. Next: moved_run.hpp, whose steps must not cross a corner.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tracer/graph/rewrite.hpp"
#include "tracer/graph/tape.hpp"

namespace tracer {

/// Operations of a graph whose corners are out of sight, in the parts of a hinge or an l1, are
/// taken apart; the others, batch_norm and softmax among them, stay as they are.
RewrittenGraph with_corners_in_sight(const Graph&);

/// The nodes with a corner among `of`, in their order. The graph has its corners in sight.
std::vector<NodeId> nodes_with_corners(const Graph&, std::span<const NodeId> of);

/// On which side of its corner an entry of an argument is.
enum class Side : signed char { below = -1, on = 0, above = 1, unsure = 2 };

/// The sides of every entry of the arguments of `nodes`, one after the other, after a forward pass.
/// Unsure: an interval that contains 0, or NaN.
template <class S>
std::vector<Side> sides(const Graph&, const Tape<S>&, std::span<const NodeId> nodes);

/// One operation that a run has on its corner, or that can't be told from being there.
struct CornerMet {
  NodeId node = -1;  ///< of the graph that was asked about: relu, or the hinge that relu is part of
  const Operation* operation = nullptr;  ///< the one with the corner: relu
  std::vector<Eigen::Index> on;          ///< entries of its argument, column by column: exactly 0
  std::vector<Eigen::Index> unsure;  ///< not proved to be 0, and not proved to be another number
};

/// The corners that a run of any graph meets, among the operations between `wrt` and `result`.
/// `values`: of every leaf that is no constant. Empty: it is proved that there are none. Throws
/// NodeError, NodeUndecided.
std::vector<CornerMet> corners_met(const Graph&, std::span<const NodeId> wrt, NodeId result,
                                   const std::map<NodeId, Array<Exact>>& values, Working);
/// The same after a forward pass of the graph that with_corners_in_sight made.
std::vector<CornerMet> corners_met(const RewrittenGraph&, const Tape<Exact>&,
                                   std::span<const NodeId> wrt, NodeId result);

}  // namespace tracer
