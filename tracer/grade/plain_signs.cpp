#include "tracer/grade/plain_signs.hpp"

#include <algorithm>
#include <array>

#include "tracer/text/plain.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

// ---- LaTeX

struct Command {
  std::string_view name;  ///< without its backslash
  std::string_view plain;
};

constexpr std::array commands{
    Command{"partial", "d"},       Command{"nabla", "grad "},  Command{"cdot", "*"},
    Command{"times", "*"},         Command{"ast", "*"},        Command{"div", "/"},
    Command{"approx", "="},        Command{"simeq", "="},      Command{"leftarrow", "="},
    Command{"gets", "="},          Command{"to", "="},         Command{"rightarrow", "="},
    Command{"longleftarrow", "="}, Command{"Rightarrow", "="}, Command{"coloneqq", "="},
    Command{"implies", "="},       Command{"left", ""},        Command{"right", ""},
    Command{"quad", "  "},         Command{"qquad", "  "},     Command{"displaystyle", ""},
    Command{"checkmark", ""},      Command{"dots", "..."},     Command{"ldots", "..."},
    Command{"hline", ""},          Command{"item", ""},        Command{"prime", "'"}};

constexpr std::array fonts{"text",       "textbf",      "textit",     "mathrm",
                           "mathbf",     "mathit",      "boldsymbol", "operatorname",
                           "boxed",      "underline",   "section",    "section*",
                           "subsection", "subsection*", "paragraph",  "paragraph*"};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// The group in braces that begins at `at` and what it holds; empty: there is none.
std::string_view group(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != '{') return {};
  int depth = 0;
  for (std::size_t i = at; i < text.size(); ++i) {
    depth += text[i] == '{' ? 1 : text[i] == '}' ? -1 : 0;
    if (depth == 0) return text.substr(at, i - at + 1);
  }
  return {};
}

std::string_view inside(std::string_view braces) { return braces.substr(1, braces.size() - 2); }

// \mathbf{w} is w
void drop_fonts(std::string& text) {
  for (const std::string_view font : fonts) {
    const std::string name = "\\" + std::string(font);
    for (auto at = text.find(name + "{"); at != std::string::npos; at = text.find(name + "{", at)) {
      const std::string braces(group(text, at + name.size()));
      if (braces.empty()) break;
      text.replace(at, name.size() + braces.size(), inside(braces));
    }
  }
}

// \frac{a}{b} is a/b, in brackets where a or b are sums.
void write_fractions(std::string& text) {
  for (const std::string_view name : {"\\dfrac", "\\tfrac", "\\frac"}) {
    for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at + 1)) {
      const std::string above(group(text, at + name.size()));
      const std::string below(above.empty() ? "" : group(text, at + name.size() + above.size()));
      if (below.empty()) continue;
      const auto bracketed = [](std::string_view part) {
        const bool sum = part.find_first_of("+-*", 1) != std::string_view::npos &&
                         part.find('^') == std::string_view::npos;
        return (sum ? "(" : "") + std::string(part) + (sum ? ")" : "");
      };
      text.replace(at, name.size() + above.size() + below.size(),
                   bracketed(inside(above)) + "/" + bracketed(inside(below)));
    }
  }
}

// \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}
void write_matrices(std::string& text) {
  for (auto at = text.find("\\begin{"); at != std::string::npos; at = text.find("\\begin{", at)) {
    const auto open = text.find('}', at);
    const auto end = text.find("\\end{", at);
    if (open == std::string::npos || end == std::string::npos || open > end) return;
    const auto close = text.find('}', end);
    if (close == std::string::npos) return;
    const bool matrix = text.substr(at, open - at).find("matrix") != std::string::npos ||
                        text.substr(at, open - at).find("array") != std::string::npos;
    std::string body = text.substr(open + 1, end - open - 1);
    if (matrix) {
      replace_all(body, "\\\\", ";");
      replace_all(body, "&", ",");
      while (!body.empty() && (body.back() == ' ' || body.back() == ';')) body.pop_back();
      body = "[" + body + "]";
    }
    text.replace(at, close - at + 1, body);
  }
}

// What is left of \begin{align} and \end{align}, on lines of their own.
void drop_tags(std::string& text) {
  for (const std::string_view tag : {"\\begin", "\\end"}) {
    for (auto at = text.find(tag); at != std::string::npos; at = text.find(tag, at)) {
      const std::string_view braces = group(text, at + tag.size());
      text.erase(at, tag.size() + braces.size());
    }
  }
}

