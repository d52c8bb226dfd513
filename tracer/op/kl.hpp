// `axis` says how a sample lies: 0, it is a column; 1, a row.
#pragma once

#include "tracer/op/log.hpp"
#include "tracer/op/ratio.hpp"
#include "tracer/op/room.hpp"
#include "tracer/op/xlogy.hpp"

namespace tracer::op {

/// L = (1/m) Σ P ⊙ ln(P ⊘ Q), over m samples: the divergence of Q from P; both are probabilities
///   P̄ = (1/m)(ln(P ⊘ Q) + 1)        Q̄ = −(1/m) P ⊘ Q
/// An entry with P = 0 costs nothing, whatever its Q. Source: Kullback & Leibler 1951;
/// MacKay 2003, eq. 2.45.
struct KullbackLeibler {
  static Symbol expansion(const With<Symbol>& with, const Symbol& p, const Symbol& q) {
    return sum<Over::all>(xlogy(p, ratio(p, q))) / sample_count(p, with.attributes.axis);
  }
  static auto pullback(const With<Symbol>& with, const Symbol& l_bar, const Symbol& /*l*/,
                       const Symbol& p, const Symbol& q) {
    const Symbol each = l_bar / sample_count(p, with.attributes.axis);
    return std::tuple{each * (log(p / q) + 1), -(each * ratio(p, q))};
  }

  static constexpr std::string_view name = "kl";
  static constexpr std::array<std::string_view, 1> other_names{"kl_divergence"};
  static constexpr bool by_sample = true;
  static constexpr std::string_view order =
      "kl(P, Q) takes the true probabilities first, then the model's, of which none may be 0 where "
      "P is not; the slope in P needs P above 0";
  static constexpr Reference reference{
      "kl(P, Q): (1/m) Σ P ⊙ ln(P ⊘ Q) over m samples; P are the true probabilities",
      "same shapes; a scalar", "(1/m)(ln(P ⊘ Q) + 1) for P, −(1/m) P ⊘ Q for Q", "none",
      "MacKay 2003, eq. 2.45"};
  static constexpr std::array samples{0.25, 0.5, 0.75};
  static Shape shape(std::span<const Shape> x, const Attributes&) { return scalar_of_two(name, x); }

  static Notation notation(const Notation& p, const Notation& q) {
    return notation::call("KL", {notation::words("", {p, notation::words("‖"), q})});
  }
};

}  // namespace tracer::op
