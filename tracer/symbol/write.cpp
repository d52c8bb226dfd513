// A formula to its notation: chains of + and · are laid flat, so that render/ can space and bracket
// them.
#include "tracer/symbol/symbol.hpp"

#include <algorithm>
#include <unordered_set>

#include "tracer/number/decimal.hpp"
#include "tracer/number/exact.hpp"

namespace tracer {

Notation write_number(const Rational& number, bool decimals) {
  const Exact exact{number};
  if (denominator(number) == 1) return notation::number(to_string(number));
  if (!decimals && denominator(number) == 2 && numerator(number) == 1)
    return notation::number("1/2");
  // 0.01 rather than 1/100, but 1/3 as it is
  const Decimal decimal = to_decimal(exact, 12, true);
  if (decimal.exact) return notation::number(decimal.text);
  return notation::number(to_string(number));
}

namespace {

// 1 in every entry: 𝟏 of a column, 𝟏ᵀ of a row, 𝟏·𝟏ᵀ of a matrix
std::vector<Notation> all_ones(const Shape& shape) {
  std::vector<Notation> factors;
  if (!shape.rows.is_one()) factors.push_back(notation::name("𝟏"));
  if (!shape.columns.is_one()) factors.push_back(notation::transpose(notation::name("𝟏")));
  return factors;
}

// σ² is the square of a letter
Notation letter(const std::string& text) {
  constexpr std::string_view squared = "²";
  if (!text.ends_with(squared)) return notation::name(text);
  return notation::power(notation::name(text.substr(0, text.size() - squared.size())),
                         notation::number("2"));
}

class Writer {
 public:
  Writer(const Writing& writing, const Symbol& whole) : writing_(writing) {
    find_letters(whole);
    several_ = lettered_.size() > 1;
  }

  Notation write(const Symbol& e) {
    if (e.is_number()) return write_number(e.number(), writing_.decimals);
    const bool own =  // relu′, [a < b]: becomes a number where its argument is one
        e.kind() == Symbol::Kind::apply && e.operation().law == Law::none &&
        (e.operation().call.empty() || e.operation().holds != nullptr);
    const bool moved = e.is(Law::transpose) || e.is(Law::slice) || e.is(Law::place);
    const bool turned = moved && e.operands()[0].kind() == Symbol::Kind::leaf;
    if (writing_.of && (e.kind() != Symbol::Kind::apply || own || turned)) {
      if (auto given = writing_.of(e)) return *given;
    }
    if (e.kind() != Symbol::Kind::apply) return e.display();
    if (e.is(Law::add) || e.is(Law::subtract)) {
      std::vector<Notation> terms;
      flatten_sum(e, false, terms);
      return notation::sum(std::move(terms));
    }
    if (e.is(Law::negate)) return notation::negate(write(e.operands()[0]));
    if (e.is(Law::multiply)) return product(e);
    if (!e.operation().letter.empty() && !several_)
      return letter(std::string(e.operation().letter));
    if (e.is(Law::divide) && e.operands()[1].is_number(1)) return write(e.operands()[0]);
    if (e.is(Law::matmul)) {
      std::vector<Notation> factors;
      flatten_matmul(e, factors);
      return notation::product(std::move(factors), Notation::Product::matrix);
    }
    std::vector<Operand> operands;
    for (const Symbol& operand : e.operands())
      operands.push_back({write(operand), operand.shape()});
    return e.operation().notation(operands, e.attributes());
  }

 private:
  // what is written as a letter, and of which operands
  void find_letters(const Symbol& e) {
    if (e.kind() != Symbol::Kind::apply || !seen_.insert(e.identity()).second) return;
    if (!e.operation().letter.empty() &&
        std::ranges::find(lettered_, e.operands()[0]) == lettered_.end())
      lettered_.push_back(e.operands()[0]);
    for (const Symbol& operand : e.operands()) find_letters(operand);
  }

