// See latex_notation.hpp.
#include "tracer/render/latex_notation.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include <fmt/format.h>
#include "tracer/number/digit.hpp"

#include "tracer/render/math_names.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/scripts.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

bool all_of(std::string_view text, bool (*is)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is);
}

/// The escape of an ASCII character in text mode; letters and digits are themselves.
std::string ascii_text(char c) {
  if (c == '\\') return "\\textbackslash{}";
  if (c == '"') return "''";
  const auto is_in = [c](std::string_view all) { return all.find(c) != std::string_view::npos; };
  if (is_in("{}$&#_%")) return {'\\', c};
  if (is_in("^~")) return {'\\', c, '{', '}'};
  if (is_in("<>|*")) return std::string("\\ensuremath{") + c + "}";
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? " " : std::string(1, c);
}

/// The characters that have a command of their own in math mode, each before it: those of LaTeX
/// itself, amsmath and amssymb. Greek capitals that look Latin are Latin.
constexpr std::string_view math_symbols = R"(
− -  · \cdot  ⋅ \cdot  × \times  ÷ \div  ± \pm  ∓ \mp  ≈ \approx  ≠ \neq  ≤ \leq  ≥ \geq
≪ \ll  ≫ \gg  ≡ \equiv  ∝ \propto  ∼ \sim  ⊙ \odot  ⊘ \oslash  ⊗ \otimes  ⊕ \oplus  ∘ \circ
∗ *
∂ \partial  ∇ \nabla  ∑ \sum  ∏ \prod  ∫ \int  √ \surd  ∞ \infty
→ \to  ← \leftarrow  ↔ \leftrightarrow  ⇒ \Rightarrow  ⇔ \Leftrightarrow  ↦ \mapsto
⟶ \longrightarrow  ↑ \uparrow  ↓ \downarrow
𝟏 \mathbf{1}  ∈ \in  ∉ \notin  ⊂ \subset  ⊆ \subseteq  ∪ \cup  ∩ \cap  ∅ \emptyset  ∀ \forall  ∃ \exists
¬ \neg  ∧ \wedge  ∨ \vee  ℝ \mathbb{R}  ℕ \mathbb{N}  ℤ \mathbb{Z}
⟨ \langle  ⟩ \rangle  ‖ \|  ∣ |  ⌊ \lfloor  ⌋ \rfloor  ⌈ \lceil  ⌉ \rceil  ⎡ [  ⎢ [  ⎣ [  ⎤ ]
⎥ ]  ⎦ ]
½ \tfrac{1}{2}  ⅓ \tfrac{1}{3}  ⅔ \tfrac{2}{3}  ¼ \tfrac{1}{4}  ¾ \tfrac{3}{4}  ′ '  ″ ''
° ^{\circ}  … \ldots  ⋯ \cdots  ⋮ \vdots  ⋱ \ddots  ✓ \checkmark  ✗ \times  • \bullet  ℓ \ell
□ \square
α \alpha  β \beta  γ \gamma  δ \delta  ε \varepsilon  ϵ \epsilon  ζ \zeta  η \eta  θ \theta
ϑ \vartheta  ι \iota  κ \kappa  λ \lambda  μ \mu  µ \mu  ν \nu  ξ \xi  ο o  π \pi  ρ \rho
σ \sigma  ς \varsigma  τ \tau  υ \upsilon  φ \varphi  ϕ \phi  χ \chi  ψ \psi  ω \omega
Γ \Gamma  Δ \Delta  Θ \Theta  Λ \Lambda  Ξ \Xi  Π \Pi  Σ \Sigma  Υ \Upsilon  Φ \Phi  Ψ \Psi
Ω \Omega  Α A  Β B  Ε E  Ζ Z  Η H  Ι I  Κ K  Μ M  Ν N  Ο O  Ρ P  Τ T  Χ X
ȳ \bar{y}  ŷ \hat{y}  ẋ \dot{x}  ẏ \dot{y}  ŵ \hat{w}  ẑ \hat{z}
)";

