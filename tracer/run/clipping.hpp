// Gradients cut to a size before the update: `clip_norm`, then `clip_value`. Written once for every
// scalar: a training cuts in float, a derivation exactly. Next: plan.hpp.
#pragma once

#include <optional>
#include <string_view>
#include <type_traits>

#include "tracer/language/program.hpp"
#include "tracer/op/kernel.hpp"
#include "tracer/optimize/optimizer.hpp"
#include "tracer/symbol/quantity.hpp"

namespace tracer {

namespace clipping {
/// Keeps the factor finite where the norm is 0, as PyTorch does.
inline const Rational apart(1, 1'000'000);

/// A page shows what was cut as the first lines of each update: "clipped", then "cut".
inline constexpr std::string_view norm_part = "clipped";
inline constexpr std::string_view value_part = "cut";
/// The joint norm in them is this leaf. It has a space in its name, so that no name of a lesson is it.
inline const Quantity norm_key("joint norm");
Optimizer::Line norm_line(const Symbol& g, const Rational& most);
Optimizer::Line value_line(const Symbol& g, const Rational& most);
}  // namespace clipping

/// The numbers that a joint norm is worked out in: sums of many floats are kept in double.
template <class S>
using NormScalar = std::conditional_t<std::is_floating_point_v<S>, double, S>;

/// Of all gradients g of a step together, ‖g‖ being their joint 2-norm:
///   clip_norm=c    g ← g · c/(‖g‖ + 10⁻⁶)    where that factor is below 1
///   clip_value=c   g ← each entry of g, cut to [−c, c]
/// Source: PyTorch 2, torch.nn.utils.clip_grad_norm_ and clip_grad_value_.
template <class S>
class Clipping {
 public:
  explicit Clipping(const Training& training, Working working = {}) {
    if (training.clip_norm) norm_ = number<NormScalar<S>>(*training.clip_norm, working);
    if (training.clip_value) value_ = number<S>(*training.clip_value, working);
    apart_ = number<NormScalar<S>>(clipping::apart, working);
  }

  bool has_norm() const { return norm_.has_value(); }
  bool has_value() const { return value_.has_value(); }

  /// Σ of the squares of a gradient's entries: what the joint norm is made of.
  static NormScalar<S> squares(ConstView<S> gradient) {
    if constexpr (std::is_floating_point_v<S>) {
      return static_cast<double>(gradient.matrix().squaredNorm());
    } else {
      return gradient.square().sum();
    }
  }
  /// What clip_norm multiplies every gradient by, at a joint norm; nothing: it leaves them as they
  /// are. Requires has_norm().
  std::optional<NormScalar<S>> factor(const NormScalar<S>& norm) const {
    const NormScalar<S> below = norm + apart_;
    if (!(*norm_ < below)) return std::nullopt;
    return *norm_ / below;
  }
  /// clip_value on one gradient; says whether it changed anything. Requires has_value().
  bool cut(View<S> gradient) const {
    if constexpr (std::is_floating_point_v<S>) {
      gradient = gradient.max(-*value_).min(*value_);
      return true;
    } else {
      bool changed = false;
      for (S& entry : gradient.reshaped()) {
        const bool above = *value_ < entry;
        if (!above && !(entry < -*value_)) continue;
        entry = above ? *value_ : -*value_;
        changed = true;
      }
      return changed;
    }
  }

 private:
  template <class N>
  static N number(const Rational& of, Working working) {
    if constexpr (std::is_floating_point_v<N>) {
      static_cast<void>(working);
      return static_cast<N>(Exact(of).to_double());
    } else {
      return N(of, working);
    }
  }

  std::optional<NormScalar<S>> norm_;
  std::optional<S> value_;
  NormScalar<S> apart_;
};

}  // namespace tracer
