// See latex_text.hpp.
#include "tracer/render/latex_text.hpp"

#include <algorithm>
#include <array>
#include <cctype>

#include "tracer/number/digit.hpp"
#include "tracer/text/scripts.hpp"
#include "tracer/text/utf8.hpp"
#include "tracer/text/width.hpp"

namespace tracer {
namespace {

bool is_letter(char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }

bool all_of(std::string_view text, bool (*is)(char)) {
  return !text.empty() && std::all_of(text.begin(), text.end(), is);
}

/// The escape of an ASCII character in text mode; letters and digits are themselves.
std::string ascii_text(char c) {
  switch (c) {
    case '\\':
      return "\\textbackslash{}";
    case '{':
      return "\\{";
    case '}':
      return "\\}";
    case '$':
    case '&':
    case '#':
    case '_':
    case '%':
      return {'\\', c};
    case '^':
      return "\\^{}";
    case '~':
      return "\\~{}";
    case '<':
    case '>':
    case '|':
    case '*':
      return std::string("\\ensuremath{") + c + "}";
    case '"':
      return "''";
    default:
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7F ? std::string(" ")
                                                               : std::string(1, c);
  }
}

/// Letters with accents, in the order of Unicode from U+00C0 to U+00FF. OT1 fonts have no more than
/// accents, so þ and ð go without theirs.
constexpr std::array<std::string_view, 64> latin_1{
    "\\`{A}",   "\\'{A}",   "\\^{A}",   "\\~{A}",
    "\\\"{A}",  "\\AA{}",   "\\AE{}",   "\\c{C}",
    "\\`{E}",   "\\'{E}",   "\\^{E}",   "\\\"{E}",
    "\\`{I}",   "\\'{I}",   "\\^{I}",   "\\\"{I}",
    "D",        "\\~{N}",   "\\`{O}",   "\\'{O}",
    "\\^{O}",   "\\~{O}",   "\\\"{O}",  "\\ensuremath{\\times}",
    "\\O{}",    "\\`{U}",   "\\'{U}",   "\\^{U}",
    "\\\"{U}",  "\\'{Y}",   "Th",       "\\ss{}",
    "\\`{a}",   "\\'{a}",   "\\^{a}",   "\\~{a}",
    "\\\"{a}",  "\\aa{}",   "\\ae{}",   "\\c{c}",
    "\\`{e}",   "\\'{e}",   "\\^{e}",   "\\\"{e}",
    "\\`{\\i}", "\\'{\\i}", "\\^{\\i}", "\\\"{\\i}",
    "d",        "\\~{n}",   "\\`{o}",   "\\'{o}",
    "\\^{o}",   "\\~{o}",   "\\\"{o}",  "\\ensuremath{\\div}",
    "\\o{}",    "\\`{u}",   "\\'{u}",   "\\^{u}",
    "\\\"{u}",  "\\'{y}",   "th",       "\\\"{y}"};

struct TextMark {
  char32_t character;
  std::string_view text;
};
constexpr std::array text_marks{TextMark{U'“', "``"},
                                TextMark{U'”', "''"},
                                TextMark{U'„', ",,"},
                                TextMark{U'‘', "`"},
                                TextMark{U'’', "'"},
                                TextMark{U'–', "--"},
                                TextMark{U'—', "---"},
                                TextMark{U'‐', "-"},
                                TextMark{U'‑', "-"},
                                TextMark{U'─', "--"},
                                TextMark{U'…', "\\ldots{}"},
                                TextMark{U'\u00A0', "~"},
                                TextMark{U'«', "\\ensuremath{\\ll}"},
                                TextMark{U'»', "\\ensuremath{\\gg}"},
                                TextMark{U'§', "\\S{}"},
                                TextMark{U'£', "\\pounds{}"},
                                TextMark{U'č', "\\v{c}"},
                                TextMark{U'š', "\\v{s}"},
                                TextMark{U'ž', "\\v{z}"},
                                TextMark{U'ć', "\\'{c}"},
                                TextMark{U'ń', "\\'{n}"},
                                TextMark{U'ś', "\\'{s}"},
                                TextMark{U'ł', "\\l{}"},
                                TextMark{U'Ł', "\\L{}"},
                                TextMark{U'ř', "\\v{r}"},
                                TextMark{U'ě', "\\v{e}"},
                                TextMark{U'ő', "\\H{o}"},
                                TextMark{U'ű', "\\H{u}"},
                                TextMark{U'ı', "\\i{}"},
                                TextMark{U'ğ', "\\u{g}"},
                                TextMark{U'ş', "\\c{s}"},
                                TextMark{U'Č', "\\v{C}"},
                                TextMark{U'Š', "\\v{S}"},
                                TextMark{U'Ž', "\\v{Z}"},
                                TextMark{U'œ', "\\oe{}"},
                                TextMark{U'Œ', "\\OE{}"}};

/// A character beyond ASCII in text mode; what nobody knows is a question mark, never a failed run.
std::string unicode_text(char32_t c) {
  if (display_width(c) == 0) return "";
  for (const TextMark& mark : text_marks)
    if (mark.character == c) return std::string(mark.text);
  if (c == U'Σ') return "\\ensuremath{\\textstyle\\sum}";  // in our prose it is always a sum
  if (const std::string_view symbol = latex_symbol(c); !symbol.empty())
    return "\\ensuremath{" + std::string(symbol) + "}";
  if (const char plain = plain_of_subscript(c))
    return std::string("\\ensuremath{{}_{") + plain + "}}";
  if (c == U'ᵀ') return "\\ensuremath{{}^{\\top}}";
  if (const char plain = plain_of_superscript(c))
    return std::string("\\ensuremath{{}^{") + plain + "}}";
  if (c >= 0xC0 && c <= 0xFF) return std::string(latin_1[c - 0xC0]);
  return "\\ensuremath{?}";
}

constexpr std::array<std::string_view, 34> greek{
    "alpha",   "beta",   "gamma", "delta",   "epsilon", "zeta",  "eta",   "theta", "iota",
    "kappa",   "lambda", "mu",    "nu",      "xi",      "pi",    "rho",   "sigma", "tau",
    "upsilon", "phi",    "chi",   "psi",     "omega",   "Gamma", "Delta", "Theta", "Lambda",
    "Xi",      "Pi",     "Sigma", "Upsilon", "Phi",     "Psi",   "Omega"};

/// Letters without a subscript: one letter, a Greek one, or upright if there are several.
std::string math_letters(std::string_view text) {
  if (text.size() == 1 && (is_letter(text[0]) || is_digit(text[0]))) return std::string(text);
  if (std::find(greek.begin(), greek.end(), text) != greek.end())
    return text == "epsilon" ? "\\varepsilon" : "\\" + std::string(text);
  if (all_of(text, is_digit)) return std::string(text);
  if (!text.empty()) {
    std::size_t at = 0;
    const char32_t first = utf8::next(text, at);
    if (at == text.size())
      if (const std::string_view symbol = latex_symbol(first); !symbol.empty())
        return std::string(symbol);
  }
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
  return plain ? "\\mathrm{" + std::string(text) + "}" : "\\text{" + latex_text(text) + "}";
}

std::string subscript_of(std::string text) {
  std::replace(text.begin(), text.end(), '_', ',');
  std::string set;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    if (!set.empty()) set += ",";
    set += math_letters(std::string_view(text).substr(at, end - at));
    at = end + 1;
  }
  return set;
}

bool in_word(std::string_view text, std::size_t at) {
  return at < text.size() && (is_letter(text[at]) || is_digit(text[at]) || text[at] == '_');
}

/// The end of what looks like a name in mathematics: a letter with digits, subscripts or an index
/// after it (z1, pⱼ, P[i,k]); `at` where it is prose.
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
  return end == at + 1 || goes_on ? at : end;
}

