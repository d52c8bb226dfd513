// Matrix products, transposes, sums and other linear operations: scalars come out in front of them.
#include "tracer/symbol/simplifier.hpp"

namespace tracer::simplification {

// splits what is scalar off a product: 2·c·A  →  2·c and A
std::pair<Product, Symbol> Simplifier::split_scalars(const Symbol& e) {
  Product scalars;
  Product rest;
  const Product all = to_product(e);
  scalars.coefficient = all.coefficient;
  for (const Factor& factor : all.factors) {
    (factor.base.shape().is_scalar() ? scalars : rest).factors.push_back(factor);
  }
  return {scalars, from_product(rest, e.shape())};
}

Symbol Simplifier::with_scalars(Product scalars, const Symbol& matrix) {
  if (scalars.coefficient == 0) return spread(Symbol(0), matrix.shape());
  Product product = std::move(scalars);
  multiply_in(product, matrix, 1);
  return from_product(product, matrix.shape());
}

Symbol Simplifier::matmul(const Symbol& a, const Symbol& b, const Symbol& original) {
  if (a.shape().is_scalar() ||
      b.shape().is_scalar()) {  // 1×1 times a row or a column is a plain factor
    return from_product(to_product(apply(Law::multiply, a, b)), original.shape());
  }
  auto [left_scalars, left] = split_scalars(a);
  auto [right_scalars, right] = split_scalars(b);
  multiply_in(left_scalars, right_scalars);
  if (left.is(Law::unit)) return with_scalars(left_scalars, right);
  if (right.is(Law::unit)) return with_scalars(left_scalars, left);
  return with_scalars(left_scalars, Symbol::apply(original.operation(), {left, right}));
}

Symbol Simplifier::transposed(const Symbol& x) {
  if (x.shape().is_scalar()) return x;
  if (x.is(Law::transpose)) return x.operands()[0];
  if (x.is(Law::unit)) return x;
  if (is_spread(x)) return spread(x.operands()[0], {x.shape().columns, x.shape().rows});
  if (x.is(Law::matmul)) {  // (A·B)ᵀ = Bᵀ·Aᵀ
    return Symbol::apply(x.operation(), {transposed(x.operands()[1]), transposed(x.operands()[0])});
  }
  auto [scalars, matrix] = split_scalars(x);
  if (matrix.is(Law::transpose) || matrix.is(Law::matmul))
    return with_scalars(scalars, transposed(matrix));
  return with_scalars(scalars, apply(Law::transpose, matrix));
}

Symbol Simplifier::linear(const Symbol& e, const Symbol& x) {
  if (e.shape() == x.shape() && (e.is(Law::sum) || e.is(Law::broadcast))) return x;
  if (is_spread(e)) return Symbol::apply(e.operation(), {x}, e.attributes());
  if (e.is(Law::broadcast) && is_spread(x)) return spread(x.operands()[0], e.shape());
  if (e.is(Law::sum) && is_spread(x)) {  // m equal terms
    Symbol terms = x.operands()[0];
    if (e.shape().rows.is_one()) terms = apply(Law::multiply, Symbol::size(x.shape().rows), terms);
    if (e.shape().columns.is_one())
      terms = apply(Law::multiply, Symbol::size(x.shape().columns), terms);
    return from_product(to_product(terms), e.shape());
  }
  if (x.shape().is_scalar()) {  // only its number comes out: zeros with x at [0,0], not x·(zeros
                                // with 1 at [0,0])
    Product all = to_product(x);
    const Product number{all.coefficient, {}};
    all.coefficient = 1;
    return with_scalars(
        number, Symbol::apply(e.operation(), {from_product(all, scalar_shape)}, e.attributes()));
  }
  auto [scalars, matrix] = split_scalars(x);
  return with_scalars(scalars, Symbol::apply(e.operation(), {matrix}, e.attributes()));
}

}  // namespace tracer::simplification
