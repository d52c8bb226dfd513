// How: every formula is brought into the form  coefficient · base^exponent · base^exponent ...  (a product) or a sum
// of such products, equal things are collected there, and the result is written back in the order in which a
// person met the factors. Works bottom-up; a shared subformula is simplified once.
#include "tracer/symbol/simplify.hpp"

#include <algorithm>
#include <optional>
#include <unordered_map>

namespace tracer {
namespace {

struct Factor {
  Symbol base;
  Rational exponent;
};

struct Product {
  Rational coefficient = 1;
  std::vector<Factor> factors;  // in order of appearance, each base once, no exponent 0
};

using Sum = std::vector<Product>;

Symbol apply(Law law, Symbol a) { return Symbol::apply(operation_for(law), {std::move(a)}); }
Symbol apply(Law law, Symbol a, Symbol b) {
  return Symbol::apply(operation_for(law), {std::move(a), std::move(b)});
}

bool is_integer(const Rational& r) { return denominator(r) == 1; }

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

class Simplifier {
 public:
  explicit Simplifier(bool expanding) : expanding_(expanding) {}

  Symbol simplify(const Symbol& e) {
    if (e.kind() != Symbol::Kind::apply) return e;
    if (const auto found = known_.find(e.identity()); found != known_.end()) return found->second;
    Symbol result = rewrite(e);
    kept_.push_back(e);  // keeps the key of known_ alive, for it is an address
    known_.emplace(e.identity(), result);
    known_.emplace(result.identity(), result);  // what is simple already is not taken apart again
    return result;
  }

 private:
  Symbol rewrite(const Symbol& e) {
    switch (e.operation().law) {
      case Law::add:
      case Law::subtract: return from_sum(to_sum(e), e.shape());
      case Law::multiply:
      case Law::divide:
      case Law::negate:
      case Law::power:
      case Law::square:
        if (expanding_) return from_sum(to_sum(e), e.shape());
        return from_product(to_product(e), e.shape());
      case Law::transpose: return transposed(simplify(e.operands()[0]));
      case Law::matmul: return matmul(simplify(e.operands()[0]), simplify(e.operands()[1]), e);
      case Law::sum:
      case Law::broadcast:
      case Law::linear: return linear(e, simplify(e.operands()[0]));
      case Law::none: break;
    }
    return with_simple_operands(e);
  }

  // --- formulas to products and sums

  Product to_product(const Symbol& e) {
    if (e.kind() == Symbol::Kind::apply) {
      if (const auto found = products_.find(e.identity()); found != products_.end()) return found->second;
    }
    Product product = product_of(e);
    if (product.coefficient == 0) product.factors.clear();
    if (e.kind() == Symbol::Kind::apply) {
      kept_.push_back(e);
      products_.emplace(e.identity(), product);
    }
    return product;
  }

