// Points to check: a graph, values for its leaves, and the gradients that the tape computes there.
// And an operation with a wrong rule, for a checker is no good unless it says so.
#pragma once

#include "tests/graph/probe.hpp"
#include "tracer/check/exact_check.hpp"
#include "tracer/op/all.hpp"
#include "tracer/op/describe.hpp"

namespace tracer::probe {

inline CheckedGraph checked_graph(const Graph& graph, const Values& values, NodeId result) {
  CheckedGraph checked{&graph, result, -1, {}, values};
  for (const auto& [leaf, value] : values) checked.wrt.push_back(leaf);
  return checked;
}

/// The engine's gradients over Exact.
inline ExactPoint exact_point(const CheckedGraph& checked, Working working) {
  ExactPoint point;
  point.checked = checked;
  Tape<Exact> tape(*checked.graph, checked.wrt, working);
  for (const auto& [leaf, value] : checked.leaves)
    tape.own_value(leaf) = value.unaryExpr([&](const Exact& x) { return x.with(working); });
  tape.forward();
  if (checked.seed < 0) {
    tape.backward(checked.result);
  } else {
    tape.backward(checked.result, tape.value(checked.seed));
  }
  for (const NodeId id : checked.wrt) {
    const auto value = tape.value(id);
    point.gradients.emplace(id, tape.reached(id)
                                    ? Array<Exact>(tape.adjoint(id))
                                    : Array<Exact>::Constant(value.rows(), value.cols(), Exact(0)));
  }
  return point;
}

inline GradientReport check(const CheckedGraph& checked, const ExactCheckOptions& options = {}) {
  return check_exactly([&](Working working) { return exact_point(checked, working); }, options);
}

/// x² with 2.001·x for its slope.
struct WrongSquare {
  static constexpr std::string_view name = "wrong square";
  static constexpr std::string_view call = "";
  static constexpr bool composite = true;
  static constexpr bool has_pullback = true;
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Symbol expansion(const Symbol& x) { return x * x; }
  static auto pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& x) {
    return std::tuple{Symbol(Rational(2001, 1000)) * y_bar * x};
  }
};

/// relu that passes everything back.
struct LeakyBackwards {
  static constexpr std::string_view name = "relu, wrong";
  static constexpr std::string_view call = "";
  static constexpr bool composite = true;
  static constexpr bool has_pullback = true;
  static constexpr std::array samples{-2.0, 0.5, 1.5};
  static Symbol expansion(const Symbol& x) { return relu(x); }
  static auto pullback(const Symbol& y_bar, const Symbol& /*y*/, const Symbol& /*x*/) {
    return std::tuple{y_bar};
  }
};

}  // namespace tracer::probe
