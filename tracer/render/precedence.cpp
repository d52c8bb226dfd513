// See precedence.hpp.
#include "tracer/render/precedence.hpp"

#include <algorithm>
#include <iterator>

#include "tracer/text/cells.hpp"
#include "tracer/text/scripts.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

using Kind = Notation::Kind;
using Product = Notation::Product;

bool is_number(const Notation& n) { return n.kind == Kind::number; }
bool is_negative(const Notation& n) { return is_number(n) && n.text.starts_with('-'); }
bool is_fraction(const Notation& n) {
  return is_number(n) && n.text.find('/') != std::string::npos;
}
bool is_scientific(const Notation& n) {
  return is_number(n) && n.text.find('e') != std::string::npos;
}

bool is_entrywise(const Notation& n) {
  return (n.kind == Kind::product || n.kind == Kind::quotient) && n.product == Product::hadamard;
}
bool is_plain_quotient(const Notation& n) {
  return n.kind == Kind::quotient && n.product != Product::hadamard;
}

/// [x > 0], which has its own brackets.
bool is_condition(const Notation& n) {
  return n.kind == Kind::words && n.text == "[" && !n.children.empty();
}

/// Would a sign be the first thing written?
bool leads_negative(const Notation& n) {
  if (n.kind == Kind::negate) return true;
  if (n.kind == Kind::quotient) return leads_negative(n.children[0]);
  return is_negative(n);
}

bool starts_with_digit(const Notation& n) {
  const bool led = n.kind == Kind::power || n.kind == Kind::product || n.kind == Kind::transpose;
  return is_number(n) || (led && !n.children.empty() && starts_with_digit(n.children[0]));
}

/// About how many columns `n` takes on one line; counting stops soon after `enough`.
int extent(const Notation& n, int enough) {
  int columns = n.kind == Kind::words ? static_cast<int>(n.text.size()) : display_width(n.text);
  if (n.kind == Kind::call || n.kind == Kind::index) columns += 2;
  for (const Notation& child : n.children) {
    if (columns > enough) break;
    columns += extent(child, enough - columns) + (n.kind == Kind::sum ? 3 : 1);
  }
  return columns;
}

/// A letter, perhaps with subscripts: pᵢ. Two of these may stand side by side.
bool is_single_letter(const Notation& n) {
  if (n.kind != Kind::name || n.text.empty()) return false;
  std::size_t at = 0;
  utf8::next(n.text, at);
  while (at < n.text.size())
    if (plain_of_subscript(utf8::next(n.text, at)) == 0) return false;
  return true;
}

/// Are all factors before `i` mere scalars, so that "(1/m) Y ⊘ P" can be read in one way only?
bool after_coefficients(const Notation& product, std::size_t i) {
  return std::all_of(product.children.begin(), product.children.begin() + static_cast<long>(i),
                     [](const Notation& f) { return is_number(f) || is_plain_quotient(f); });
}

/// Dots get room around them where a factor is a partial derivative, a bracketed sum, or long:
/// "w1·x" but "∂L/∂z2 · a1".
bool is_spaced(const Notation& product) {
  constexpr int long_factor = 6;
  return std::any_of(product.children.begin(), product.children.end(), [](const Notation& f) {
    if (f.kind == Kind::partial || f.kind == Kind::sum) return true;
    return !is_number(f) && !is_block(f) && extent(f, long_factor) > long_factor;
  });
}

/// After ½: nothing before a letter or a bracket, a space before what is wide, a dot before digits.
Joint after_half(const Notation& right) {
  if (starts_with_digit(right)) return Joint::dot;
  const bool wide = is_prefix(right) || is_entrywise(right) || is_block(right) ||
                    right.kind == Kind::partial || right.kind == Kind::call;
  return wide ? Joint::space : Joint::none;
}