  Product product_of(const Symbol& e) {
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
    } else if (e.is(Law::divide) || e.is(Law::power)) {  // by 0, or to a power that is no number: stays as it is
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

  bool is_zero(const Symbol& e) {
    const auto number = number_in(simplify(e));
    return number && *number == 0;
  }

  // the number that a formula is, or that it has in every entry
  static std::optional<Rational> number_in(const Symbol& e) {
    if (e.is_number()) return e.number();
    if (is_spread(e)) return number_in(e.operands()[0]);
    return std::nullopt;
  }

  Symbol with_simple_operands(const Symbol& e) {
    std::vector<Symbol> operands;
    for (const Symbol& operand : e.operands()) operands.push_back(simplify(operand));
    return Symbol::apply(e.operation(), std::move(operands), e.attributes());
  }

  static bool is_arithmetic(const Symbol& e) {
    return e.is(Law::add) || e.is(Law::subtract) || e.is(Law::multiply) || e.is(Law::divide) ||
           e.is(Law::negate) || e.is(Law::power) || e.is(Law::square);
  }

  // a base that no rule above takes apart any further
  static bool is_opaque(const Symbol& e) {
    if (e.is_number()) return false;
    if (e.kind() != Symbol::Kind::apply) return true;
    if (e.is(Law::broadcast)) return !is_spread(e);
    if (e.is(Law::power)) return !number_in(e.operands()[1]);
    if (e.is(Law::divide)) return number_in(e.operands()[1]) == Rational(0);
    return e.is(Law::add) || e.is(Law::subtract) || !is_arithmetic(e);
  }

  // one number in every entry of a matrix
  static bool is_spread(const Symbol& e) {
    return e.is(Law::broadcast) && e.operands()[0].shape().is_scalar() && !e.shape().is_scalar();
  }

  static Product raised(Product product, const Rational& exponent) {
    if (product.coefficient != 0 || exponent > 0) {
      product.coefficient = power(product.coefficient, exponent);
    }
    for (Factor& factor : product.factors) factor.exponent *= exponent;
    return product;
  }

  Product to_power(const Symbol& e, const Rational& exponent) {
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

  Sum to_sum(const Symbol& e) {
    Sum sum;
    add_terms(sum, e, 1);
    std::erase_if(sum, [](const Product& term) { return term.coefficient == 0; });
    return sum;
  }

  void add_terms(Sum& sum, const Symbol& e, const Rational& sign) {
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
  void add_expanded(Sum& sum, const Product& term) {
    // beyond the third power nobody would multiply out, and the terms grow without end
    const auto is_to_expand = [](const Factor& f) {
      return (f.base.is(Law::add) || f.base.is(Law::subtract)) && is_integer(f.exponent) && f.exponent > 0 &&
             f.exponent <= 3;
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

  static void add_term(Sum& sum, const Product& term) {
    for (Product& other : sum) {
      if (same_factors(other, term)) {
        other.coefficient += term.coefficient;
        return;
      }
    }
    sum.push_back(term);
  }

  // --- products and sums back to formulas

  Symbol from_product(Product product, const Shape& shape) {
    if (product.coefficient == 0) return spread(Symbol(0), shape);
    // −(a − b) is b − a
    if (product.factors.size() == 1 && product.factors[0].exponent == 1 && product.coefficient == -1 &&
        (product.factors[0].base.is(Law::add) || product.factors[0].base.is(Law::subtract))) {
      Sum sum = to_sum(product.factors[0].base);
      for (Product& term : sum) term.coefficient = -term.coefficient;
      return from_sum(std::move(sum), shape);
    }
    const bool negative = product.coefficient < 0;
    if (negative) product.coefficient = -product.coefficient;
    const Symbol result = unsigned_product(product);
    return spread(negative ? (result.is_number() ? Symbol(Rational(-result.number())) : apply(Law::negate, result))
                           : result,
                  shape);
  }

  // Scalars before matrices; the denominator of scalars stands below a single sum, (P − Y)/m, and before anything
  // else, (1/m)·Y
  static Symbol unsigned_product(const Product& product) {
    std::vector<Symbol> above, below, matrices_above, matrices_below;
    for (const Factor& factor : product.factors) {
      const bool scalar = factor.base.shape().is_scalar();
      const Rational exponent = abs(factor.exponent);
      Symbol part = exponent == 1 ? factor.base : apply(Law::power, factor.base, Symbol(exponent));
      auto& place = factor.exponent > 0 ? (scalar ? above : matrices_above) : (scalar ? below : matrices_below);
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

  // x/(3·m) and ȳ/(2·y) rather than ⅓·x/m and ½·ȳ/y, but 0.01·x/m: what is written as a decimal stays in front
  static bool joins_denominator(const Rational& coefficient) {
    Integer rest = denominator(coefficient);
    if (rest == 2 || rest == 4) return true;
    while (rest % 2 == 0) rest /= 2;
    while (rest % 5 == 0) rest /= 5;
    return rest != 1;
  }

  static Symbol quotient(const std::vector<Symbol>& above, const std::vector<Symbol>& below) {
    return below.empty() ? times(above) : apply(Law::divide, times(above), times(below));
  }

  static Symbol times(const std::vector<Symbol>& factors) {
    if (factors.empty()) return Symbol(1);
    Symbol result = factors.front();
    for (std::size_t i = 1; i < factors.size(); ++i) result = apply(Law::multiply, result, factors[i]);
    return result;
  }

  Symbol from_sum(Sum sum, const Shape& shape) {
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
    outer.coefficient = common.coefficient;
    multiply_in(outer, result, 1);
    multiply_in(outer, common);
    outer.coefficient = common.coefficient;
    return from_product(outer, shape);
  }

  Symbol term_of(Product term, bool with_sign) {
    if (!with_sign) term.coefficient = abs(term.coefficient);
    return from_product(std::move(term), scalar_shape);
  }

  // ½a + ½b is ½(a + b), A/m − B/m is (A − B)/m
  static Product take_out_common(Sum& sum) {
    Product common;
    const Rational size = abs(sum[0].coefficient);
    if (size != 1 && std::ranges::all_of(sum, [&](const Product& t) { return abs(t.coefficient) == size; }) &&
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

  // A formula of scalars that stands for a whole matrix says so with a broadcast
  static Symbol spread(Symbol e, const Shape& shape) {
    if (shape.is_scalar() || !e.shape().is_scalar()) return e;
    Attributes to;
    to.shape = shape;
    return Symbol::apply(operation_for(Law::broadcast), {std::move(e)}, to);
  }

  // --- matrices

  // splits what is scalar off a product: 2·c·A  →  2·c and A
  std::pair<Product, Symbol> split_scalars(const Symbol& e) {
    Product scalars;
    Product rest;
    const Product all = to_product(e);
    scalars.coefficient = all.coefficient;
    for (const Factor& factor : all.factors) {
      (factor.base.shape().is_scalar() ? scalars : rest).factors.push_back(factor);
    }
    return {scalars, from_product(rest, e.shape())};
  }

  Symbol with_scalars(Product scalars, const Symbol& matrix) {
    if (scalars.coefficient == 0) return spread(Symbol(0), matrix.shape());
    Product product = std::move(scalars);
    multiply_in(product, matrix, 1);
    return from_product(product, matrix.shape());
  }

  Symbol matmul(const Symbol& a, const Symbol& b, const Symbol& original) {
    if (a.shape().is_scalar() || b.shape().is_scalar()) {  // 1×1 times a row or a column is a plain factor
      return from_product(to_product(apply(Law::multiply, a, b)), original.shape());
    }
    auto [left_scalars, left] = split_scalars(a);
    auto [right_scalars, right] = split_scalars(b);
    multiply_in(left_scalars, right_scalars);
    return with_scalars(left_scalars, Symbol::apply(original.operation(), {left, right}));
  }

  Symbol transposed(const Symbol& x) {
    if (x.shape().is_scalar()) return x;
    if (x.is(Law::transpose)) return x.operands()[0];
    if (is_spread(x)) return spread(x.operands()[0], {x.shape().columns, x.shape().rows});
    if (x.is(Law::matmul)) {  // (A·B)ᵀ = Bᵀ·Aᵀ
      return Symbol::apply(x.operation(), {transposed(x.operands()[1]), transposed(x.operands()[0])});
    }
    auto [scalars, matrix] = split_scalars(x);
    if (matrix.is(Law::transpose) || matrix.is(Law::matmul)) return with_scalars(scalars, transposed(matrix));
    return with_scalars(scalars, apply(Law::transpose, matrix));
  }

  Symbol linear(const Symbol& e, const Symbol& x) {
    if (e.shape() == x.shape() && (e.is(Law::sum) || e.is(Law::broadcast))) return x;
    if (is_spread(e)) return Symbol::apply(e.operation(), {x}, e.attributes());
    if (e.is(Law::sum) && is_spread(x)) {  // m equal terms
      Symbol terms = x.operands()[0];
      if (e.shape().rows.is_one()) terms = apply(Law::multiply, Symbol::size(x.shape().rows), terms);
      if (e.shape().columns.is_one()) terms = apply(Law::multiply, Symbol::size(x.shape().columns), terms);
      return from_product(to_product(terms), e.shape());
    }
    if (x.shape().is_scalar()) {  // only its number comes out: zeros with x at [0,0], not x·(zeros with 1 at [0,0])
      Product all = to_product(x);
      const Product number{all.coefficient, {}};
      all.coefficient = 1;
      return with_scalars(number, Symbol::apply(e.operation(), {from_product(all, scalar_shape)}, e.attributes()));
    }
    auto [scalars, matrix] = split_scalars(x);
    return with_scalars(scalars, Symbol::apply(e.operation(), {matrix}, e.attributes()));
  }

  bool expanding_;
  std::unordered_map<const void*, Symbol> known_;
  std::unordered_map<const void*, Product> products_;
  std::vector<Symbol> kept_;
};

}  // namespace

Symbol simplify(const Symbol& formula) { return Simplifier(false).simplify(formula); }

Symbol expand(const Symbol& formula) { return simplify(Simplifier(true).simplify(formula)); }

}  // namespace tracer
