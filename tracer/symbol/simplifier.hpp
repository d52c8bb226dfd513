// How simplification works: every formula is brought into the form  coefficient · base^exponent ·
// base^exponent ... (a Product) or into a Sum of such products, equal things are collected there,
// and the result is written back in the order in which a person met the factors. Bottom-up; a
// shared subformula is simplified once. For simplify.cpp and its companions only. Next:
// simplify.cpp (formulas to products), simplify_back.cpp (and back), simplify_matrices.cpp, collect.cpp.
#pragma once

#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "tracer/symbol/symbol.hpp"

namespace tracer::simplification {

struct Factor {
  Symbol base;
  Rational exponent;
};

struct Product {
  Rational coefficient = 1;
  std::vector<Factor> factors;  // in order of appearance, each base once, no exponent 0
};

using Sum = std::vector<Product>;

void multiply_in(Product& product, const Symbol& base, const Rational& exponent);
void multiply_in(Product& product, const Product& other);

inline Symbol apply(Law law, Symbol a) { return Symbol::apply(operation_for(law), {std::move(a)}); }
inline Symbol apply(Law law, Symbol a, Symbol b) {
  return Symbol::apply(operation_for(law), {std::move(a), std::move(b)});
}

/// A formula of scalars that stands for a whole matrix says so with a broadcast.
Symbol spread(Symbol e, const Shape& shape);

class Simplifier {
 public:
  explicit Simplifier(bool expanding) : expanding_(expanding) {}
  Symbol simplify(const Symbol& e);
  Symbol collect(const Symbol& simple);  // collect.cpp

 private:
  Symbol rewrite(const Symbol& e);
  Symbol with_simple_operands(const Symbol& e);

  // formulas to products and sums: simplify.cpp
  Product to_product(const Symbol& e);
  Product product_of(const Symbol& e);
  Product to_power(const Symbol& e, const Rational& exponent);
  bool is_zero(const Symbol& e);
  Sum to_sum(const Symbol& e);
  void add_terms(Sum& sum, const Symbol& e, const Rational& sign);
  void add_expanded(Sum& sum, const Product& term);

  // and back: simplify_back.cpp
  Symbol from_product(Product product, const Shape& shape);
  Product with_difference_turned(const Product& product);
  Symbol from_sum(Sum sum, const Shape& shape);
  Symbol term_of(Product term, bool with_sign);

  // matrices: simplify_matrices.cpp
  std::pair<Product, Symbol> split_scalars(const Symbol& e);
  Symbol with_scalars(Product scalars, const Symbol& matrix);
  Symbol matmul(const Symbol& a, const Symbol& b, const Symbol& original);
  Symbol transposed(const Symbol& x);
  Symbol linear(const Symbol& e, const Symbol& x);
  Symbol of_window(const Symbol& e, const Symbol& placed);
  Symbol on_diagonal(const Symbol& e, const Symbol& x);
  Product within_window(const Product& product);

  std::optional<Symbol> with_common_side(const Sum& sum, const Shape& shape);  // collect.cpp

  bool expanding_;  // products of sums are multiplied out
  std::unordered_map<const void*, Symbol> known_;
  std::unordered_map<const void*, Product> products_;
  std::vector<Symbol> kept_;
};

}  // namespace tracer::simplification
