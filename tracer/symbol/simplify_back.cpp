// Products and sums back to formulas, as a person would write them. Next: simplify_matrices.cpp.
#include <algorithm>

#include "tracer/symbol/simplifier.hpp"

namespace tracer::simplification {
namespace {

Symbol times(const std::vector<Symbol>& factors) {
  if (factors.empty()) return Symbol(1);
  Symbol result = factors.front();
  for (std::size_t i = 1; i < factors.size(); ++i)
    result = apply(Law::multiply, result, factors[i]);
  return result;
}

Symbol quotient(const std::vector<Symbol>& above, const std::vector<Symbol>& below) {
  return below.empty() ? times(above) : apply(Law::divide, times(above), times(below));
}

// x/(3·m) and ȳ/(2·y) rather than ⅓·x/m and ½·ȳ/y, but 0.01·x/m: what is written as a decimal stays
// in front
bool joins_denominator(const Rational& coefficient) {
  Integer rest = denominator(coefficient);
  if (rest == 2 || rest == 4) return true;
  while (rest % 2 == 0) rest /= 2;
  while (rest % 5 == 0) rest /= 5;
  return rest != 1;
}

// Scalars before matrices; the denominator of scalars stands below a single sum, (P − Y)/m, and
// before anything else, (1/m)·Y
Symbol unsigned_product(const Product& product) {
  std::vector<Symbol> above, below, matrices_above, matrices_below;
  for (const Factor& factor : product.factors) {
    const bool scalar = factor.base.shape().is_scalar();
    const Rational exponent = abs(factor.exponent);
    Symbol part = exponent == 1 ? factor.base : apply(Law::power, factor.base, Symbol(exponent));
    auto& place =
        factor.exponent > 0 ? (scalar ? above : matrices_above) : (scalar ? below : matrices_below);
    place.push_back(std::move(part));
  }
  Rational coefficient = product.coefficient;
  if (!below.empty() && joins_denominator(coefficient)) {
    below.emplace(below.begin(), Rational(denominator(coefficient)));
    coefficient = numerator(coefficient);
  }
  if (coefficient != 1) above.emplace(above.begin(), coefficient);
  if (matrices_above.empty() && matrices_below.empty()) return quotient(above, below);
  const Symbol matrix = quotient(matrices_above, matrices_below);
  if (above.empty() && below.empty()) return matrix;
  const bool single_sum = above.empty() && (matrix.is(Law::add) || matrix.is(Law::subtract));
  if (single_sum) return apply(Law::divide, matrix, times(below));
  return apply(Law::multiply, quotient(above, below), matrix);
}

// ½a + ½b is ½(a + b), A/m − B/m is (A − B)/m
Product take_out_common(Sum& sum) {
  Product common;
  const Rational size = abs(sum[0].coefficient);
  if (size != 1 &&
      std::ranges::all_of(sum, [&](const Product& t) { return abs(t.coefficient) == size; }) &&
      std::ranges::none_of(sum, [](const Product& t) { return t.factors.empty(); })) {
    common.coefficient = size;
    for (Product& term : sum) term.coefficient /= size;
  }
  const std::vector<Factor> candidates = sum[0].factors;
  for (const Factor& candidate : candidates) {
    if (candidate.base.kind() != Symbol::Kind::size) continue;
    const bool everywhere = std::ranges::all_of(sum, [&](const Product& t) {
      return std::ranges::any_of(t.factors, [&](const Factor& f) {
        return f.base == candidate.base && f.exponent == candidate.exponent;
      });
    });
    if (!everywhere) continue;
    common.factors.push_back(candidate);
    for (Product& term : sum) {
      std::erase_if(term.factors, [&](const Factor& f) { return f.base == candidate.base; });
    }
  }
  return common;
}

}  // namespace

Symbol spread(Symbol e, const Shape& shape) {
  if (shape.is_scalar() || !e.shape().is_scalar()) return e;
  return Symbol::apply(operation_for(Law::broadcast), {std::move(e)}, {.shape = shape});
}

Symbol Simplifier::from_product(Product product, const Shape& shape) {
  if (product.coefficient == 0) return spread(Symbol(0), shape);
  // −(a − b) is b − a
  if (product.factors.size() == 1 && product.factors[0].exponent == 1 &&
      product.coefficient == -1 &&
      (product.factors[0].base.is(Law::add) || product.factors[0].base.is(Law::subtract))) {
    Sum sum = to_sum(product.factors[0].base);
    for (Product& term : sum) term.coefficient = -term.coefficient;
    return from_sum(std::move(sum), shape);
  }
  product = with_difference_turned(within_window(product));
  const bool negative = product.coefficient < 0;
  if (negative) product.coefficient = -product.coefficient;
  const Symbol result = unsigned_product(product);
  return spread(negative ? (result.is_number() ? Symbol(Rational(-result.number()))
                                               : apply(Law::negate, result))
                         : result,
                shape);
}

// −(a − b)/m is (b − a)/m, where nothing but the difference stands above the line
Product Simplifier::with_difference_turned(const Product& product) {
  if (numerator(product.coefficient) != -1) return product;
  const Factor* difference = nullptr;
  for (const Factor& factor : product.factors) {
    if (factor.exponent < 0) continue;
    if (difference != nullptr || factor.exponent != 1 || !factor.base.is(Law::subtract))
      return product;
    difference = &factor;
  }
  if (difference == nullptr) return product;
  Sum sum = to_sum(difference->base);
  for (Product& term : sum) term.coefficient = -term.coefficient;
  Product turned;
  turned.coefficient = -product.coefficient;
  for (const Factor& factor : product.factors) {  // collected anew, for b − a may be there already
    multiply_in(turned, &factor == difference ? from_sum(sum, factor.base.shape()) : factor.base,
                factor.exponent);
  }
  return turned;
}

Symbol Simplifier::from_sum(Sum sum, const Shape& shape) {
  std::erase_if(sum, [](const Product& term) { return term.coefficient == 0; });
  if (sum.empty()) return spread(Symbol(0), shape);
  if (sum.size() == 1) return from_product(sum[0], shape);
  Product common = take_out_common(sum);
  // a sum starts with something positive where there is one: y − z, not −z + y
  const auto first = std::ranges::find_if(sum, [](const Product& t) { return t.coefficient > 0; });
  if (first != sum.end()) std::rotate(sum.begin(), first, first + 1);
  Symbol result = term_of(sum[0], true);
  for (std::size_t i = 1; i < sum.size(); ++i) {
    result = sum[i].coefficient < 0 ? apply(Law::subtract, result, term_of(sum[i], false))
                                    : apply(Law::add, result, term_of(sum[i], true));
  }
  if (common.coefficient == 1 && common.factors.empty()) return spread(result, shape);
  Product outer;
  multiply_in(outer, result, 1);
  multiply_in(outer, common);
  return from_product(outer, shape);
}

Symbol Simplifier::term_of(Product term, bool with_sign) {
  if (!with_sign) term.coefficient = abs(term.coefficient);
  return from_product(std::move(term), scalar_shape);
}

}  // namespace tracer::simplification
