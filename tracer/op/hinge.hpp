#pragma once

#include "tracer/op/relu.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// L = (1/n) Σ relu(1 − Y ⊙ S), over all n entries; S decision values, Y in −1, 1
///   S̄ = −(1/n) Y where Y ⊙ S < 1, else 0
/// Corner where Y ⊙ S = 1: 0 is taken, as relu does. Source: Hastie, Tibshirani & Friedman 2009,
/// eq. 12.25.
struct Hinge {
  static Symbol expansion(const Symbol& s, const Symbol& y) {
    return sum<Over::all>(relu(1 - y * s)) / count<Over::all>(s);
  }

  static constexpr std::string_view name = "hinge";
  static constexpr bool quadratic = true;
  static constexpr Loss loss{
      .mean = Loss::Mean::of_entries, .threshold = 0, .targets = Loss::Targets::signs};
  static constexpr Reference reference{
      "(1/n) Σ relu(1 − Y ⊙ S); Y is −1 or 1, S the decision values", "same shapes; a scalar",
      "−Y/n where Y·S < 1, else 0", "Y·S = 1: 0 is taken", "Hastie et al. 2009, eq. 12.25"};

  static constexpr MistakeKind hinge_margin_ignored{"hinge_margin_ignored", 0};
  struct PerceptronMask : OfKind<hinge_margin_ignored> {
    static constexpr std::string_view says =
        "only samples on the wrong side take part, Y·S < 0; all with Y·S < 1 do";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& s,
                           const Symbol& y) {
      return -(l_bar * step(-(y * s)) * y / count<Over::all>(s));
    }
  };
  struct MarginIgnored : OfKind<hinge_margin_ignored> {
    static constexpr std::string_view says =
        "every sample takes part; those with Y·S > 1 have no slope";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& s,
                           const Symbol& y) {
      return -(l_bar * y / count<Over::all>(s));
    }
  };
  using mistakes = Mistakes<MarginIgnored, PerceptronMask>;
};

}  // namespace tracer::op
