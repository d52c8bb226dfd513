// What a run keeps for one batch size. Read run.hpp first; only its own files need this one.
#pragma once

#include "tracer/derive/gaps.hpp"
#include "tracer/derive/run.hpp"
#include "tracer/graph/tape.hpp"
#include "tracer/run/leaves.hpp"

namespace tracer {

struct Run::Batch {
  std::shared_ptr<const BatchGraph> graph;
  std::unique_ptr<Tape<Exact>> tape;
  std::optional<Leaves<Exact>> leaves;
  std::set<NodeId> rounded_values;
  std::set<NodeId> rounded_adjoints;
  Gaps gaps;
};

}  // namespace tracer