/// The end of the name after a ∂: of any length.
std::size_t end_after_partial(std::string_view text, std::size_t at) {
  std::size_t end = at;
  while (in_word(text, end)) ++end;
  return end;
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

}  // namespace

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
  if (const std::size_t bracket = text.find('[');
      bracket != std::string_view::npos && bracket > 0) {
    const std::string_view index = text.substr(bracket);
    const bool plain = std::all_of(index.begin(), index.end(), [](char c) {
      return is_letter(c) || is_digit(c) || c == '[' || c == ']' || c == ',' || c == ' ' ||
             c == ':';
    });
    const std::string set = plain ? std::string(index) : "\\text{" + latex_text(index) + "}";
    return latex_name(text.substr(0, bracket)) + "{" + set + "}";
  }
  std::string primes, base, sub;
  bool in_sub = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = utf8::next(text, at);
    if (c == U'′' || c == U'\'') {
      primes += '\'';
    } else if (const char plain = plain_of_subscript(c)) {
      sub += plain;
      in_sub = true;
    } else if (c == U'_' && start > 0 && at < text.size() && !in_sub) {
      in_sub = true;
    } else {
      (in_sub ? sub : base) += std::string(text.substr(start, at - start));
    }
  }
  if (sub.empty()) {
    std::size_t digits = base.size();
    while (digits > 0 && is_digit(base[digits - 1])) --digits;
    if (digits > 0) {
      sub = base.substr(digits);
      base.resize(digits);
    }
  }
  const std::string below = sub.empty() ? "" : "_{" + subscript_of(sub) + "}";
  return math_letters(base) + primes + below;
}

std::string latex_function(std::string_view text) {
  constexpr std::array<std::string_view, 9> native{"exp",  "ln",  "log", "sin", "cos",
                                                   "tanh", "max", "min", "det"};
  std::string name(text), primes;
  for (const std::string_view prime : {"′", "'"})
    while (name.ends_with(prime)) {
      name.resize(name.size() - prime.size());
      primes += '\'';
    }
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
