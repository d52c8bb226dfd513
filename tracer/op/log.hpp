#pragma once

#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = ln x            x̄ = ȳ/x
/// Domain: x > 0. Source: DLMF §4.2.
struct Log {
  static auto forward(const auto& x) { return log(x); }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& x) {
    return std::tuple{y_bar / x};
  }

  static constexpr std::string_view name = "log";
  static constexpr std::array<std::string_view, 1> other_names{"ln"};
  static constexpr Takes takes = Takes::positive;
  static constexpr Reference reference{"ln x for x > 0", "any; the result has the same", "1/x",
                                       "none", "DLMF §4.2"};
  static constexpr std::array samples{0.25, 1.0, 3.0};

  static Notation notation(const Notation& x) { return notation::call("ln", {x}); }
};

}  // namespace tracer::op

namespace tracer {

template <op::Derived V>
V log(const V& x) {
  return op::derived<op::Log>(x);
}

}  // namespace tracer
