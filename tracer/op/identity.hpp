#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = x               x̄ = ȳ.   Names a value a second time.
struct Identity {
  static auto forward(const auto& x) { return x; }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& /*x*/) {
    return std::tuple{y_bar};
  }

  static constexpr std::string_view name = "identity";
  static constexpr Law law = Law::identity;
  static constexpr std::array<std::string_view, 1> words{"linear"};
  static constexpr bool quadratic = true;
  static constexpr HiddenUnits hidden{.initialiser = "xavier"};
  static constexpr Reference reference{"x", "any; the result has the same", "1", "none",
                                       "PyTorch nn.Identity"};
  static constexpr std::array samples{-2.0, 0.0, 1.5};

  static Notation notation(const Notation& x) {
    const bool plain = x.kind == Notation::Kind::name || x.kind == Notation::Kind::number ||
                       x.kind == Notation::Kind::matrix;
    return plain ? x : notation::call("identity", {x});
  }
};

}  // namespace tracer::op
