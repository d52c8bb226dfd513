#include "tracer/text/scripts.hpp"

#include "tracer/number/digit.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

// Character by character: what is raised, or lowered, stands where its plain one stands. Unicode
// has no raised q, and its raised capitals are few; those go without.
constexpr std::u32string_view plain_of_raised = U"0123456789-+abcdefghijklmnoprstuvwxyzT";
constexpr std::u32string_view raised = U"⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻᵀ";
constexpr std::u32string_view plain_of_lowered = U"0123456789aehijklmnoprstuvx+-";
constexpr std::u32string_view lowered = U"₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ₊₋";
static_assert(raised.size() == plain_of_raised.size());
static_assert(lowered.size() == plain_of_lowered.size());

/// What stands in `to` where `c` stands in `from`; 0: `c` is not there.
char32_t counterpart(char32_t c, std::u32string_view from, std::u32string_view to) {
  const std::size_t at = from.find(c);
  return at == from.npos ? 0 : to[at];
}

/// Each character of `text` in `to`, where it stands in `from`.
std::optional<std::string> moved(std::string_view text, std::u32string_view from,
                                 std::u32string_view to) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = utf8::next(text, at);
    const char32_t other = counterpart(c == U'−' ? U'-' : c, from, to);
    if (other == 0) return std::nullopt;
    made += utf8::encode(other);
  }
  return made;
}

}  // namespace

std::optional<std::string> superscript(std::string_view text) {
  return moved(text, plain_of_raised, raised);
}

std::optional<std::string> subscript(std::string_view text) {
  return moved(text, plain_of_lowered, lowered);
}

char plain_of_superscript(char32_t c) {
  return static_cast<char>(counterpart(c, raised, plain_of_raised));
}

char plain_of_subscript(char32_t c) {
  return static_cast<char>(counterpart(c, lowered, plain_of_lowered));
}

std::string text_number(std::string_view ascii) {
  std::string text;
  for (std::size_t i = 0; i < ascii.size(); ++i) {
    if (ascii[i] == '-') {
      text += "−";
    } else if (ascii[i] == 'e' && i > 0 && is_digit(ascii[i - 1])) {
      // 1.5e-07 is 1.5·10⁻⁷: the exponent without its plus sign and leading zeros
      std::size_t end = i + 1;
      std::string exponent;
      if (end < ascii.size() && (ascii[end] == '-' || ascii[end] == '+'))
        exponent = ascii[end++] == '-' ? "-" : "";
      while (end + 1 < ascii.size() && ascii[end] == '0' && is_digit(ascii[end + 1])) ++end;
      while (end < ascii.size() && is_digit(ascii[end])) exponent += ascii[end++];
      text += "·10" + superscript(exponent).value_or("^(" + exponent + ")");
      i = end - 1;
    } else {
      text += ascii[i];
    }
  }
  return text;
}

}  // namespace tracer
