#include "tracer/symbol/symbol.hpp"

#include <algorithm>
#include <unordered_map>

#include "tracer/error.hpp"

namespace tracer {
namespace {

std::size_t mix(std::size_t seed, std::size_t value) {
  // the constant of Boost's hash_combine: 2^64 / golden ratio, so that neighbouring hashes spread
  return seed ^ (value + 0x9e3779b97f4a7c15ULL + (seed << 6U) + (seed >> 2U));
}

bool is_arithmetic(Law law) {
  return law == Law::add || law == Law::subtract || law == Law::multiply || law == Law::divide ||
         law == Law::power;
}

// In formulas a scalar goes with every operand of arithmetic: 2·A, A/m. The graph has broadcasts
// for that.
Shape arithmetic_shape(const Operation& operation, const std::vector<Symbol>& operands,
                       const Attributes& attributes) {
  std::vector<Shape> shapes;
  for (const Symbol& operand : operands) {
    if (!operand.shape().is_scalar()) shapes.push_back(operand.shape());
  }
  if (shapes.empty()) return scalar_shape;
  while (shapes.size() < operands.size()) shapes.push_back(shapes.front());
  return operation.shape(shapes, attributes);
}

}  // namespace

Symbol Symbol::make(Term term) {
  std::size_t hash = std::hash<std::string>{}(term.stands_for.name);
  hash = mix(hash, static_cast<std::size_t>(term.stands_for.kind));
  hash = mix(hash, static_cast<std::size_t>(term.stands_for.number));
  hash = mix(hash, static_cast<std::size_t>(term.kind));
  if (term.kind == Kind::number) hash = mix(hash, std::hash<std::string>{}(to_string(term.number)));
  hash = mix(hash, std::hash<const void*>{}(term.operation));
  long long weight = 1;
  for (const Symbol& operand : term.operands) {
    hash = mix(hash, operand.hash());
    weight += operand.weight();
  }
  term.hash = hash;
  term.weight = static_cast<int>(std::min<long long>(weight, 1'000'000'000));
  return Symbol(std::make_shared<const Term>(std::move(term)));
}

Symbol::Symbol(Rational number) {
  Term term;
  term.number = std::move(number);
  *this = make(std::move(term));
}

Symbol Symbol::leaf(Quantity stands_for, Notation display, Shape shape) {
  Term term;
  term.kind = Kind::leaf;
  term.stands_for = std::move(stands_for);
  term.display = std::move(display);
  term.shape = std::move(shape);
  return make(std::move(term));
}

Symbol Symbol::size(const Size& size) {
  if (size.is_one() || size.name.empty()) return Symbol(size.count);
  Term term;
  term.kind = Kind::size;
  term.stands_for = size.name;
  term.number = size.count;
  term.display = notation::name(size.name);
  return make(std::move(term));
}

Symbol Symbol::apply(const Operation& operation, std::vector<Symbol> operands,
                     Attributes attributes) {
  Term term;
  term.kind = Kind::apply;
  term.operation = &operation;
  if (is_arithmetic(operation.law)) {
    term.shape = arithmetic_shape(operation, operands, attributes);
  } else {
    std::vector<Shape> shapes;
    for (const Symbol& operand : operands) shapes.push_back(operand.shape());
    term.shape = operation.shape(shapes, attributes);
  }
  term.operands = std::move(operands);
  term.attributes = std::move(attributes);
  return make(std::move(term));
}

bool operator==(const Symbol& a, const Symbol& b) {
  if (a.term_ == b.term_) return true;
  if (a.hash() != b.hash() || a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Symbol::Kind::number:
      return a.number() == b.number();
    case Symbol::Kind::size:
    case Symbol::Kind::leaf:
      return a.stands_for() == b.stands_for();
    case Symbol::Kind::apply:
      return &a.operation() == &b.operation() && a.attributes() == b.attributes() &&
             std::ranges::equal(a.operands(), b.operands());
  }
  return false;
}

namespace {

Symbol substitute_shared(const Symbol& formula,
                         const std::function<std::optional<Symbol>(const Symbol&)>& of,
                         std::unordered_map<const void*, Symbol>& known) {
  if (formula.kind() == Symbol::Kind::number || formula.kind() == Symbol::Kind::size)
    return formula;
  if (formula.kind() == Symbol::Kind::leaf) return of(formula).value_or(formula);
  if (const auto found = known.find(formula.identity()); found != known.end()) return found->second;
  std::vector<Symbol> operands;
  bool changed = false;
  for (const Symbol& operand : formula.operands()) {
    operands.push_back(substitute_shared(operand, of, known));
    changed = changed || operands.back().identity() != operand.identity();
  }
  Symbol result =
      changed ? Symbol::apply(formula.operation(), std::move(operands), formula.attributes())
              : formula;
  known.emplace(formula.identity(), result);
  return result;
}

}  // namespace

Symbol substitute(const Symbol& formula,
                  const std::function<std::optional<Symbol>(const Symbol&)>& of) {
  std::unordered_map<const void*, Symbol> known;
  return substitute_shared(formula, of, known);
}

Symbol substitute(const Symbol& formula, const Quantity& quantity, const Symbol& in_its_place) {
  return substitute(formula, [&](const Symbol& leaf) {
    return leaf.stands_for() == quantity ? std::optional(in_its_place) : std::nullopt;
  });
}

bool mentions(const Symbol& formula, const Quantity& quantity) {
  bool found = false;
  substitute(formula, [&](const Symbol& leaf) -> std::optional<Symbol> {
    found = found || leaf.stands_for() == quantity;
    return std::nullopt;
  });
  return found;
}

}  // namespace tracer