void flatten(Notation& n, const auto& is_part) {
  std::vector<Notation> flat;
  for (Notation& child : n.children) {
    if (child.kind == Kind::hole) continue;
    if (is_part(child))
      std::move(child.children.begin(), child.children.end(), std::back_inserter(flat));
    else
      flat.push_back(std::move(child));
  }
  n.children = std::move(flat);
}

Notation normal_product(Notation n) {
  flatten(n, [&](const Notation& c) { return c.kind == Kind::product && c.product == n.product; });
  if (n.children.empty()) return {};
  if (n.children.size() == 1) return std::move(n.children[0]);
  Notation& first = n.children[0];
  if (first.kind == Kind::negate && !is_number(first.children[0])) {
    Notation inner = std::move(first.children[0]);
    first = std::move(inner);
    return notation::negate(normal_product(std::move(n)));
  }
  const auto others_numbers = std::count_if(n.children.begin() + 1, n.children.end(), is_number);
  const bool symbolic = n.product == Product::juxtaposed
                            ? others_numbers == 0 && first.text == "-1/2"
                            : others_numbers + 1 < static_cast<long>(n.children.size());
  if (is_negative(first) && symbolic) {
    first.text.erase(0, 1);
    return notation::negate(std::move(n));
  }
  return n;
}

}  // namespace

Notation normal(Notation n) {
  for (Notation& child : n.children) child = normal(std::move(child));
  switch (n.kind) {
    case Kind::sum:
      flatten(n, [](const Notation& c) { return c.kind == Kind::sum; });
      if (n.children.empty()) return {};
      if (n.children.size() == 1) return std::move(n.children[0]);
      return n;
    case Kind::product:
      return normal_product(std::move(n));
    case Kind::negate:
      if (n.children[0].kind == Kind::hole) return {};
      return n;
    case Kind::quotient:
      if (n.children[0].kind == Kind::negate && !is_number(n.children[0].children[0])) {
        Notation inner = std::move(n.children[0].children[0]);
        n.children[0] = std::move(inner);
        return notation::negate(std::move(n));
      }
      return n;
    default:
      return n;
  }
}

bool is_half(const Notation& n) { return is_number(n) && n.text == "1/2"; }

bool is_prefix(const Notation& n) {
  if (n.kind == Kind::words) return !n.children.empty() && !is_condition(n);
  return n.kind == Kind::call && n.text.starts_with("Σ");
}

Slot slot_of_child(const Notation& words) {
  if (words.text == "[" || words.text.empty()) return Slot::whole;
  const bool plain = !words.text.empty() && !words.text.starts_with("Σ");
  return plain ? Slot::of_words : Slot::operand;
}

bool ends_in_words(const Notation& n) {
  if (n.kind == Kind::words) return !n.children.empty() && slot_of_child(n) == Slot::of_words;
  const bool open = n.kind == Kind::product || n.kind == Kind::negate;
  return open && !n.children.empty() && ends_in_words(n.children.back());
}

bool has_blank_before(const Notation& words, std::size_t i) {
  if (i == 0) return !words.text.empty() && !words.text.ends_with('[');
  const Notation& child = words.children[i];
  return child.kind != Kind::words || !child.text.starts_with(']');
}

bool is_root(const Notation& call) { return call.text == "sqrt" && call.children.size() == 1; }
bool is_norm(const Notation& call) { return call.text == "norm" && call.children.size() == 1; }

bool is_block(const Notation& n) {
  if (n.kind == Kind::transpose || n.kind == Kind::negate) return is_block(n.children[0]);
  return n.kind == Kind::matrix || n.kind == Kind::elided;
}

bool spares_brackets(const Notation& call, Slot slot) {
  if (call.text != "ln" && call.text != "exp") return false;
  if (call.children.size() != 1) return false;
  if (slot == Slot::factor || slot == Slot::base || slot == Slot::numerator) return false;
  const Kind argument = call.children[0].kind;
  return argument == Kind::name || argument == Kind::index;
}