  void flatten_sum(const Symbol& e, bool negative, std::vector<Notation>& terms) {
    // iterative along the left, for a + b + c + ... is as deep as it is long
    std::vector<std::pair<Symbol, bool>> pending;
    Symbol at = e;
    bool sign = negative;
    while (at.is(Law::add) || at.is(Law::subtract)) {
      pending.emplace_back(at.operands()[1], at.is(Law::subtract) ? !sign : sign);
      Symbol next = at.operands()[0];
      at = next;
    }
    pending.emplace_back(at, sign);
    for (auto it = pending.rbegin(); it != pending.rend(); ++it) {
      if (it->first.is(Law::add) && !it->second) {
        flatten_sum(it->first, false, terms);  // a + (b + c)
        continue;
      }
      Notation term = write(it->first);
      terms.push_back(it->second ? notation::negate(std::move(term)) : std::move(term));
    }
  }

  Notation product(const Symbol& e) {
    std::vector<Symbol> factors;
    Symbol at = e;
    while (at.is(Law::multiply)) {
      factors.insert(factors.begin(), at.operands()[1]);
      Symbol next = at.operands()[0];
      at = next;
    }
    factors.insert(factors.begin(), at);
    std::vector<Notation> scalars, matrices;
    bool literal_first = false;
    for (const Symbol& factor : factors) {
      if (factor.shape().is_scalar() || is_spread(factor)) {
        if (scalars.empty() && factor.is_number()) literal_first = true;
        scalars.push_back(write(factor));
      } else {
        matrices.push_back(write(factor));
      }
    }
    if (matrices.empty()) return scalar_product(std::move(scalars), literal_first);
    Notation entrywise = matrices.size() == 1
                             ? matrices[0]
                             : notation::product(std::move(matrices), Notation::Product::hadamard);
    if (scalars.empty()) return entrywise;
    scalars.push_back(std::move(entrywise));
    return notation::product(std::move(scalars), Notation::Product::dot);
  }

  // with numbers put in: (1.02)(2), but a coefficient of the formula itself stands bare: 2·(3)(4),
  // ½(…)²
  Notation scalar_product(std::vector<Notation> factors, bool literal_first) const {
    if (!writing_.numbers) return notation::product(std::move(factors));
    const bool whole = factors[0].text.find_first_not_of("0123456789") == std::string::npos;
    if (!literal_first || factors.size() == 1 || (whole && factors.size() > 2)) {
      return notation::product(std::move(factors), Notation::Product::juxtaposed);
    }
    Notation literal = factors.front();
    factors.erase(factors.begin());
    Notation rest = factors.size() == 1
                        ? factors[0]
                        : notation::product(std::move(factors), Notation::Product::juxtaposed);
    return notation::product({std::move(literal), std::move(rest)});
  }

  void flatten_matmul(const Symbol& e, std::vector<Notation>& factors) {
    for (const Symbol& operand : e.operands()) {
      if (operand.is(Law::matmul)) {
        flatten_matmul(operand, factors);
      } else {
        const bool ones = is_spread(operand) && operand.operands()[0].is_number(1);
        for (Notation& factor : ones ? all_ones(operand.shape()) : std::vector{write(operand)})
          factors.push_back(std::move(factor));
      }
    }
  }

  const Writing& writing_;
  std::unordered_set<const void*> seen_;
  std::vector<Symbol> lettered_;
  bool several_ = false;
};

Symbol spread_as(const Symbol& number, const Symbol& like) {
  return Symbol::apply(like.operation(), {number}, like.attributes());
}

}  // namespace

Notation write(const Symbol& formula, const Writing& writing) {
  if (!is_spread(formula)) return Writer(writing, formula).write(formula);
  const Symbol& number = formula.operands()[0];
  std::vector<Notation> factors = all_ones(formula.shape());
  Notation ones =
      factors.size() == 1 ? factors[0] : notation::product(factors, Notation::Product::matrix);
  if (number.is_number(1)) return ones;
  if (number.is_number(0)) return Writer(writing, number).write(number);
  const bool negative = number.is(Law::negate) || (number.is_number() && number.number() < 0);
  if (negative) {
    const Symbol size =
        number.is_number() ? Symbol(Rational(-number.number())) : number.operands()[0];
    return notation::negate(write(spread_as(size, formula), writing));
  }
  return notation::product({Writer(writing, number).write(number), std::move(ones)});
}

}  // namespace tracer
