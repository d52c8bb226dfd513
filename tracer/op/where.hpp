#pragma once

#include "tracer/op/compare.hpp"
#include "tracer/op/matrices.hpp"
#include "tracer/op/opposite.hpp"
#include "tracer/op/room.hpp"

namespace tracer {

/// x where the condition c holds, else 0; and the other way round. Over numbers not a product: what
/// is not chosen may be infinite.
template <Numbers X, Numbers C>
auto where_true(const X& x, const C& c) {
  using S = typename X::Scalar;
  return x.binaryExpr(c, [](const S& one, const S& chosen) { return chosen != S(0) ? one : S(0); });
}
template <Numbers X, Numbers C>
auto where_false(const X& x, const C& c) {
  using S = typename X::Scalar;
  return x.binaryExpr(c, [](const S& one, const S& chosen) { return chosen != S(0) ? S(0) : one; });
}
inline Symbol where_true(const Symbol& x, const Symbol& c) { return x * c; }
inline Symbol where_false(const Symbol& x, const Symbol& c) {
  return x * op::apply<op::Opposite>(c);
}

namespace op {

/// y = a where the condition c is 1, b where it is 0, entry by entry
///   ā = ȳ where c is 1, else 0        b̄ = ȳ where c is 0, else 0        c̄ = 0
/// The language sees to it that c is 0 or 1: what is no comparison is compared with 0.
struct Where {
  static void run(auto& y, const auto& c, const auto& a, const auto& b) {
    using S = typename std::decay_t<decltype(y)>::Scalar;
    for (Eigen::Index i = 0; i < y.size(); ++i)
      y.data()[i] = c.data()[i] != S(0) ? a.data()[i] : b.data()[i];
  }
  static auto pullback(const auto& y_bar, const auto& /*y*/, const auto& c, const auto& /*a*/,
                       const auto& /*b*/) {
    return std::tuple{0 * c, where_true(y_bar, c), where_false(y_bar, c)};
  }

  static constexpr std::string_view name = "where";
  static constexpr int operands = 3;
  static constexpr bool entrywise = false;  // of three operands, which the loops don't know
  static constexpr bool condition_first = true;
  static constexpr bool quadratic = true;
  static constexpr Reference reference{
      "where(c, a, b): a where the condition c holds (is not 0), else b",
      "same shapes, or broadcast", "ȳ ⊙ [c] for a, ȳ ⊙ [not c] for b", "none",
      "numpy.where, torch.where"};

  static Notation notation(std::span<const Operand> x, const Attributes& /*with*/) {
    return notation::call("where", {without_brackets(x[0].notation), x[1].notation, x[2].notation});
  }
  /// z > 0 of [z > 0]
  static Notation without_brackets(const Notation& c) {
    if (c.kind != Notation::Kind::words || c.text != "[" || c.children.size() != 4) return c;
    return notation::words("", {c.children[0], c.children[1], c.children[2]});
  }
};

}  // namespace op
}  // namespace tracer
