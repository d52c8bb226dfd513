// A result with one entry of one value moved by a little: what differences are made of. Only the
// forward pass is run, and of that only what lies below the moved value; on the way it is watched
// whether an operation with a corner comes to its other side. Next: exact_check.hpp,
// float_check.hpp.
#pragma once

#include <map>
#include <vector>

#include "tracer/check/corners.hpp"
#include "tracer/graph/tape.hpp"

namespace tracer {

/// What is differentiated, and where. The graph must outlive whatever is made from it.
struct CheckedGraph {
  const Graph* graph = nullptr;
  NodeId result = -1;
  NodeId seed = -1;         ///< the value dY of <dY, result>; −1: the result is a single number
  std::vector<NodeId> wrt;  ///< leaves or lines: each entry of these is moved
  std::map<NodeId, Array<Exact>> leaves;  ///< the value of every leaf that is no constant
};

/// S: float, double or Exact.
template <class S>
class MovedRun {
 public:
  /// Runs the graph forward. What is checked must outlive this. Throws NodeError, NodeUndecided.
  MovedRun(const CheckedGraph&, Working = {});
  MovedRun(const MovedRun&) = delete;  // the tape points to the graph
  MovedRun& operator=(const MovedRun&) = delete;

  /// The value whose entries are moved from now on, one of `wrt`.
  void choose(NodeId wrt);
  /// About how many multiplications of numbers a call of at() takes.
  double cost() const { return cost_; }

  const S& base() const { return base_; }  ///< the result with nothing moved
  const Array<S>& chosen() const { return original_; }
  /// A corner below the chosen value can't be told from where the run is.
  bool unsure() const { return unsure_; }

  struct Moved {
    S result;
    std::vector<Side> sides;  ///< of the corners below the chosen value
  };
  /// The result with one entry (column by column) of the chosen value moved by `step`. Throws
  /// NodeError where it leaves a domain, NodeUndecided.
  Moved at(Eigen::Index entry, const S& step);

  /// No argument that was off its corner has come to it, or to its other side.
  bool same_pieces(const Moved&) const;
  /// An argument that is exactly on its corner is not there any more.
  bool leaves_corner(const Moved&) const;
  /// The corners that the run stands on, of the original graph. S: Exact. Before the first
  /// choose().
  std::vector<CornerMet> corners() const;

 private:
  struct Product {  // of the chosen value and another: linear, so an entry moves one row or column
    NodeId node;
    int operand;
    Array<S> base;
  };
  S result() const;
  void put_back();
  NodeId image(NodeId id) const { return apart_.of(id); }

  RewrittenGraph apart_;
  NodeId result_ = -1;
  NodeId seed_ = -1;
  const CheckedGraph& checked_;
  Tape<S> tape_;
  S base_{};

  NodeId chosen_ = -1;
  Array<S> original_;
  std::vector<NodeId> below_;  // without the products
  std::vector<Product> products_;
  std::vector<NodeId> corners_;
  std::vector<Side> base_sides_;
  bool unsure_ = false;
  double cost_ = 0;
};

/// A value over S: of a rational the nearest float, of an interval that of its midpoint.
template <class S>
Array<S> values_over(const Array<Exact>&, Working);

}  // namespace tracer