// LaTeX as people copy it into their answers, as the plain text that they would have typed:
// $\partial L/\partial w_1 \approx -1.9$ is dL/dw_1 = -1.9. Commands that are known are replaced,
// others lose their backslash; a matrix becomes [1, 2; 3, 4].
std::string without_latex(std::string_view text) {
  std::string plain(text);
  replace_all(plain, "{,}", ",");
  drop_fonts(plain);
  for (const std::string_view raised : {"^{new}", "^{(new)}", "^(new)"})
    replace_all(plain, raised, " new");
  if (text.find_first_of("$\\") == std::string_view::npos) return plain;
  write_fractions(plain);
  write_matrices(plain);
  drop_tags(plain);
  std::string made;
  for (std::size_t i = 0; i < plain.size(); ++i) {
    const char c = plain[i];
    if (c == '$' || c == '&') continue;
    if (c != '\\') {
      made += c;
      continue;
    }
    std::size_t end = i + 1;
    while (end < plain.size() && is_letter(plain[end])) ++end;
    if (end == i + 1) {  // \, and the like are space; \\ ends a line
      made += i + 1 < plain.size() && plain[i + 1] != '[' && plain[i + 1] != '(' ? " " : "";
      ++i;
      continue;
    }
    const std::string_view name = std::string_view(plain).substr(i + 1, end - i - 1);
    const auto* const known = std::ranges::find(commands, name, &Command::name);
    made += known == commands.end() ? name : known->plain;
    i = end - 1;
  }
  return made;
}

// ---- signs

struct Sign {
  char32_t typed;
  std::string_view plain;
};

constexpr std::array signs{
    // minus, and the dashes that are taken for it
    Sign{U'−', "-"}, Sign{U'–', "-"}, Sign{U'‒', "-"}, Sign{U'—', "-"}, Sign{U'‐', "-"},
    Sign{U'‑', "-"}, Sign{U'﹣', "-"}, Sign{U'－', "-"},
    // times, over
    Sign{U'×', "*"}, Sign{U'·', "*"}, Sign{U'⋅', "*"}, Sign{U'∙', "*"}, Sign{U'⁄', "/"},
    Sign{U'∕', "/"},
    // derivatives
    Sign{U'∂', "d"}, Sign{U'\U0001D715', "d"}, Sign{U'\U0001D6DB', "d"}, Sign{U'∇', "grad "},
    Sign{U'′', "'"}, Sign{U'’', "'"}, Sign{U'‘', "'"}, Sign{U'ʹ', "'"}, Sign{U'´', "'"},
    // a teacher's ticks
    Sign{U'✓', ""}, Sign{U'✔', ""}, Sign{U'✗', ""}, Sign{U'✘', ""}, Sign{U'✅', ""}, Sign{U'❌', ""},
    Sign{U'☑', ""}, Sign{U'☒', ""}, Sign{U'\uFE0F', ""},
    // between a name and its value
    Sign{U'≈', "="}, Sign{U'≅', "="}, Sign{U'≃', "="}, Sign{U'≐', "="}, Sign{U'≔', "="},
    Sign{U'←', "="}, Sign{U'⟵', "="}, Sign{U'→', "="}, Sign{U'⟶', "="}, Sign{U'⇒', "="},
    Sign{U'＝', "="}, Sign{U'：', ":"}, Sign{U'，', ","}, Sign{U'；', ";"},
    // numbers
    Sign{U'½', " 1/2"}, Sign{U'⅓', " 1/3"}, Sign{U'⅔', " 2/3"}, Sign{U'¼', " 1/4"},
    Sign{U'¾', " 3/4"}, Sign{U'…', "..."}};

constexpr std::array arrows{std::string_view(":="), std::string_view("<-"), std::string_view("->"),
                            std::string_view("=>"), std::string_view("=="), std::string_view("~=")};

// '0' to '9', '+' or '-'; 0 for anything that is not raised
char raised(char32_t c) {
  if (c == U'¹') return '1';
  if (c == U'²') return '2';
  if (c == U'³') return '3';
  if (c == U'⁰' || (c >= U'⁴' && c <= U'⁹')) return static_cast<char>('0' + (c - U'⁰'));
  return c == U'⁻' ? '-' : c == U'⁺' ? '+' : '\0';
}

std::string one_by_one(std::string_view text) {
  std::string plain;
  bool was_raised = false;
  for (std::size_t at = 0; at < text.size();) {
    const auto [code, length] = utf8::decode(text, at);
    const std::string_view bytes = text.substr(at, length);
    at += length;
    if (const char c = raised(code); c != '\0') {
      plain += (was_raised ? "" : "^") + std::string(1, c);
      was_raised = true;
      continue;
    }
    was_raised = false;
    const auto* const sign = std::ranges::find(signs, code, &Sign::typed);
    if (sign != signs.end()) {
      plain += sign->plain;
    } else if (code >= U'₀' && code <= U'₉') {
      plain += static_cast<char>('0' + (code - U'₀'));
    } else if (code == U'\t') {
      plain += "  ";
    } else if (utf8::is_space(code)) {
      plain += ' ';
    } else if (code < 0x20 || (code >= 0x7f && code < 0xa0)) {
      plain += utf8::encode(0xFFFD);
    } else {
      plain += bytes;
    }
  }
  return plain;
}

}  // namespace

std::string plain_signs(std::string_view text) {
  std::string plain = one_by_one(without_latex(text));
  for (const std::string_view arrow : arrows) {
    for (auto at = plain.find(arrow); at != std::string::npos; at = plain.find(arrow, at))
      plain.replace(at, arrow.size(), "=");
  }
  return plain;
}

std::string shortened(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  std::size_t end = 0;
  while (end + utf8::decode(text, end).length <= most) end += utf8::decode(text, end).length;
  return std::string(text.substr(0, end)) + "...";
}

}  // namespace tracer
