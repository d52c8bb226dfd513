#include "tracer/diagnosis/trial_runs.hpp"

#include <cmath>
#include <utility>

namespace tracer {
namespace {

double multiplications(const Graph& graph, NodeId id) {
  const Node& node = graph[id];
  const auto entries = static_cast<double>(node.shape.count());
  if (node.is_leaf() || node.operation->law != Law::matmul) return entries;
  return entries * graph[node.operands[0]].shape.columns.count;
}

}  // namespace

TrialRuns::TrialRuns(const BatchGraph& batch, NodeId seed)
    : batch_(batch), back_(batch.graph, batch.loss, seed, BackwardGraph::Outputs::joined) {}

std::size_t TrialRuns::add_point(const Point& point) {
  auto tape = std::make_unique<Tape<Uncertain>>(back_.graph(), std::span<const NodeId>{});
  for (const auto& [name, values] : point) {
    // whoever reads a number in rounds it; of a gradient (of an earlier step) that was computed, an
    // entry may be off by what its largest is rounded by
    const bool computed = !batch_.leaves.contains(name);
    const double largest = values.size() > 0 ? values.abs().maxCoeff() : 0;
    tape->value(batch_.graph.find(name)) = values.unaryExpr([=](double x) {
      return Uncertain(static_cast<long double>(x), computed ? largest : std::fabs(x));
    });
  }
  tape->forward();
  tapes_.push_back(std::move(tape));
  return tapes_.size() - 1;
}

void TrialRuns::back_to(NodeId size) {
  for (const auto& tape : tapes_) tape->shrink(size);
  back_.cut(size);
}

ConstView<Uncertain> TrialRuns::at(NodeId node, std::size_t point) {
  Tape<Uncertain>& tape = *tapes_[point];
  const NodeId before = tape.size();
  if (before < back_.graph().size()) {
    tape.grow();
    tape.compute_grown();
    for (NodeId id = before; id < back_.graph().size(); ++id)
      work_ += multiplications(back_.graph(), id);
  }
  return std::as_const(tape).value(node);
}

}  // namespace tracer
