#include "tracer/grade/plain_signs.hpp"

#include <algorithm>
#include <array>

#include "tracer/grade/latex.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

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
