#include "tracer/grade/latex.hpp"

#include <algorithm>
#include <array>

namespace tracer {
namespace {

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

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

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

}  // namespace

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

}  // namespace tracer
