#include "tracer/text/scripts.hpp"

#include <algorithm>
#include <array>

#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

struct Raised {
  char plain;
  char32_t raised;
};

// Unicode has no raised q, and its raised capitals are few; those go without.
constexpr std::array superscripts{
    Raised{'0', U'⁰'}, Raised{'1', U'¹'}, Raised{'2', U'²'}, Raised{'3', U'³'}, Raised{'4', U'⁴'},
    Raised{'5', U'⁵'}, Raised{'6', U'⁶'}, Raised{'7', U'⁷'}, Raised{'8', U'⁸'}, Raised{'9', U'⁹'},
    Raised{'-', U'⁻'}, Raised{'+', U'⁺'}, Raised{'a', U'ᵃ'}, Raised{'b', U'ᵇ'}, Raised{'c', U'ᶜ'},
    Raised{'d', U'ᵈ'}, Raised{'e', U'ᵉ'}, Raised{'f', U'ᶠ'}, Raised{'g', U'ᵍ'}, Raised{'h', U'ʰ'},
    Raised{'i', U'ⁱ'}, Raised{'j', U'ʲ'}, Raised{'k', U'ᵏ'}, Raised{'l', U'ˡ'}, Raised{'m', U'ᵐ'},
    Raised{'n', U'ⁿ'}, Raised{'o', U'ᵒ'}, Raised{'p', U'ᵖ'}, Raised{'r', U'ʳ'}, Raised{'s', U'ˢ'},
    Raised{'t', U'ᵗ'}, Raised{'u', U'ᵘ'}, Raised{'v', U'ᵛ'}, Raised{'w', U'ʷ'}, Raised{'x', U'ˣ'},
    Raised{'y', U'ʸ'}, Raised{'z', U'ᶻ'}, Raised{'T', U'ᵀ'}};

constexpr std::array subscripts{
    Raised{'a', U'ₐ'}, Raised{'e', U'ₑ'}, Raised{'h', U'ₕ'}, Raised{'i', U'ᵢ'}, Raised{'j', U'ⱼ'},
    Raised{'k', U'ₖ'}, Raised{'l', U'ₗ'}, Raised{'m', U'ₘ'}, Raised{'n', U'ₙ'}, Raised{'o', U'ₒ'},
    Raised{'p', U'ₚ'}, Raised{'r', U'ᵣ'}, Raised{'s', U'ₛ'}, Raised{'t', U'ₜ'}, Raised{'u', U'ᵤ'},
    Raised{'v', U'ᵥ'}, Raised{'x', U'ₓ'}, Raised{'+', U'₊'}, Raised{'-', U'₋'}};

}  // namespace

std::optional<std::string> superscript(std::string_view text) {
  std::string raised;
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = utf8::next(text, at);
    if (c == U'−') c = U'-';
    const auto found = std::find_if(superscripts.begin(), superscripts.end(), [&](const Raised& r) {
      return static_cast<char32_t>(r.plain) == c;
    });
    if (found == superscripts.end()) return std::nullopt;
    raised += utf8::encode(found->raised);
  }
  return raised;
}

char plain_of_superscript(char32_t c) {
  for (const Raised& r : superscripts)
    if (r.raised == c) return r.plain;
  return 0;
}

char plain_of_subscript(char32_t c) {
  if (c >= U'₀' && c <= U'₉') return static_cast<char>('0' + (c - U'₀'));
  for (const Raised& r : subscripts)
    if (r.raised == c) return r.plain;
  return 0;
}

}  // namespace tracer
