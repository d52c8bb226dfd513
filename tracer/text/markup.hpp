// Text within HTML and SVG.
#pragma once

#include <string>
#include <string_view>

namespace tracer {

/// `&`, `<`, `>` and quotes as entities, and what no HTML may contain left out.
inline std::string html_escaped(std::string_view text) {
  std::string set;
  for (const char c : text) {
    switch (c) {
      case '&':
        set += "&amp;";
        break;
      case '<':
        set += "&lt;";
        break;
      case '>':
        set += "&gt;";
        break;
      case '"':
        set += "&quot;";
        break;
      case '\'':
        set += "&#39;";
        break;
      default:
        if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') set += c;
    }
  }
  return set;
}

}  // namespace tracer
