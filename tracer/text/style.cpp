#include "tracer/text/style.hpp"

#include <algorithm>

namespace tracer {

int usable_width(const Style& style) { return std::max(style.width, 20); }

std::string ink(int colour, const Style& style) {
  if (!style.colour || colour < 0) return "";
  return "\x1b[38;5;" + std::to_string(colour) + "m";
}

std::string ink_off(const Style& style) { return style.colour ? "\x1b[0m" : ""; }

std::string coloured(const std::string& text, int colour, const Style& style) {
  if (!style.colour || colour < 0 || text.empty()) return text;
  return ink(colour, style) + text + ink_off(style);
}

}  // namespace tracer
