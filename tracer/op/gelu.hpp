#pragma once

#include "tracer/op/normal_cdf.hpp"
#include "tracer/op/normal_pdf.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/sqrt.hpp"
#include "tracer/op/tanh.hpp"

namespace tracer::op {

/// Gaussian error linear unit, entry by entry; Φ is the standard normal distribution, φ its
/// density.
///   y = x Φ(x)
///   x̄ = ȳ (Φ(x) + x φ(x))
/// Source: Hendrycks & Gimpel 2016, §2 (the exact form, PyTorch's default).
struct Gelu {
  static auto forward(const auto& x) { return x * normal_cdf(x); }
  static auto slope(const auto& x, const auto& /*y*/) { return normal_cdf(x) + x * normal_pdf(x); }

  static constexpr std::string_view name = "gelu";
  static constexpr HiddenUnits hidden{};
  static constexpr Reference reference{"x·Φ(x), Φ the standard normal distribution",
                                       "any; the result has the same", "Φ(x) + x·φ(x)", "none",
                                       "Hendrycks & Gimpel 2016, §2"};
  static constexpr std::array samples{-3.0, -0.5, 0.0, 2.0};

  struct DensityLeftOut : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope is taken as Φ({x}); the other half of the product rule, {x}·φ({x}), is missing";
    static Symbol slope(const Symbol& x, const Symbol& /*y*/) { return normal_cdf(x); }
  };
  /// The approximation by tanh, 0.5x(1 + t) with t = tanh(c(x + ax³)), c = √(2/π), a = 0.044715:
  /// Hendrycks & Gimpel 2016, §2. Its slope is 0.5(1 + t) + 0.5x(1 − t²)c(1 + 3ax²).
  struct ByTanh {
    explicit ByTanh(const Symbol& x) : t(tanh(c * (x + a * x * x * x))) {}
    Symbol c =
        sqrt(Symbol(Rational(2)) / Symbol(Rational("3141592653589793238/1000000000000000000")));
    Symbol a = Symbol(Rational(44715, 1000000));
    Symbol t;
  };
  struct OfApproximation : OfKind<mistake_kinds::slope_formula> {
    static constexpr std::string_view says =
        "the slope is that of the approximation by tanh, and the forward pass is exact";
    static Symbol slope(const Symbol& x, const Symbol& /*y*/) {
      const ByTanh by(x);
      return (1 + by.t) / 2 + x * (1 - by.t * by.t) * by.c * (1 + 3 * by.a * x * x) / 2;
    }
  };
  using mistakes = Mistakes<DensityLeftOut, OfApproximation>;

  struct Approximated {
    static constexpr MistakeKind kind{"gelu_form", 0};
    static constexpr std::string_view says =
        "gelu is computed by its approximation with tanh, and not exactly";
    static constexpr std::string_view known_by = "0.044715";
    static constexpr std::string_view says_turned =
        "gelu is computed exactly, and not by its approximation with tanh";
    static Symbol make(const Instead& /*instead*/, std::span<const Symbol> x) {
      return x[0] * (1 + ByTanh(x[0]).t) / 2;
    }
  };
  using stand_ins = StandIns<Approximated>;
};

}  // namespace tracer::op
