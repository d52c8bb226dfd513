// What every picture in the terminal has to keep to.
#pragma once

#include <algorithm>
#include <string>

#include "tracer/text/cells.hpp"

namespace tracer {

/// Columns of the widest line.
inline int widest_line(const std::string& text) {
  int width = 0;
  for (const std::string& line : lines_of(text)) width = std::max(width, display_width(line));
  return width;
}

inline bool has_escapes(const std::string& text) { return text.find('\x1b') != std::string::npos; }

inline bool is_ascii(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

/// `text` without colour escapes.
inline std::string without_escapes(const std::string& text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\x1b')
      at = text.find('m', at);
    else
      out += text[at];
  }
  return out;
}

}  // namespace tracer
