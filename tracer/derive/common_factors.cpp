#include "tracer/derive/common_factors.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "tracer/error.hpp"
#include "tracer/op/vocabulary.hpp"
#include "tracer/symbol/simplify.hpp"

namespace tracer {
namespace {

struct SignedTerm {
  bool negative = false;
  std::vector<Symbol> factors;
};

void add_factors_of(const Symbol& e, SignedTerm& term) {
  if (e.is(Law::multiply)) {
    add_factors_of(e.operands()[0], term);
    add_factors_of(e.operands()[1], term);
  } else if (e.is(Law::divide)) {
    add_factors_of(e.operands()[0], term);
    term.factors.push_back(Symbol(1) / e.operands()[1]);
  } else if (e.is(Law::negate)) {
    term.negative = !term.negative;
    add_factors_of(e.operands()[0], term);
  } else if (!e.is_number(1)) {
    term.factors.push_back(e);
  }
}

void add_terms_of(const Symbol& e, bool negative, std::vector<SignedTerm>& terms) {
  if (e.is(Law::add) || e.is(Law::subtract)) {
    add_terms_of(e.operands()[0], negative, terms);
    add_terms_of(e.operands()[1], negative != e.is(Law::subtract), terms);
  } else if (e.is(Law::negate)) {
    add_terms_of(e.operands()[0], !negative, terms);
  } else {
    terms.push_back({negative, {}});
    add_factors_of(e, terms.back());
  }
}

Symbol sum_of(const std::vector<SignedTerm>& terms) {
  std::optional<Symbol> sum;
  for (const SignedTerm& term : terms) {
    Symbol product = 1;
    for (const Symbol& factor : term.factors) product = product * factor;
    sum = !sum            ? (term.negative ? -product : product)
          : term.negative ? *sum - product
                          : *sum + product;
  }
  return *sum;
}

}  // namespace

Symbol with_common_factors(const Symbol& e) {
  std::vector<SignedTerm> terms;
  add_terms_of(e, false, terms);
  if (terms.size() < 2) return e;
  std::vector<Symbol> common;
  for (const Symbol& factor : std::vector<Symbol>(terms[0].factors)) {
    const bool in_all = std::ranges::all_of(terms, [&](const SignedTerm& term) {
      return std::ranges::find(term.factors, factor) != term.factors.end();
    });
    if (!in_all) continue;
    common.push_back(factor);
    for (SignedTerm& term : terms) term.factors.erase(std::ranges::find(term.factors, factor));
  }
  const auto of_products = [&](std::size_t side) -> std::optional<Symbol> {
    std::optional<Symbol> shared;
    std::vector<SignedTerm> others = terms;
    for (SignedTerm& term : others) {
      const auto product = std::ranges::find_if(
          term.factors, [](const Symbol& factor) { return factor.is(Law::matmul); });
      if (product == term.factors.end()) return std::nullopt;
      const Symbol kept = product->operands()[side];
      if (shared && !(*shared == kept)) return std::nullopt;
      shared = kept;
      *product = Symbol(product->operands()[1 - side]);
    }
    return side == 0 ? dot(*shared, sum_of(others)) : dot(sum_of(others), *shared);
  };
  Symbol sum = sum_of(terms);
  try {
    for (const std::size_t side : {std::size_t{0}, std::size_t{1}})
      if (const auto product = of_products(side)) {
        sum = *product;
        break;
      }
    for (const Symbol& factor : common) sum = sum * factor;
    const Symbol made = simplify(sum);
    return made.shape() == e.shape() && made.weight() < e.weight() ? made : e;
  } catch (const ShapeError&) {
    return e;
  }
}

}  // namespace tracer