/// And in text mode. OT1 fonts have no more than accents, so þ and ð go without theirs.
constexpr std::string_view text_marks = R"(
“ ``  ” ''  „ ,,  ‘ `  ’ '  – --  — ---  ‐ -  ‑ -  ─ --  … \ldots{}  « \ensuremath{\ll}
» \ensuremath{\gg}  § \S{}  £ \pounds{}  č \v{c}  š \v{s}  ž \v{z}  ć \'{c}  ń \'{n}  ś \'{s}
ł \l{}  Ł \L{}  ř \v{r}  ě \v{e}  ő \H{o}  ű \H{u}  ı \i{}  ğ \u{g}  ş \c{s}  Č \v{C}  Š \v{S}
Ž \v{Z}  œ \oe{}  Œ \OE{}
À \`{A}  Á \'{A}  Â \^{A}  Ã \~{A}  Ä \"{A}  Å \AA{}  Æ \AE{}  Ç \c{C}  È \`{E}  É \'{E}
Ê \^{E}  Ë \"{E}  Ì \`{I}  Í \'{I}  Î \^{I}  Ï \"{I}  Ð D  Ñ \~{N}  Ò \`{O}  Ó \'{O}  Ô \^{O}
Õ \~{O}  Ö \"{O}  × \ensuremath{\times}  Ø \O{}  Ù \`{U}  Ú \'{U}  Û \^{U}  Ü \"{U}  Ý \'{Y}
Þ Th  ß \ss{}  à \`{a}  á \'{a}  â \^{a}  ã \~{a}  ä \"{a}  å \aa{}  æ \ae{}  ç \c{c}  è \`{e}
é \'{e}  ê \^{e}  ë \"{e}  ì \`{\i}  í \'{\i}  î \^{\i}  ï \"{\i}  ð d  ñ \~{n}  ò \`{o}
ó \'{o}  ô \^{o}  õ \~{o}  ö \"{o}  ÷ \ensuremath{\div}  ø \o{}  ù \`{u}  ú \'{u}  û \^{u}
ü \"{u}  ý \'{y}  þ th  ÿ \"{y}
)";

/// What stands behind `c` in such a table; "" where it has no `c`.
std::string_view command_in(std::string_view table, char32_t c) {
  const std::string key = utf8::encode(c) + " ";
  const std::size_t at = c < 0x80 ? table.npos : table.find(key);
  if (at == table.npos) return {};
  const std::string_view rest = table.substr(at + key.size());
  return rest.substr(0, rest.find_first_of(" \n"));
}

/// A character beyond ASCII in text mode; what nobody knows is a question mark, never a failed run.
std::string unicode_text(char32_t c) {
  if (display_width(c) == 0) return "";
  if (c == 0xA0) return "~";  // a blank that does not break
  if (const std::string_view mark = command_in(text_marks, c); !mark.empty())
    return std::string(mark);
  if (c == U'Σ') return "\\ensuremath{\\textstyle\\sum}";  // in our prose it is always a sum
  if (const std::string_view symbol = latex_symbol(c); !symbol.empty())
    return "\\ensuremath{" + std::string(symbol) + "}";
  if (const char plain = plain_of_subscript(c))
    return std::string("\\ensuremath{{}_{") + plain + "}}";
  if (c == U'ᵀ') return "\\ensuremath{{}^{\\top}}";
  if (const char plain = plain_of_superscript(c))
    return std::string("\\ensuremath{{}^{") + plain + "}}";
  return "\\ensuremath{?}";
}

/// The mark over a letter, where `c` is a combining one.
std::string_view accent(char32_t c) {
  switch (c) {
    case 0x0302:
      return "\\hat";
    case 0x0303:
      return "\\tilde";
    case 0x0304:
      return "\\bar";
    case 0x0307:
      return "\\dot";
    default:
      return {};
  }
}

/// Letters without a subscript: one letter, a Greek one, or upright if there are several.
std::string math_letters(std::string_view text) {
  if (text.size() == 1 && (is_letter(text[0]) || is_digit(text[0]))) return std::string(text);
  if (!greek_letter(text).empty())
    return text == "epsilon" ? "\\varepsilon" : "\\" + std::string(text);
  if (all_of(text, is_digit)) return std::string(text);
  if (!text.empty()) {
    std::size_t at = 0;
    const char32_t first = utf8::next(text, at);
    if (at == text.size()) {
      if (const std::string_view symbol = latex_symbol(first); !symbol.empty())
        return std::string(symbol);
    }
    if (at < text.size() && first < 0x80 && is_letter(text[0])) {  // m̂, x̄
      const std::string_view over = accent(utf8::next(text, at));
      if (!over.empty() && at == text.size()) return fmt::format("{}{{{}}}", over, text[0]);
    }
  }
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
  return plain ? "\\mathrm{" + std::string(text) + "}" : "\\text{" + latex_text(text) + "}";
}

std::string primes_of(int count) { return std::string(static_cast<std::size_t>(count), '\''); }

bool in_word(std::string_view text, std::size_t at) {
  return at < text.size() && (is_letter(text[at]) || is_digit(text[at]) || text[at] == '_');
}

/// The end of what looks like a name in mathematics: a letter with digits, subscripts or an index
/// after it (z1, pⱼ, P[i,k]); `at` where it is prose, or the name of a file (r1.answers).
std::size_t end_of_name(std::string_view text, std::size_t at) {
  if (at >= text.size() || !is_letter(text[at]) || (at > 0 && in_word(text, at - 1))) return at;
  std::size_t end = at + 1;
  while (end < text.size() && is_digit(text[end])) ++end;
  const std::size_t before_subscripts = end;
  while (end < text.size()) {
    std::size_t next = end;
    if (plain_of_subscript(utf8::next(text, next)) == 0) break;
    end = next;
  }
  if (end < text.size() && text[end] == '[') {
    const std::size_t close = text.find_first_not_of("0123456789ijkmn,: ", end + 1);
    if (close != std::string_view::npos && text[close] == ']') end = close + 1;
  }
  const bool goes_on = end == before_subscripts && in_word(text, end);  // but pᵢpⱼ is two names
  const bool of_file = end + 1 < text.size() && text[end] == '.' && is_letter(text[end + 1]);
  return end == at + 1 || goes_on || of_file ? at : end;
}

/// The end of the name after a ∂: of any length.
std::size_t end_after_partial(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (in_word(text, end)) ++end;
  return end;
}

}  // namespace

std::string_view latex_symbol(char32_t c) { return command_in(math_symbols, c); }

std::string latex_text(std::string_view text) {
  std::string set;
  for (std::size_t at = 0; at < text.size();) {
    if (const std::size_t end = end_of_name(text, at); end > at) {
      set += "\\ensuremath{" + latex_name(text.substr(at, end - at)) + "}";
      at = end;
      continue;
    }
    const std::size_t start = at;
    const char32_t c = utf8::next(text, at);
    if (const std::size_t end = end_after_partial(text, at); c == U'∂' && end > at) {
      set += "\\ensuremath{\\partial " + latex_name(text.substr(at, end - at)) + "}";
      at = end;
      continue;
    }
    std::size_t after = at;
    const char32_t next = at < text.size() ? utf8::next(text, after) : 0;
    if (const std::string_view over = accent(next);
        !over.empty() && c < 0x80 && is_letter(static_cast<char>(c))) {
      set += "\\ensuremath{" + std::string(over) + "{" + static_cast<char>(c) + "}}";
      at = after;
      continue;
    }
    set += c < 0x80 ? ascii_text(text[start]) : unicode_text(c);
  }
  return set;
}

std::string latex_name(std::string_view text) {
  const MathName name = math_name(text);
  std::string below;
  for (const std::string& part : name.below)
    below += (below.empty() ? "" : ",") + math_letters(part);
  if (!below.empty()) below = "_{" + below + "}";
  std::string index;
  if (!name.index.empty()) {
    const bool plain = std::all_of(name.index.begin(), name.index.end(), [](char c) {
      return is_letter(c) || is_digit(c) || c == '[' || c == ']' || c == ',' || c == ' ' ||
             c == ':';
    });
    index = "{" + (plain ? name.index : "\\text{" + latex_text(name.index) + "}") + "}";
  }
  return math_letters(name.base) + primes_of(name.primes) + below + index;
}

std::string latex_function(std::string_view text) {
  constexpr std::array<std::string_view, 9> native{"exp",  "ln",  "log", "sin", "cos",
                                                   "tanh", "max", "min", "det"};
  const MathFunction function = math_function(text);
  const std::string& name = function.name;
  const std::string primes = primes_of(function.primes);
  if (name.starts_with("Σ")) {
    const std::string index = latex_name("x" + name.substr(std::string_view("Σ").size()));
    return "\\sum" + index.substr(1);
  }
  if (std::find(native.begin(), native.end(), name) != native.end()) return "\\" + name + primes;
  if (name.size() > 1 && std::all_of(name.begin(), name.end(), [](char c) {
        return is_letter(c) || is_digit(c) || c == '_';
      })) {
    std::string escaped;
    for (const char c : name) escaped += c == '_' ? std::string("\\_") : std::string(1, c);
    return "\\operatorname{" + escaped + "}" + primes;
  }
  return latex_name(name) + primes;
}

}  // namespace tracer
