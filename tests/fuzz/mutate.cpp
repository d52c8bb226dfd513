#include "tests/fuzz/mutate.hpp"

#include <array>
#include <cctype>

namespace tracer::fuzz {
namespace {

// numbers and signs that readers stumble over
constexpr std::array<std::string_view, 40> pieces{"0",
                                                  "-1",
                                                  "1e999",
                                                  "1e-999",
                                                  "nan",
                                                  "inf",
                                                  "-0",
                                                  "99999999999999999999",
                                                  "1/0",
                                                  "1/3",
                                                  "4294967296",
                                                  "2147483648",
                                                  "0x10",
                                                  "1e5",
                                                  "10000",
                                                  "0.1",
                                                  "(",
                                                  ")",
                                                  "[",
                                                  "]",
                                                  "{",
                                                  "}",
                                                  ",",
                                                  ";",
                                                  ":",
                                                  "\"",
                                                  "'",
                                                  "\n",
                                                  "\r\n",
                                                  "\t",
                                                  "=",
                                                  " ",
                                                  "@",
                                                  "**",
                                                  ".T",
                                                  "#",
                                                  "\xC3\xA9",
                                                  "\xFF",
                                                  "\xE2\x88\x82",
                                                  std::string_view("\0", 1)};

// where a number of digits begins at or behind `at`, and its length; the length may be 0
std::pair<std::size_t, std::size_t> number_near(std::string_view text, std::size_t at) {
  const auto is_digit = [&](std::size_t k) {
    return std::isdigit(static_cast<unsigned char>(text[k])) != 0;
  };
  while (at < text.size() && !is_digit(at)) ++at;
  std::size_t end = at;
  while (end < text.size() && (is_digit(end) || text[end] == '.')) ++end;
  return {at, end - at};
}

}  // namespace

std::string mutated(std::string_view good, RandomStream& random) {
  std::string text(good);
  const auto place = [&] { return static_cast<std::size_t>(random.below(text.size() + 1)); };
  const auto some = [&](std::uint64_t most) {
    return static_cast<std::size_t>(random.below(most) + 1);
  };
  const auto piece = [&] { return pieces[static_cast<std::size_t>(random.below(pieces.size()))]; };
  for (std::size_t edits = random.below(4) == 0 ? some(8) : 1; edits > 0; --edits) {
    const std::size_t at = place();
    switch (random.below(9)) {
      case 0:
        if (at < text.size()) text[at] = static_cast<char>(random.bits());
        break;
      case 1:
        if (at < text.size())
          text[at] = static_cast<char>(text[at] ^ static_cast<char>(1U << random.below(8)));
        break;
      case 2:
        text.erase(at, some(8));
        break;
      case 3:
        text.insert(at, piece());
        break;
      case 4: {
        const auto [begin, length] = number_near(text, at);
        text.replace(begin, length, piece());
        break;
      }
      case 5:  // repeated, up to a thousand times
        text.insert(at, [&] {
          const std::string part = text.substr(at, some(16));
          std::string more;
          for (std::size_t k = random.below(20) == 0 ? some(1000) : some(4); k > 0; --k)
            more += part;
          return more;
        }());
        break;
      case 6: {  // a part goes elsewhere
        const std::string part = text.substr(at, some(40));
        text.erase(at, part.size());
        text.insert(place(), part);
        break;
      }
      case 7:
        if (random.below(8) == 0) text.resize(at);
        break;
      default:
        for (std::size_t k = at, end = std::min(text.size(), at + 8); k < end; ++k)
          text[k] = random.below(2) == 0 ? '\0' : '\xFF';
        if (random.below(2) == 0 && at + 8 <= text.size()) text.erase(at, 8);
    }
    if (text.size() > 1U << 20U) text.resize(1U << 20U);
  }
  return text;
}

}  // namespace tracer::fuzz
