// derive --jacobians and --paths look at the same: the ways from the loss to what is asked for. Next:
// jacobian_page.cpp, path_page.cpp.
#pragma once

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "tracer/derive/jacobian.hpp"
#include "tracer/derive/page_parts.hpp"

namespace tracer {

struct Ways {
  std::vector<NodeId> targets;  ///< what is asked for, in the order of the lesson
  /// Of each step of a way, by the line and the value that it uses.
  std::map<std::pair<NodeId, NodeId>, LocalJacobian> jacobians;
};

/// Throws Error where the loss depends on nothing that is asked for.
Ways ways_of(const PageSource&);

void write_jacobians(const PageSource&, const Ways&, DerivationStep&);
void write_paths(const PageSource&, const Ways&, DerivationStep&);

}  // namespace tracer
