// `axis` says how a sample lies: 0, it is a column; 1, a row.
#pragma once

#include "tracer/op/exp.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// p = exp x / Σ exp x, over each sample
///   x̄ = p ⊙ (p̄ − Σ p̄ ⊙ p)      since ∂pᵢ/∂xⱼ = pᵢ(δᵢⱼ − pⱼ): every x moves every p
/// Over float and double the largest x is subtracted first, which changes nothing but overflow
/// (op/fast.hpp). Source: Bishop 2006, eq. 4.104 and 4.106.
struct Softmax {
  static Symbol expansion(const With<Symbol>& with, const Symbol& x) {
    const int axis = with.attributes.axis;
    return exp(x) / broadcast(sum(exp(x), axis), x, axis);
  }
  static auto pullback(const With<Symbol>& with, const Symbol& p_bar, const Symbol& p,
                       const Symbol& /*x*/) {
    const int axis = with.attributes.axis;
    return std::tuple{p * (p_bar - broadcast(sum(p_bar * p, axis), p, axis))};
  }

  static constexpr std::string_view name = "softmax";
  static constexpr bool by_sample = true;
  static constexpr std::string_view of_one_entry = "1";
  static constexpr bool keeps_largest = true;
  static constexpr bool spelled = true;
  static constexpr std::string_view jacobian = "pᵢ(1 − pᵢ) if i = j, else −pᵢpⱼ";
  static std::vector<std::string> reasons(const std::string& p, const std::string& x,
                                          const Shape& shape, const Attributes& with) {
    const bool columns = with.axis == 0;
    const bool alone = columns && shape.columns.is_one();
    const std::string i = alone ? "[i]" : columns ? "[i,k]" : "[k,i]";
    const std::string j = alone ? "[j]" : columns ? "[j,k]" : "[k,j]";
    return {p + i + " = exp " + x + i + " / Σⱼ exp " + x + j, alone     ? "the entries sum to 1"
                                                              : columns ? "every column sums to 1"
                                                                        : "every row sums to 1"};
  }
  static constexpr Reference reference{
      "exp x / Σ exp x over each sample; softmax(x, axis=0|1)", "any; the result has the same",
      "∂pᵢ/∂xⱼ = pᵢ(1 − pᵢ) if i = j, else −pᵢpⱼ", "none", "Bishop 2006, eq. 4.106"};
  static constexpr std::array samples{-3.0, -0.5, 0.0, 2.0};

  /// Each p as if it depended on its own x alone.
  struct Diagonal : OfKind<mistake_kinds::softmax_diagonal> {
    static constexpr std::string_view says =
        "the slope of softmax is taken as p(1 − p), entry by entry; but every entry of {x} moves "
        "every entry of {y}";
    static Symbol pullback(const Symbol& p_bar, const Symbol& p, const Symbol& /*x*/) {
      return p_bar * p * (1 - p);
    }
  };
  struct SumLeftOut {
    static constexpr MistakeKind kind{"softmax_sum_left_out", 0};
    static constexpr std::string_view says =
        "the slope of softmax is taken as p times what comes from above; the sum over the others, "
        "which is subtracted, is left out";
    static Symbol pullback(const Symbol& p_bar, const Symbol& p, const Symbol& /*x*/) {
      return p_bar * p;
    }
  };
  struct WrongAxis : OfKind<mistake_kinds::softmax_wrong_axis> {
    static constexpr std::string_view says =
        "on the way back the sum of softmax runs over the other side";
    static Symbol pullback(const With<Symbol>& with, const Symbol& p_bar, const Symbol& p,
                           const Symbol& /*x*/) {
      const int other = 1 - with.attributes.axis;
      return p * (p_bar - broadcast(sum(p_bar * p, other), p, other));
    }
  };
  using mistakes = Mistakes<Diagonal, SumLeftOut, WrongAxis>;
};

}  // namespace tracer::op

namespace tracer {

template <std::same_as<Symbol> V>
V softmax(const V& x, int axis) {
  return Symbol::apply(op::operation<op::Softmax>(), {x}, {.axis = axis});
}

}  // namespace tracer
