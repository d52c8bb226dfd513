// See latex_notation.hpp.
#include "tracer/render/latex_notation.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "tracer/render/precedence.hpp"
#include "tracer/text/scripts.hpp"

namespace tracer {
namespace {

using Kind = Notation::Kind;
using How = Notation::Product;

/// Stands something inside that is taller than a line? Then the brackets around it must grow.
bool is_high(const std::string& math) {
  return math.find("\\frac") != std::string::npos || math.find("\\begin") != std::string::npos ||
         math.find("\\sum") != std::string::npos;
}

std::string in_brackets(const std::string& inner) {
  if (is_high(inner)) return "\\left(" + inner + "\\right)";
  return "(" + inner + ")";
}

/// Words within mathematics. MathJax and KaTeX want them in Unicode, pdflatex in commands.
std::string words_in_math(const std::string& text, bool unicode) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 9> signs{{{"[", "["},
                                                                                {"]", "]"},
                                                                                {"<", "<"},
                                                                                {"≤", "\\leq"},
                                                                                {">", ">"},
                                                                                {"≥", "\\geq"},
                                                                                {"=", "="},
                                                                                {"≠", "\\neq"},
                                                                                {"‖", "\\|"}}};
  for (const auto& [sign, command] : signs)
    if (text == sign) return std::string(command);
  if (!unicode) return "\\text{" + latex_text(text) + "}";
  std::string set;
  for (const char c : text) {
    if (c == '\\' || c == '$') continue;  // neither has an escape that all of them know
    if (c == '{' || c == '}' || c == '%' || c == '&' || c == '#' || c == '_') set += '\\';
    set += c;
  }
  return "\\text{" + set + "}";
}

/// "2×3" as 2\times 3; nothing for what is no matrix.
std::string shape_below(const std::string& shape, const std::string& what) {
  std::string set;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape.compare(i, 2, "×") == 0) {
      set += "\\times ";
      ++i;
    } else {
      set += shape[i];
    }
  }
  return "\\underset{" + set + "}{" + what + "}";
}

class LatexWriter {
 public:
  explicit LatexWriter(const LatexStyle& style)
      : style_(style), fractions_(style.slashes ? Fractions::linear : Fractions::stacked) {}

  std::string write(const Notation& n, Slot slot) const {
    const std::string set = body(n, slot);
    return needs_brackets(n, slot, fractions_) ? in_brackets(set) : set;
  }

  /// The terms of a sum, each with its sign; anything else is one term.
  std::vector<std::string> terms(const Notation& n) const {
    if (n.kind != Kind::sum) return {write(n, Slot::whole)};
    std::vector<std::string> set;
    for (std::size_t i = 0; i < n.children.size(); ++i) {
      const Notation& term = n.children[i];
      const bool minus = i > 0 && term.kind == Kind::negate;
      Slot slot = i == 0 ? Slot::first_term : minus ? Slot::negated : Slot::later_term;
      if (i + 1 < n.children.size() && ends_in_words(term)) slot = Slot::inner_term;
      set.push_back((i == 0  ? ""
                     : minus ? "- "
                             : "+ ") +
                    write(minus ? term.children[0] : term, slot));
    }
    return set;
  }

 private:
  std::string body(const Notation& n, Slot slot) const {
    switch (n.kind) {
      case Kind::hole:
        return "";
      case Kind::blank:
        return blank(n.columns);
      case Kind::name:
        return latex_name(n.text);
      case Kind::number:
        return number(n, slot);
      case Kind::words:
        return words(n);
      case Kind::sum:
        return sum(n);
      case Kind::negate:
        return "-" + write(n.children[0], Slot::negated);
      case Kind::product:
        return product(n);
      case Kind::quotient:
        return quotient(n);
      case Kind::power:
        return write(n.children[0], Slot::base) + "^{" + small(n.children[1]) + "}";
      case Kind::call:
        return call(n, slot);
      case Kind::transpose:
        return write(n.children[0], Slot::base) + "^{\\top}";
      case Kind::index:
        return write(n.children[0], Slot::base) + index(n.text);
      case Kind::partial: {
        const std::string of = write(n.children[0], Slot::denominator);
        const std::string to = write(n.children[1], Slot::denominator);
        if (n.children.size() == 3) {
          const std::string again = write(n.children[2], Slot::denominator);
          const std::string by = to == again ? "\\partial " + to + "^{2}"
                                             : "\\partial " + to + "\\,\\partial " + again;
          return style_.slashes ? "\\partial^{2} " + of + "/" + by
                                : "\\frac{\\partial^{2} " + of + "}{" + by + "}";
        }
        if (style_.slashes) return "\\partial " + of + "/\\partial " + to;
        return "\\frac{\\partial " + of + "}{\\partial " + to + "}";
      }
      case Kind::matrix:
        return matrix(n);
      case Kind::elided: {
        const std::string said = words_in_math(n.text, style_.unicode_words);
        return n.children.empty() ? said : said + "\\text{, corner }" + matrix(n);
      }
    }
    return "";
  }

