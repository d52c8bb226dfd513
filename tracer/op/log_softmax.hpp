// `axis` says how a sample lies: 0, it is a column; 1, a row.
#pragma once

#include "tracer/op/exp.hpp"
#include "tracer/op/log.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = x − ln Σ exp x, over each sample
///   x̄ = ȳ − exp(y) Σ ȳ          exp(y) is softmax(x)
/// Source: Goodfellow, Bengio & Courville 2016, eq. 6.30.
struct LogSoftmax {
  static Symbol expansion(const With<Symbol>& with, const Symbol& x) {
    const int axis = with.attributes.axis;
    return x - broadcast(log(sum(exp(x), axis)), x, axis);
  }
  static auto pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& y,
                       const Symbol& /*x*/) {
    const int axis = with.attributes.axis;
    return std::tuple{y_bar - exp(y) * broadcast(sum(y_bar, axis), y, axis)};
  }

  static constexpr std::string_view name = "log_softmax";
  static constexpr bool by_sample = true;
  static constexpr std::string_view of_one_entry = "0";
  static constexpr bool keeps_largest = true;
  static constexpr bool spelled = true;
  static constexpr Reference reference{"x − ln Σ exp x over each sample; log_softmax(x, axis=0|1)",
                                       "any; the result has the same",
                                       "∂yᵢ/∂xⱼ = 1 − pᵢ if i = j, else −pⱼ, p = softmax(x)",
                                       "none", "Goodfellow et al. 2016, eq. 6.30"};
  static constexpr std::array samples{-3.0, -0.5, 0.0, 2.0};

  struct Diagonal {
    static constexpr MistakeKind kind{"log_softmax_diagonal", 4};
    static constexpr std::string_view says =
        "the slope of log_softmax is taken as 1 − p, entry by entry; but every entry of {x} moves "
        "every entry of {y}";
    static Symbol pullback(const Symbol& y_bar, const Symbol& y, const Symbol& /*x*/) {
      return y_bar * (1 - exp(y));
    }
  };
  using mistakes = Mistakes<Diagonal>;
};

}  // namespace tracer::op

namespace tracer {

template <std::same_as<Symbol> V>
V log_softmax(const V& x, int axis) {
  return Symbol::apply(op::operation<op::LogSoftmax>(), {x}, {.axis = axis});
}

}  // namespace tracer
