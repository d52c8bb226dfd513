#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// new = (1 − momentum)·old + momentum·(mean of each feature of Z over the batch); with[0] is the
/// momentum. What batch_norm keeps for its evaluation mode; nothing is differentiated for it.
struct RunningMean {
  static Symbol expansion(const With<Symbol>& with, const Symbol& old, const Symbol& z) {
    const int across = with.attributes.axis == 0 ? 1 : 0;
    return (1 - with[0]) * old + with[0] * (sum(z, across) / sample_count(z, with.attributes.axis));
  }
  static Shape shape(std::span<const Shape> x, const Attributes& with) {
    require_feature_vector("the old statistic", x[0], x[1], with.axis);
    return x[0];
  }

  static constexpr std::string_view name = "running mean";
  static constexpr std::string_view call = "";
  static constexpr bool by_sample = true;
  static constexpr std::array settings{
      Setting{"momentum", "μ", "momentum", "0.1", Range::any, "the share of the new statistic"}};
};

}  // namespace tracer::op