  /// A box to be filled in: a frame; in a matrix, and where MathJax sets it, a line to write on.
  std::string blank(int columns) const {
    constexpr int narrow = 8, mm_a_column = 2, columns_an_em = 2;
    if (style_.unicode_words)
      return "\\underline{\\hspace{" + std::to_string(columns / columns_an_em) + "em}}";
    const std::string wide = std::to_string(columns * mm_a_column) + "mm";
    if (columns <= narrow) return "\\rule{0pt}{6mm}\\underline{\\hspace{" + wide + "}}";
    return "\\framebox[" + wide + "]{\\rule[-1mm]{0pt}{5mm}}";
  }

  std::string small(const Notation& n) const {
    LatexStyle style = style_;
    style.slashes = true;
    return LatexWriter(style).write(n, Slot::whole);
  }

  std::string number(const Notation& n, Slot slot) const {
    if (style_.slashes)
      return n.text.find('e') == std::string::npos ? n.text : latex_number(n.text);
    const bool factor = slot == Slot::factor || slot == Slot::last_factor;
    return latex_number(n.text, factor ? "\\tfrac" : "\\frac");
  }

  std::string words(const Notation& n) const {
    std::string set = n.text.empty() ? "" : words_in_math(n.text, style_.unicode_words);
    if (n.text.starts_with("Σ") && !n.children.empty()) set = latex_function(n.text);
    for (std::size_t i = 0; i < n.children.size(); ++i)
      set += (has_blank_before(n, i) ? "\\ " : "") + write(n.children[i], slot_of_child(n));
    return set;
  }

  std::string sum(const Notation& n) const {
    std::string set;
    for (const std::string& term : terms(n)) set += (set.empty() ? "" : " ") + term;
    return set;
  }

  std::string quotient(const Notation& n) const {
    if (n.product == How::hadamard) {  // ⊘ is never stacked, so it groups as on one line
      const auto side = [&](const Notation& part, Slot slot) {
        const std::string set = body(part, slot);
        return needs_brackets(part, slot, Fractions::linear) ? in_brackets(set) : set;
      };
      return side(n.children[0], Slot::numerator) + " \\oslash " +
             side(n.children[1], Slot::denominator);
    }
    const std::string above = write(n.children[0], Slot::numerator);
    const std::string below = write(n.children[1], Slot::denominator);
    return style_.slashes ? above + "/" + below : "\\frac{" + above + "}{" + below + "}";
  }

  std::string call(const Notation& n, Slot slot) const {
    if (is_root(n)) return "\\sqrt{" + write(n.children[0], Slot::whole) + "}";
    const std::string function = latex_function(n.text);
    if (is_prefix(n)) {
      std::string set = function;
      for (const Notation& child : n.children) set += " " + write(child, Slot::operand);
      return set;
    }
    std::string arguments;
    for (const Notation& child : n.children)
      arguments += (arguments.empty() ? "" : ", ") + write(child, Slot::whole);
    if (is_norm(n)) return "\\left\\lVert " + arguments + "\\right\\rVert ";
    if (spares_brackets(n, slot)) return function + " " + arguments;
    return function + in_brackets(arguments);
  }

