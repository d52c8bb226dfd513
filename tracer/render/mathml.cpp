// See mathml.hpp.
#include "tracer/render/mathml.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "tracer/number/digit.hpp"
#include "tracer/render/math_names.hpp"
#include "tracer/render/precedence.hpp"
#include "tracer/text/markup.hpp"
#include "tracer/text/scripts.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

using Kind = Notation::Kind;
using How = Notation::Product;

std::string element(std::string_view tag, const std::string& inner) {
  std::string set = "<";
  return set.append(tag).append(">").append(inner).append("</").append(tag).append(">");
}
std::string row(const std::string& inner) { return element("mrow", inner); }
std::string sign(std::string_view text) { return element("mo", std::string(text)); }

// Without the space of an infix operator: a bracket that stays as tall as a line.
std::string bracket(std::string_view text) {
  return "<mo stretchy=\"false\">" + std::string(text) + "</mo>";
}

std::string identifier(const std::string& text, bool upright) {
  // one letter is set in italics by itself, several are not
  return upright ? "<mi mathvariant=\"normal\">" + text + "</mi>" : element("mi", text);
}

std::string letters(std::string_view text) {
  if (std::ranges::all_of(text, is_digit)) return element("mn", std::string(text));
  if (const std::string greek = greek_letter(text); !greek.empty())
    return identifier(greek, std::isupper(static_cast<unsigned char>(text[0])) != 0);
  return identifier(html_escaped(text), false);
}

std::string marks_of(int primes) {
  std::string marks;
  for (int i = 0; i < primes; ++i) marks += "′";
  return marks;
}

// Beside the letter, not above it: ′ is raised already.
std::string primed(const std::string& set, int primes) {
  return primes == 0 ? set
                     : row(set + "<mo lspace=\"0\" rspace=\"0\">" + marks_of(primes) + "</mo>");
}

std::string name(std::string_view text) {
  const MathName parts = math_name(text);
  std::string below;
  for (const std::string& part : parts.below)
    below += (below.empty() ? "" : sign(",")) + letters(part);
  if (parts.below.size() > 1) below = row(below);
  std::string set = primed(letters(parts.base), parts.primes);
  if (!below.empty()) set = element("msub", set + below);
  if (parts.index.empty()) return set;
  return row(set + element("mtext", html_escaped(parts.index)));
}

std::string number(const std::string& ascii) {
  const bool minus = ascii.starts_with('-');
  const std::string digits = minus ? ascii.substr(1) : ascii;
  std::string set;
  if (const std::size_t slash = digits.find('/'); slash != std::string::npos) {
    set = element("mfrac",
                  element("mn", digits.substr(0, slash)) + element("mn", digits.substr(slash + 1)));
  } else if (const std::size_t e = digits.find('e');
             e != std::string::npos && e > 0 && is_digit(digits[0])) {
    std::string power = digits.substr(e + 1);
    const bool is_fraction = power.starts_with('-');
    power.erase(0, std::min(power.find_first_not_of("+-0"), power.size() - 1));
    set = element("mn", digits.substr(0, e)) + sign("·") +
          element("msup", element("mn", "10") + (is_fraction ? row(sign("−") + element("mn", power))
                                                             : element("mn", power)));
  } else {
    set = element("mn", html_escaped(digits));
  }
  return minus ? row("<mo form=\"prefix\">−</mo>" + set) : set;
}

class MathmlWriter {
 public:
  explicit MathmlWriter(Fractions fractions) : fractions_(fractions) {}

  std::string write(const Notation& n, Slot slot) const {
    const std::string set = body(n, slot);
    return needs_brackets(n, slot, fractions_) ? in_brackets(n, set) : set;
  }

 private:
  static bool is_tall(const Notation& n) {
    if (n.kind == Kind::matrix || n.kind == Kind::quotient || n.kind == Kind::partial) return true;
    if (n.kind == Kind::number) return n.text.find('/') != std::string::npos;
    return std::ranges::any_of(n.children, is_tall);
  }
  static std::string in_brackets(const Notation& n, const std::string& inner) {
    const auto mark = [&](const char* text) { return is_tall(n) ? sign(text) : bracket(text); };
    return row(mark("(") + inner + mark(")"));
  }

  std::string body(const Notation& n, Slot slot) const {
    switch (n.kind) {
      case Kind::hole:
        return "";
      case Kind::blank:
        return "<mspace class=\"blank\" width=\"" + std::to_string(std::max(n.columns, 2)) +
               "ch\" height=\"1em\"></mspace>";
      case Kind::name:
        return name(n.text);
      case Kind::number:
        return number(n.text);
      case Kind::words:
        return words(n);
      case Kind::sum:
        return sum(n);
      case Kind::negate:
        return row("<mo form=\"prefix\">−</mo>" + write(n.children[0], Slot::negated));
      case Kind::product:
        return product(n);
      case Kind::quotient:
        return quotient(n);
      case Kind::power:
        return element("msup", write(n.children[0], Slot::base) + small(n.children[1]));
      case Kind::call:
        return call(n, slot);
      case Kind::transpose:
        return element("msup", write(n.children[0], Slot::base) + "<mi>⊤</mi>");
      case Kind::index:
        return row(write(n.children[0], Slot::base) +
                   element("mtext", html_escaped("[" + n.text + "]")));
      case Kind::partial:
        return partial(n);
      case Kind::matrix:
        return matrix(n);
      case Kind::elided: {
        const std::string said = element("mtext", html_escaped(n.text));
        return n.children.empty() ? said
                                  : row(said + element("mtext", ", corner\u00a0") + matrix(n));
      }
    }
    return "";
  }

