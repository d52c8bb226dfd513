// How far two models are from each other.
#pragma once

#include <algorithm>
#include <utility>
#include <variant>

#include "tracer/train/model_file.hpp"

namespace tracer::test {

/// The largest difference between two models' entries, statistics too; both have the same names, shapes
/// and scalars.
inline double apart(const Model& a, const Model& b) {
  double most = 0;
  for (const auto& [ours, theirs] :
       {std::pair(&a.parameters, &b.parameters), std::pair(&a.states, &b.states)}) {
    for (const auto& [name, tensor] : *ours) {
      std::visit(
          [&](const auto& x) {
            const auto& y = std::get<std::decay_t<decltype(x)>>(theirs->at(name));
            most = std::max(most, static_cast<double>((x - y).abs().maxCoeff()));
          },
          tensor);
    }
  }
  return most;
}

}  // namespace tracer::test
