// Matrix products, transposes, sums and other linear operations: scalars come out in front of them.
#include <algorithm>
#include <span>

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
  if (x.is(Law::unit) || x.is(Law::diagonal_matrix)) return x;
  if (x.is(Law::add) && transposed(x.operands()[0]) == x.operands()[1]) return x;  // A + Aᵀ
  if (is_spread(x)) return spread(x.operands()[0], {x.shape().columns, x.shape().rows});
  if (x.is(Law::matmul)) {  // (A·B)ᵀ = Bᵀ·Aᵀ
    return Symbol::apply(x.operation(), {transposed(x.operands()[1]), transposed(x.operands()[0])});
  }
  auto [scalars, matrix] = split_scalars(x);
  if (matrix.is(Law::transpose) || matrix.is(Law::matmul) || matrix.is(Law::diagonal_matrix))
    return with_scalars(scalars, transposed(matrix));
  return with_scalars(scalars, apply(Law::transpose, matrix));
}

Symbol Simplifier::linear(const Symbol& e, const Symbol& x) {
  if (e.shape() == x.shape() && (e.is(Law::sum) || e.is(Law::mean) || e.is(Law::broadcast)))
    return x;
  if (is_spread(e)) return Symbol::apply(e.operation(), {x}, e.attributes());
  if ((e.is(Law::broadcast) || e.is(Law::mean)) && is_spread(x))
    return spread(x.operands()[0], e.shape());
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
  return with_scalars(scalars, matrix.is(Law::place) && !matrix.operands().empty()
                                   ? of_window(e, matrix)
                                   : Symbol::apply(e.operation(), {matrix}, e.attributes()));
}

// The sum of zeros with v among them is that of v, and the window that v was put into has v.
Symbol Simplifier::of_window(const Symbol& e, const Symbol& placed) {
  const Symbol& v = placed.operands()[0];
  if (e.is(Law::sum)) {
    const Symbol sum = simplify(Symbol::apply(e.operation(), {v}));
    if (e.shape().is_scalar() || sum.shape() == e.shape()) return sum;
    const bool down = e.operation().axis == 0;
    return Symbol::apply(placed.operation(), {sum},
                         {.shape = e.shape(),
                          .row = down ? 0 : placed.attributes().row,
                          .column = down ? placed.attributes().column : 0});
  }
  if (e.is(Law::slice) && e.attributes().row == placed.attributes().row &&
      e.attributes().column == placed.attributes().column && e.shape() == v.shape())
    return v;
  return Symbol::apply(e.operation(), {placed}, e.attributes());
}

// Entry by entry, zeros but for v times A are zeros but for v times that window of A.
Product Simplifier::within_window(const Product& product) {
  const auto is_matrix = [](const Factor& f) { return !f.base.shape().is_scalar(); };
  const auto placed = std::ranges::find_if(product.factors, [](const Factor& f) {
    return f.base.is(Law::place) && f.exponent == 1 && f.base.operands()[0].shape().known();
  });
  const bool repeated = std::ranges::any_of(
      product.factors, [](const Factor& f) { return f.base.is(Law::broadcast); });
  if (placed == product.factors.end() || repeated ||
      std::ranges::count_if(product.factors, is_matrix) < 2)
    return product;
  const Symbol& v = placed->base.operands()[0];
  const Attributes& with = placed->base.attributes();
  Product outside, inside;
  outside.coefficient = product.coefficient;
  multiply_in(inside, to_product(v));
  for (const Factor& factor : product.factors) {
    if (&factor == &*placed) continue;
    if (!is_matrix(factor)) {
      multiply_in(outside, factor.base, factor.exponent);
      continue;
    }
    const Symbol window =
        Symbol::apply(operation_for(Law::slice), {factor.base},
                      {.shape = v.shape(), .row = with.row, .column = with.column});
    multiply_in(inside, simplify(window), factor.exponent);
  }
  multiply_in(outside, to_product(linear(placed->base, from_product(inside, v.shape()))));
  return outside;
}

namespace {

void flatten_product(const Symbol& e, std::vector<Symbol>& factors) {
  if (!e.is(Law::matmul)) return factors.push_back(e);
  for (const Symbol& operand : e.operands()) flatten_product(operand, factors);
}

Symbol chained_product(std::span<const Symbol> factors) {
  Symbol made = factors.front();
  for (const Symbol& factor : factors.subspan(1)) made = apply(Law::matmul, made, factor);
  return made;
}

}  // namespace

// Scalars come out in front; the diagonal of a column times a row is the two entry by entry.
Symbol Simplifier::on_diagonal(const Symbol& e, const Symbol& x) {
  if (x.shape().is_scalar()) return x;
  auto [scalars, matrix] = split_scalars(x);
  if (e.is(Law::diagonal) && matrix.is(Law::diagonal_matrix))
    return with_scalars(scalars, matrix.operands()[0]);
  std::vector<Symbol> factors;
  flatten_product(matrix, factors);
  const auto column = std::ranges::find_if(
      factors, [](const Symbol& factor) { return factor.shape().columns.is_one(); });
  if (!e.is(Law::diagonal) || column >= factors.end() - 1)
    return with_scalars(scalars, Symbol::apply(e.operation(), {matrix}));
  const auto before = static_cast<std::size_t>(column - factors.begin()) + 1;
  const std::span<const Symbol> all(factors);
  multiply_in(scalars, to_product(simplify(chained_product(all.first(before)))));
  multiply_in(scalars, to_product(transposed(simplify(chained_product(all.subspan(before))))));
  return from_product(std::move(scalars), e.shape());
}

}  // namespace tracer::simplification
