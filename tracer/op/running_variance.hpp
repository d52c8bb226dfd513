#pragma once

#include "tracer/op/room.hpp"
#include "tracer/op/running_mean.hpp"

namespace tracer::op {

/// new = (1 − momentum)·old + momentum·(variance of each feature of Z over the batch), the unbiased
/// one (divided by m − 1), as in PyTorch; with[0] is the momentum.
struct RunningVariance {
  static Symbol expansion(const With<Symbol>& with, const Symbol& old, const Symbol& z) {
    const int across = with.attributes.axis == 0 ? 1 : 0;
    const Symbol m = sample_count(z, with.attributes.axis);
    const Symbol centred = z - broadcast(sum(z, across) / m, z, across);
    return (1 - with[0]) * old + with[0] * (sum(centred * centred, across) / (m - 1));
  }
  static Shape shape(std::span<const Shape> x, const Attributes& with) {
    if ((with.axis == 0 ? x[1].columns : x[1].rows).is_one())
      throw ShapeError("batch_norm: a single sample has no unbiased variance");
    return RunningMean::shape(x, with);
  }

  static constexpr std::string_view name = "running variance";
  static constexpr std::string_view call = "";
  static constexpr bool by_sample = true;
  static constexpr auto settings = RunningMean::settings;
};

}  // namespace tracer::op
