#include "tracer/text/cells.hpp"

#include <algorithm>

#include "tracer/text/utf8.hpp"
#include "tracer/text/width.hpp"

namespace tracer {

std::string clean(std::string_view text, const Style& style) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = utf8::next(text, at);
    if (utf8::is_control(c)) c = U'\uFFFD';
    if (!style.unicode && c >= 0x80) c = U'?';
    out += utf8::encode(c);
  }
  return out;
}

std::string fit(std::string_view text, int columns, const Style& style) {
  std::string whole = clean(text, style);
  if (display_width(whole) <= columns) return whole;
  if (columns <= 0) return "";
  std::string cut;
  int width = 0;
  for (std::size_t at = 0; at < whole.size();) {
    const char32_t c = utf8::next(whole, at);
    width += display_width(c);
    if (width > columns - 1) break;
    cut += utf8::encode(c);
  }
  return cut + (style.unicode ? "…" : "~");
}

std::string fit_left(std::string_view text, int columns, const Style& style) {
  return pad_right(fit(text, columns, style), columns);
}

std::string fit_right(std::string_view text, int columns, const Style& style) {
  return pad_left(fit(text, columns, style), columns);
}

std::string beside(const std::vector<std::string>& blocks, int gap, const Style& style) {
  struct Block {
    std::vector<std::string> lines;
    int width = 0;
  };
  std::string out;
  std::vector<Block> row;
  int taken = 0;
  const auto write_row = [&] {
    std::size_t height = 0;
    for (const Block& block : row) height = std::max(height, block.lines.size());
    if (!out.empty()) out += '\n';
    for (std::size_t i = 0; i < height; ++i) {
      std::string line;
      int column = 0;  // where the next block begins
      int written = 0;
      for (const Block& block : row) {
        if (i < block.lines.size() && !block.lines[i].empty()) {
          line += blanks(column - written) + block.lines[i];
          written = column + display_width(block.lines[i]);
        }
        column += block.width + gap;
      }
      out += line + '\n';
    }
    row.clear();
    taken = 0;
  };
  for (const std::string& text : blocks) {
    Block block{lines_of(text), 0};
    for (const std::string& line : block.lines)
      block.width = std::max(block.width, display_width(line));
    if (!row.empty() && taken + gap + block.width > usable_width(style)) write_row();
    taken += (row.empty() ? 0 : gap) + block.width;
    row.push_back(std::move(block));
  }
  if (!row.empty()) write_row();
  return out;
}

}  // namespace tracer
