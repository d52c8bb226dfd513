// The backward graph, and what it comes to at every point: over Uncertain, node by node as they are
// appended. A trial appends, looks, and takes back. Next: search.hpp.
#pragma once

#include <memory>
#include <vector>

#include "tracer/claims/point.hpp"
#include "tracer/diagnosis/compare.hpp"
#include "tracer/graph/backward.hpp"
#include "tracer/graph/tape.hpp"

namespace tracer {

class TrialRuns {
 public:
  /// `batch` must outlive it.
  TrialRuns(const BatchGraph& batch, NodeId seed);

  BackwardGraph& back() { return back_; }
  const BackwardGraph& back() const { return back_; }
  /// Runs the graph at another point, whose number it returns. Leaves that the lesson does not know
  /// are values that were computed, and as uncertain as their largest entry.
  std::size_t add_point(const Point&);
  /// The value of a node at a point; what was appended since is computed first.
  ConstView<Uncertain> at(NodeId, std::size_t point);

  NodeId mark() const { return back_.graph().size(); }
  void back_to(NodeId mark);
  double work() const { return work_; }  ///< multiplications so far

 private:
  const BatchGraph& batch_;
  BackwardGraph back_;
  std::vector<std::unique_ptr<Tape<Uncertain>>> tapes_;
  double work_ = 0;
};

}  // namespace tracer