  static std::string small(const Notation& n) {
    const std::string set = MathmlWriter(Fractions::linear).write(n, Slot::whole);
    return set.empty() ? row("") : set;
  }

  std::string partial(const Notation& n) const {
    const std::string d = "<mi mathvariant=\"normal\">∂</mi>";
    const auto written = [&](std::size_t i) { return write(n.children[i], Slot::denominator); };
    const std::string of = written(0), to = written(1);
    std::string above = row(d + of), below = row(d + to);
    if (n.children.size() == 3) {
      const std::string again = written(2), two = element("mn", "2");
      above = row(element("msup", d + two) + of);
      below = to == again ? row(d + element("msup", to + two)) : row(d + to + d + again);
    }
    return over(above, below);
  }

  std::string over(const std::string& above, const std::string& below) const {
    if (fractions_ == Fractions::linear) return row(above + sign("/") + below);
    return element("mfrac", above + below);
  }

  std::string words(const Notation& n) const {
    std::string set;
    if (n.text.starts_with("Σ") && !n.children.empty())
      set = function(n.text);
    else if (!n.text.empty())
      set = element("mtext", html_escaped(n.text));
    for (std::size_t i = 0; i < n.children.size(); ++i)
      set += (has_blank_before(n, i) ? element("mtext", "\u00a0") : "") +
             write(n.children[i], slot_of_child(n));
    return row(set);
  }

  std::string sum(const Notation& n) const {
    std::string set;
    for (std::size_t i = 0; i < n.children.size(); ++i) {
      const Notation& term = n.children[i];
      const bool minus = i > 0 && term.kind == Kind::negate;
      Slot slot = i == 0 ? Slot::first_term : minus ? Slot::negated : Slot::later_term;
      if (i + 1 < n.children.size() && ends_in_words(term)) slot = Slot::inner_term;
      if (i > 0) set += minus ? "<mo form=\"infix\">−</mo>" : sign("+");
      set += write(minus ? term.children[0] : term, slot);
    }
    return row(set);
  }

  std::string quotient(const Notation& n) const {
    if (n.product == How::hadamard) {  // ⊘ is never stacked, so it groups as on one line
      const auto side = [&](const Notation& part, Slot slot) {
        const std::string set = body(part, slot);
        return needs_brackets(part, slot, Fractions::linear) ? in_brackets(part, set) : set;
      };
      return row(side(n.children[0], Slot::numerator) + sign("⊘") +
                 side(n.children[1], Slot::denominator));
    }
    return over(row(write(n.children[0], Slot::numerator)),
                row(write(n.children[1], Slot::denominator)));
  }

  static std::string function(std::string_view text) {
    const MathFunction parts = math_function(text);
    constexpr std::string_view sigma = "Σ";
    if (parts.name.starts_with(sigma)) {
      const MathName index = math_name("x" + parts.name.substr(sigma.size()));
      std::string below;
      for (const std::string& part : index.below) below += letters(part);
      const std::string sum = "<mo largeop=\"false\">∑</mo>";
      return below.empty() ? sum : element("msub", sum + row(below));
    }
    const bool known = parts.name.size() > 1 && std::ranges::all_of(parts.name, [](char c) {
                         return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
                       });
    return primed(known ? element("mi", parts.name) : name(parts.name), parts.primes);
  }

  std::string call(const Notation& n, Slot slot) const {
    if (is_root(n)) return element("msqrt", write(n.children[0], Slot::whole));
    std::string set = function(n.text);
    if (is_prefix(n)) {
      for (const Notation& child : n.children) set += write(child, Slot::operand);
      return row(set);
    }
    std::string arguments;
    for (const Notation& child : n.children)
      arguments += (arguments.empty() ? "" : sign(",")) + write(child, Slot::whole);
    if (is_norm(n)) return row(bracket("‖") + arguments + bracket("‖"));
    if (spares_brackets(n, slot))
      return row(set + "<mspace width=\"0.17em\"></mspace>" + arguments);
    return row(set + in_brackets(n, arguments));
  }

  static std::string matrix(const Notation& n) {
    std::string set = "<mo>[</mo><mtable>";
    const auto columns = static_cast<std::size_t>(n.columns);
    for (std::size_t i = 0; i < n.children.size(); ++i) {
      if (i % columns == 0) set += "<mtr>";
      set += element("mtd", small(n.children[i]));
      if ((i + 1) % columns == 0) set += "</mtr>";
    }
    return row(set + "</mtable><mo>]</mo>");
  }

  std::string product(const Notation& n) const {
    std::string set;
    for (std::size_t i = 0; i < n.children.size(); ++i) {
      const Notation& f = n.children[i];
      const bool last = i + 1 == n.children.size();
      std::string factor = body(f, last ? Slot::last_factor : Slot::factor);
      if (factor_needs_brackets(n, i, fractions_)) factor = in_brackets(f, factor);
      set += factor;
      if (last) break;
      constexpr std::string_view space = "<mspace width=\"0.17em\"></mspace>";
      const Joint between = joint(n, i, fractions_);
      if (between == Joint::hadamard)
        set += sign("⊙");
      else if (between == Joint::space || (n.product == How::matrix && between != Joint::none))
        set += space;
      else if (between != Joint::none)
        set += sign("·");
    }
    return row(set);
  }

  Fractions fractions_;
};

std::string in_math(const std::string& inner) { return element("math", inner); }

std::string set_whole(const Notation& n) {
  return MathmlWriter(Fractions::stacked).write(normal(n), Slot::whole);
}

}  // namespace

std::string mathml(const Notation& n) { return in_math(set_whole(n)); }

std::string mathml(const Link& link, bool arrow) {
  return in_math(sign(arrow ? "←" : link.exact ? "=" : "≈") + set_whole(link.what));
}

}  // namespace tracer