  static std::string index(const std::string& text) {
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) {
      return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == ',' || c == ' ' || c == ':';
    });
    return "{[" + (plain ? text : "\\text{" + latex_text(text) + "}") + "]}";
  }

  std::string matrix(const Notation& n) const {
    std::string set =
        "\\left[\\begin{array}{" + std::string(static_cast<std::size_t>(n.columns), 'r') + "}";
    for (std::size_t i = 0; i < n.children.size(); ++i) {
      const std::size_t column = i % static_cast<std::size_t>(n.columns);
      if (i > 0) set += column == 0 ? " \\\\ " : " & ";
      set += small(n.children[i]);
    }
    return set + "\\end{array}\\right]";
  }

  std::string product(const Notation& n) const {
    const bool named = names_fit(n);
    std::string set;
    for (std::size_t i = 0; i < n.children.size(); ++i) {
      const Notation& f = n.children[i];
      const bool last = i + 1 == n.children.size();
      std::string factor = body(f, last ? Slot::last_factor : Slot::factor);
      if (factor_needs_brackets(n, i, fractions_)) factor = in_brackets(factor);
      if (named && style_.names->children[i].kind != Kind::number)
        factor = "\\underbrace{" + factor + "}_{" + small(style_.names->children[i]) + "}";
      else if (n.product == How::matrix)
        factor = with_shape(f, factor);
      set += factor;
      const char* const dot = n.product == How::matrix ? "\\, " : " \\cdot ";
      const std::array joints{"", "\\,", dot, dot, " \\odot "};  // in the order of Joint
      if (!last) set += joints[static_cast<std::size_t>(joint(n, i, fractions_))];
    }
    return set;
  }

  /// May the factors of `n`, numbers, be named by those of the product in symbols?
  bool names_fit(const Notation& n) const {
    const auto is_number = [](const Notation& f) { return f.kind == Kind::number; };
    return style_.names != nullptr && style_.names->kind == Kind::product &&
           style_.names->children.size() == n.children.size() &&
           std::all_of(n.children.begin(), n.children.end(), is_number) &&
           !std::all_of(style_.names->children.begin(), style_.names->children.end(), is_number);
  }

  std::string with_shape(const Notation& f, const std::string& factor) const {
    if (style_.shapes == nullptr) return factor;
    const bool transposed = f.kind == Kind::transpose;
    const Notation& inner = transposed ? f.children[0] : f;
    const bool gradient = inner.kind == Kind::partial;
    const Notation& owner = gradient ? inner.children[1] : inner;
    if (owner.kind != Kind::name) return factor;
    const auto found = style_.shapes->find((gradient ? "∂" : "") + owner.text);
    if (found == style_.shapes->end()) return factor;
    std::string shape = found->second;
    const std::size_t times = shape.find("×");
    if (transposed && times != std::string::npos)
      shape = shape.substr(times + std::string("×").size()) + "×" + shape.substr(0, times);
    return shape_below(shape, factor);
  }

  const LatexStyle& style_;
  Fractions fractions_;
};

}  // namespace

std::string latex_number(const std::string& ascii, const char* fraction) {
  const bool plain = std::all_of(ascii.begin(), ascii.end(), [](char c) {
    return std::isdigit(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' || c == '+' ||
           c == '/' || c == 'e';
  });
  if (!plain) return "\\text{" + latex_text(text_number(ascii)) + "}";
  if (const std::size_t slash = ascii.find('/'); slash != std::string::npos) {
    const bool minus = ascii.starts_with('-');
    return (minus ? "-" : "") + std::string(fraction) + "{" +
           ascii.substr(minus ? 1 : 0, slash - (minus ? 1 : 0)) + "}{" + ascii.substr(slash + 1) +
           "}";
  }
  const std::size_t e = ascii.find('e');
  if (e == std::string::npos) return ascii;
  std::size_t digits = e + 1;
  const bool minus = digits < ascii.size() && ascii[digits] == '-';
  while (digits + 1 < ascii.size() &&
         (ascii[digits] == '-' || ascii[digits] == '+' || ascii[digits] == '0'))
    ++digits;
  return ascii.substr(0, e) + " \\times 10^{" + (minus ? "-" : "") + ascii.substr(digits) + "}";
}

std::vector<std::string> latex_terms(const Notation& n, const LatexStyle& style) {
  LatexStyle used = style;
  Notation names;
  if (style.names != nullptr) {
    names = normal(*style.names);
    used.names = &names;
  }
  return LatexWriter(used).terms(normal(n));
}

std::string latex(const Notation& n, const LatexStyle& style) {
  std::string set;
  for (const std::string& term : latex_terms(n, style)) set += (set.empty() ? "" : " ") + term;
  return set;
}

}  // namespace tracer