bool needs_brackets(const Notation& n, Slot slot, Fractions fractions) {
  const bool linear = fractions == Fractions::linear;
  const bool compound = n.kind == Kind::sum || n.kind == Kind::negate;
  switch (slot) {
    case Slot::later_term:
    case Slot::negated:
      return n.kind == Kind::sum || leads_negative(n);
    case Slot::operand:
      return compound;
    case Slot::of_words:
      return compound || n.kind == Kind::product || n.kind == Kind::quotient;
    case Slot::inner_term:
      return ends_in_words(n);
    case Slot::numerator:
      if (!linear) return false;
      if (n.kind == Kind::product)
        return n.product == Product::hadamard || (n.product != Product::juxtaposed && is_spaced(n));
      return n.kind == Kind::sum || n.kind == Kind::quotient || n.kind == Kind::partial ||
             is_fraction(n) || is_prefix(n);
    case Slot::denominator:
      if (!linear) return false;
      return compound || n.kind == Kind::product || n.kind == Kind::quotient ||
             n.kind == Kind::partial || is_fraction(n) || is_scientific(n) || is_negative(n) ||
             is_prefix(n);
    case Slot::base:
      return compound || n.kind == Kind::product || n.kind == Kind::quotient ||
             n.kind == Kind::partial || n.kind == Kind::power || n.kind == Kind::transpose ||
             (n.kind == Kind::words && !is_condition(n)) || is_fraction(n) || is_scientific(n) ||
             is_negative(n) || is_prefix(n);
    default:
      return false;
  }
}

bool factor_needs_brackets(const Notation& product, std::size_t i, Fractions fractions) {
  const Notation& f = product.children[i];
  const bool linear = fractions == Fractions::linear;
  const bool last = i + 1 == product.children.size();
  const bool scalar = product.product == Product::dot || product.product == Product::juxtaposed;
  switch (f.kind) {
    case Kind::sum:
    case Kind::negate:
      return true;
    case Kind::number: {
      if (is_negative(f) || is_scientific(f)) return true;
      if (is_fraction(f)) return linear && !is_leading_half(product, i);
      if (product.product == Product::dot || product.product == Product::hadamard) return false;
      return i > 0 || is_number(product.children[1]);  // 2(z − y), but (2)(3)
    }
    case Kind::quotient:
      if (is_plain_quotient(f)) return linear;
      return !(scalar && last && after_coefficients(product, i));
    case Kind::product:
      if (f.product != Product::hadamard) return product.product == Product::hadamard;
      return !(scalar && last && after_coefficients(product, i));
    case Kind::words:
      return !is_condition(f) && (!last || f.children.empty());
    case Kind::call:
      return is_prefix(f) && !last;
    default:
      return false;
  }
}

Joint joint(const Notation& product, std::size_t i, Fractions fractions) {
  const Notation& left = product.children[i];
  const Notation& right = product.children[i + 1];
  const bool left_brackets = factor_needs_brackets(product, i, fractions);
  const bool right_brackets = factor_needs_brackets(product, i + 1, fractions);
  const Joint dot = is_spaced(product) ? Joint::spaced_dot : Joint::dot;
  if (product.product == Product::hadamard) return Joint::hadamard;
  if (product.product == Product::matrix) {
    if (is_block(left) || is_block(right)) return Joint::space;
    return left_brackets && right_brackets && is_number(left) ? Joint::none : dot;
  }
  if (is_leading_half(product, i)) return right_brackets ? Joint::none : after_half(right);
  const bool coefficient = i == 0 && is_number(left) && !left_brackets;
  const bool wide = is_prefix(right) || is_entrywise(right);
  if (product.product == Product::dot) {
    if (coefficient && right_brackets && !is_number(right)) return Joint::none;  // 2(z2 − y)
    return wide && !right_brackets ? Joint::space : dot;
  }
  if (right_brackets) return Joint::none;
  if (wide || is_plain_quotient(left) || is_fraction(left)) return Joint::space;
  return is_single_letter(left) && is_single_letter(right) ? Joint::none : dot;
}

}  // namespace tracer
