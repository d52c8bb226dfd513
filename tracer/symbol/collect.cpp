// A sum as a person writes it: what all its terms have in common stands outside a bracket.
#include <algorithm>
#include <optional>

#include "tracer/symbol/simplifier.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace simplification {
namespace {

bool has(const Product& term, const Factor& factor) {
  return std::ranges::any_of(term.factors, [&](const Factor& f) {
    return f.base == factor.base && f.exponent == factor.exponent;
  });
}

// Takes out of each term what all of them have.
Product take_common_factors(Sum& sum) {
  Product common;
  for (const Factor& factor : std::vector<Factor>(sum[0].factors)) {
    if (!std::ranges::all_of(sum, [&](const Product& term) { return has(term, factor); })) continue;
    common.factors.push_back(factor);
    for (Product& term : sum)
      std::erase_if(term.factors, [&](const Factor& f) { return f.base == factor.base; });
  }
  return common;
}

// Of the matrix product A·B·C, A or C; and what is left of it.
enum class Side { left, right };

Symbol outermost(const Symbol& e, Side side) {
  if (!e.is(Law::matmul)) return e;
  return outermost(e.operands()[side == Side::left ? 0 : 1], side);
}

Symbol without_outermost(const Symbol& e, Side side) {
  const Symbol& outer = e.operands()[side == Side::left ? 0 : 1];
  const Symbol& inner = e.operands()[side == Side::left ? 1 : 0];
  if (!outer.is(Law::matmul)) return inner;
  const Symbol rest = without_outermost(outer, side);
  return side == Side::left ? apply(Law::matmul, rest, inner) : apply(Law::matmul, inner, rest);
}

// The one matrix in a term, where that is a product of matrices; null: it is something else.
const Symbol* matrix_product(const Product& term) {
  const Symbol* found = nullptr;
  for (const Factor& factor : term.factors) {
    if (factor.base.shape().is_scalar()) continue;
    if (found != nullptr || factor.exponent != 1 || !factor.base.is(Law::matmul)) return nullptr;
    found = &factor.base;
  }
  return found;
}

}  // namespace

// A·x + A·y as A·(x + y): the terms without what they share; nothing where they share nothing.
std::optional<Symbol> Simplifier::with_common_side(const Sum& sum, const Shape& shape) {
  for (const Side side : {Side::left, Side::right}) {
    std::optional<Symbol> shared;
    Sum others;
    for (const Product& term : sum) {
      const Symbol* product = matrix_product(term);
      if (product == nullptr) return std::nullopt;
      const Symbol outer = outermost(*product, side);
      if (shared && !(*shared == outer)) break;
      shared = outer;
      Product& other = others.emplace_back();
      other.coefficient = term.coefficient;
      for (const Factor& factor : term.factors)
        multiply_in(other,
                    &factor.base == product ? without_outermost(*product, side) : factor.base,
                    factor.exponent);
    }
    if (others.size() < sum.size()) continue;
    // A + Aᵀ rather than Aᵀ + A
    const auto has_no_transpose = [](const Product& term) {
      return std::ranges::none_of(term.factors,
                                  [](const Factor& f) { return f.base.is(Law::transpose); });
    };
    std::stable_partition(others.begin(), others.end(), has_no_transpose);
    const Shape inner = side == Side::left ? Shape{shared->shape().columns, shape.columns}
                                           : Shape{shape.rows, shared->shape().rows};
    const Symbol rest = collect(from_sum(std::move(others), inner));
    return simplify(side == Side::left ? apply(Law::matmul, *shared, rest)
                                       : apply(Law::matmul, rest, *shared));
  }
  return std::nullopt;
}

Symbol Simplifier::collect(const Symbol& e) {
  Sum sum = to_sum(e);
  if (sum.empty()) return e;
  if (sum.size() == 1) {  // ½·(a·c + b·c)
    Product made;
    made.coefficient = sum[0].coefficient;
    for (const Factor& factor : sum[0].factors) {
      const bool is_sum = factor.base.is(Law::add) || factor.base.is(Law::subtract);
      if (is_sum && factor.exponent == 1) {
        multiply_in(made, to_product(collect(factor.base)));
      } else {
        multiply_in(made, factor.base, factor.exponent);
      }
    }
    return from_product(std::move(made), e.shape());
  }
  Product outer = take_common_factors(sum);
  if (outer.factors.empty()) return with_common_side(sum, e.shape()).value_or(e);
  Product whole;
  multiply_in(whole, to_product(collect(from_sum(std::move(sum), e.shape()))));
  multiply_in(whole, outer);
  return from_product(std::move(whole), e.shape());
}

}  // namespace simplification

Symbol collect(const Symbol& formula) {
  const Symbol made = simplification::Simplifier(false).collect(simplify(formula));
  return made.weight() < formula.weight() ? made : formula;
}

}  // namespace tracer
