// Formulas to products and sums (simplifier.hpp says how the whole works). Next: simplify_back.cpp.
#include "tracer/symbol/simplify.hpp"

#include <algorithm>
#include <cstdlib>

#include "tracer/symbol/simplifier.hpp"

namespace tracer {
namespace simplification {
namespace {

bool is_integer(const Rational& r) { return denominator(r) == 1; }

bool same_factors(const Product& a, const Product& b) {
  return a.factors.size() == b.factors.size() &&
         std::ranges::all_of(a.factors, [&](const Factor& f) {
           return std::ranges::any_of(b.factors, [&](const Factor& g) {
             return f.base == g.base && f.exponent == g.exponent;
           });
         });
}

Rational power(const Rational& base, const Rational& integer) {
  const auto n = static_cast<int>(integer);
  Rational result = 1;
  for (int i = 0; i < std::abs(n); ++i) result *= base;
  return n < 0 ? Rational(1 / result) : result;
}

// the number that a formula is, or that it has in every entry
std::optional<Rational> number_in(const Symbol& e) {
  if (e.is_number()) return e.number();
  if (is_spread(e)) return number_in(e.operands()[0]);
  return std::nullopt;
}

bool is_arithmetic(const Symbol& e) {
  return e.is(Law::add) || e.is(Law::subtract) || e.is(Law::multiply) || e.is(Law::divide) ||
         e.is(Law::negate) || e.is(Law::power) || e.is(Law::square);
}

// a base that no rule above takes apart any further
bool is_opaque(const Symbol& e) {
  if (e.is_number()) return false;
  if (e.kind() != Symbol::Kind::apply) return true;
  if (e.is(Law::broadcast)) return !is_spread(e);
  if (e.is(Law::power)) return !number_in(e.operands()[1]);
  if (e.is(Law::divide)) return number_in(e.operands()[1]) == Rational(0);
  return e.is(Law::add) || e.is(Law::subtract) || !is_arithmetic(e);
}

Product raised(Product product, const Rational& exponent) {
  if (product.coefficient != 0 || exponent > 0) {
    product.coefficient = power(product.coefficient, exponent);
  }
  for (Factor& factor : product.factors) factor.exponent *= exponent;
  return product;
}

void add_term(Sum& sum, const Product& term) {
  for (Product& other : sum) {
    if (same_factors(other, term)) {
      other.coefficient += term.coefficient;
      return;
    }
  }
  sum.push_back(term);
}

}  // namespace

void multiply_in(Product& product, const Symbol& base, const Rational& exponent) {
  for (auto it = product.factors.begin(); it != product.factors.end(); ++it) {
    if (it->base == base) {
      it->exponent += exponent;
      if (it->exponent == 0) product.factors.erase(it);
      return;
    }
  }
  product.factors.push_back({base, exponent});
}

void multiply_in(Product& product, const Product& other) {
  product.coefficient *= other.coefficient;
  for (const Factor& factor : other.factors) multiply_in(product, factor.base, factor.exponent);
}

Symbol Simplifier::simplify(const Symbol& e) {
  if (e.kind() != Symbol::Kind::apply) return e;
  if (const auto found = known_.find(e.identity()); found != known_.end()) return found->second;
  Symbol result = rewrite(e);
  kept_.push_back(e);  // keeps the key of known_ alive, for it is an address
  known_.emplace(e.identity(), result);
  known_.emplace(result.identity(), result);  // what is simple already is not taken apart again
  return result;
}

Symbol Simplifier::rewrite(const Symbol& e) {
  switch (e.operation().law) {
    case Law::add:
    case Law::subtract:
      return from_sum(to_sum(e), e.shape());
    case Law::multiply:
    case Law::divide:
    case Law::negate:
    case Law::power:
    case Law::square:
      if (expanding_) return from_sum(to_sum(e), e.shape());
      return from_product(to_product(e), e.shape());
    case Law::transpose:
      return transposed(simplify(e.operands()[0]));
    case Law::matmul:
      return matmul(simplify(e.operands()[0]), simplify(e.operands()[1]), e);
    case Law::sum:
    case Law::mean:
    case Law::broadcast:
    case Law::reshape:
    case Law::slice:
    case Law::place:
      return linear(e, simplify(e.operands()[0]));
    case Law::diagonal:
    case Law::diagonal_matrix:
      return on_diagonal(e, simplify(e.operands()[0]));
    case Law::identity:
    case Law::concat:
    case Law::unit:
    case Law::none:
      break;
  }
  return with_simple_operands(e);
}

Symbol Simplifier::with_simple_operands(const Symbol& e) {
  std::vector<Symbol> operands;
  for (const Symbol& operand : e.operands()) operands.push_back(simplify(operand));
  return Symbol::apply(e.operation(), std::move(operands), e.attributes());
}

Product Simplifier::to_product(const Symbol& e) {
  if (e.kind() == Symbol::Kind::apply) {
    if (const auto found = products_.find(e.identity()); found != products_.end())
      return found->second;
  }
  Product product = product_of(e);
  if (product.coefficient == 0) product.factors.clear();
  if (e.kind() == Symbol::Kind::apply) {
    kept_.push_back(e);
    products_.emplace(e.identity(), product);
  }
  return product;
}

Product Simplifier::product_of(const Symbol& e) {
  Product product;
  if (e.is_number()) {
    product.coefficient = e.number();
  } else if (e.is(Law::negate)) {
    product = to_product(e.operands()[0]);
    product.coefficient = -product.coefficient;
  } else if (e.is(Law::multiply)) {
    product = to_product(e.operands()[0]);
    multiply_in(product, to_product(e.operands()[1]));
  } else if (e.is(Law::divide) && !is_zero(e.operands()[1])) {
    product = to_product(e.operands()[0]);
    multiply_in(product, raised(to_product(e.operands()[1]), -1));
  } else if (e.is(Law::square)) {
    product = raised(to_product(e.operands()[0]), 2);
  } else if (e.is(Law::power) && number_in(simplify(e.operands()[1]))) {
    product = to_power(e, *number_in(simplify(e.operands()[1])));
  } else if (is_spread(e)) {
    product = to_product(simplify(e.operands()[0]));  // a scalar in every entry is a scalar factor
  } else if (e.is(Law::divide) ||
             e.is(Law::power)) {  // by 0, or to a power that is no number: stays as it is
    multiply_in(product, with_simple_operands(e), 1);
  } else {
    const Symbol plain = simplify(e);
    if (is_opaque(plain)) {
      multiply_in(product, plain, 1);
    } else {
      product = to_product(plain);
    }
  }
  return product;
}

Product Simplifier::to_power(const Symbol& e, const Rational& exponent) {
  const Symbol base = simplify(e.operands()[0]);
  Product product;
  if (exponent == 0) return product;
  // (−8)^2000 would print as nobody wants it, and (x²)^½ is not x
  const bool apart = is_integer(exponent) && abs(exponent) <= 64;
  Product inner = to_product(base);
  if (apart && !(inner.coefficient == 0 && exponent < 0)) return raised(inner, exponent);
  if (exponent == 1) return inner;
  if (number_in(base)) {
    multiply_in(product, e, 1);
  } else {
    multiply_in(product, base, exponent);
  }
  return product;
}

bool Simplifier::is_zero(const Symbol& e) {
  const auto number = number_in(simplify(e));
  return number && *number == 0;
}

Sum Simplifier::to_sum(const Symbol& e) {
  Sum sum;
  add_terms(sum, e, 1);
  std::erase_if(sum, [](const Product& term) { return term.coefficient == 0; });
  return sum;
}

void Simplifier::add_terms(Sum& sum, const Symbol& e, const Rational& sign) {
  if (e.is(Law::add) || e.is(Law::subtract)) {
    add_terms(sum, e.operands()[0], sign);
    add_terms(sum, e.operands()[1], e.is(Law::add) ? sign : Rational(-sign));
    return;
  }
  if (e.is(Law::negate)) return add_terms(sum, e.operands()[0], -sign);
  Product term = to_product(e);
  term.coefficient *= sign;
  // a product that is nothing but a sum joins this one: a + (b − c)
  if (term.factors.size() == 1 && term.factors[0].exponent == 1 && abs(term.coefficient) == 1 &&
      (term.factors[0].base.is(Law::add) || term.factors[0].base.is(Law::subtract))) {
    return add_terms(sum, term.factors[0].base, term.coefficient);
  }
  add_expanded(sum, term);
}

// with expanding_: (a + b)·c as a·c + b·c, and (a + b)² as (a + b)·(a + b)
void Simplifier::add_expanded(Sum& sum, const Product& term) {
  // beyond the third power nobody would multiply out, and the terms grow without end
  const auto is_to_expand = [](const Factor& f) {
    return (f.base.is(Law::add) || f.base.is(Law::subtract)) && is_integer(f.exponent) &&
           f.exponent > 0 && f.exponent <= 3;
  };
  const auto found = std::ranges::find_if(term.factors, is_to_expand);
  if (!expanding_ || found == term.factors.end()) return add_term(sum, term);
  for (const Product& part : to_sum(found->base)) {
    Product whole;
    whole.coefficient = term.coefficient;
    for (const Factor& factor : term.factors) {  // the part takes the place of the sum it is from
      const bool opened = &factor == &*found;
      if (opened) multiply_in(whole, part);
      if (!opened || factor.exponent > 1) {
        multiply_in(whole, factor.base, opened ? Rational(factor.exponent - 1) : factor.exponent);
      }
    }
    add_expanded(sum, whole);
  }
}

}  // namespace simplification

Symbol simplify(const Symbol& formula) {
  return simplification::Simplifier(false).simplify(formula);
}

Symbol expand(const Symbol& formula) {
  return simplify(simplification::Simplifier(true).simplify(formula));
}

}  // namespace tracer
