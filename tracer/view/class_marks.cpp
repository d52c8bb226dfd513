#include "tracer/view/class_marks.hpp"

#include <array>
#include <string_view>

namespace tracer {
namespace {

struct Hue {
  int plain;
  int bright;
  int ground;
  unsigned rgb;
};

constexpr std::array hues{Hue{33, 159, 25, 0x1f77b4},   Hue{208, 223, 130, 0xff7f0e},
                          Hue{35, 157, 22, 0x2ca02c},   Hue{203, 217, 88, 0xd62728},
                          Hue{141, 189, 54, 0x9467bd},  Hue{137, 180, 58, 0x8c564b},
                          Hue{213, 225, 89, 0xe377c2},  Hue{248, 255, 238, 0x7f7f7f},
                          Hue{185, 230, 100, 0xbcbd22}, Hue{44, 195, 23, 0x17becf}};

constexpr std::u32string_view marks = U"●×▲■+◆○△□◇";
constexpr std::u32string_view ascii_marks = U"ox^#+*vs%@";
constexpr std::u32string_view letters = U"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
constexpr std::u32string_view grounds = U" ·░:▒-▓=~,";
constexpr std::u32string_view ascii_grounds = U" .:-=~,'_;";

constexpr std::array<char32_t, 5> blocks{U' ', U'░', U'▒', U'▓', U'█'};
constexpr std::array<char32_t, 10> ascii_blocks{U' ', U'.', U':', U'-', U'=',
                                                U'+', U'*', U'#', U'%', U'@'};

const Hue& hue(std::size_t which) { return hues[which % hues.size()]; }

char32_t mark(std::u32string_view first, std::size_t which) {
  if (which < first.size()) return first[which];
  return letters[(which - first.size()) % letters.size()];
}

}  // namespace

int class_colour(std::size_t which) { return hue(which).plain; }
int class_bright(std::size_t which) { return hue(which).bright; }
int class_ground(std::size_t which) { return hue(which).ground; }
unsigned class_rgb(std::size_t which) { return hue(which).rgb; }

char32_t class_mark(std::size_t which, const Style& style) {
  return mark(style.unicode ? marks : ascii_marks, which);
}

char32_t ground_mark(std::size_t which, const Style& style) {
  return mark(style.unicode ? grounds : ascii_grounds, which);
}

std::span<const char32_t> shades(const Style& style) {
  if (style.unicode) return blocks;
  return ascii_blocks;
}

}  // namespace tracer
