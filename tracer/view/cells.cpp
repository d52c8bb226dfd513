// See cells.hpp.
#include "tracer/view/cells.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "tracer/render/unicode.hpp"

namespace tracer {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr std::array wide{Range{0x1100, 0x115F},   Range{0x2E80, 0x303E},   Range{0x3041, 0xA4CF},
                          Range{0xA960, 0xA97C},   Range{0xAC00, 0xD7A3},   Range{0xF900, 0xFAFF},
                          Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},   Range{0xFFE0, 0xFFE6},
                          Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF}, Range{0x1F900, 0x1F9FF},
                          Range{0x20000, 0x3FFFD}};

/// U+2066 and the like turn the direction of what follows: no name needs that here.
bool is_control(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

}  // namespace

int cell_width(char32_t c) {
  if (is_combining(c)) return 0;
  for (const Range& range : wide)
    if (c >= range.first && c <= range.last) return 2;
  return 1;
}

int cell_width(std::string_view line) {
  int width = 0;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == '\x1b') {
      const std::size_t end = line.find('m', at);
      at = end == std::string_view::npos ? line.size() : end + 1;
      continue;
    }
    width += cell_width(next_code_point(line, at));
  }
  return width;
}

std::string clean(std::string_view text, const Style& style) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    if (is_control(c)) c = U'\uFFFD';
    if (!style.unicode && c >= 0x80) c = U'?';
    out += utf8(c);
  }
  return out;
}

std::string fit(std::string_view text, int columns, const Style& style) {
  std::string whole = clean(text, style);
  if (cell_width(whole) <= columns) return whole;
  if (columns <= 0) return "";
  std::string cut;
  int width = 0;
  for (std::size_t at = 0; at < whole.size();) {
    const char32_t c = next_code_point(whole, at);
    width += cell_width(c);
    if (width > columns - 1) break;
    cut += utf8(c);
  }
  return cut + (style.unicode ? "…" : "~");
}

std::string fit_left(std::string_view text, int columns, const Style& style) {
  std::string out = fit(text, columns, style);
  return out + blanks(columns - cell_width(out));
}

std::string fit_right(std::string_view text, int columns, const Style& style) {
  const std::string out = fit(text, columns, style);
  return blanks(columns - cell_width(out)) + out;
}

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
  }
  return lines;
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
          written = column + cell_width(block.lines[i]);
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
      block.width = std::max(block.width, cell_width(line));
    if (!row.empty() && taken + gap + block.width > usable_width(style)) write_row();
    taken += (row.empty() ? 0 : gap) + block.width;
    row.push_back(std::move(block));
  }
  if (!row.empty()) write_row();
  return out;
}

std::string short_number(double x) {
  if (std::isnan(x)) return "nan";
  if (std::isinf(x)) return x < 0 ? "-inf" : "inf";
  const double size = std::fabs(x);
  if (size == 0) return "0.0000";
  if (size >= 0.00095 && size < 99999.5) {
    const int before = size < 9.99995   ? 1
                       : size < 99.9995 ? 2
                       : size < 999.995 ? 3
                       : size < 9999.95 ? 4
                                        : 5;
    return fmt::format("{:.{}f}", x, 5 - before);
  }
  // 2.1e-5, not the 2.1e-05 of printf: the two zeros would cost the column a digit
  std::string mantissa = fmt::format("{:.1e}", x);
  const std::size_t e = mantissa.find('e');
  const int exponent = std::stoi(mantissa.substr(e + 1));
  return mantissa.substr(0, e) + "e" + std::to_string(exponent);
}

std::string grouped(long long n) {
  std::string digits = std::to_string(n);
  const std::size_t first = digits[0] == '-' ? 1 : 0;
  for (std::size_t at = digits.size(); at > first + 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string percent(double share) {
  if (std::isnan(share)) return "nan %";
  if (share == 1) return "100.0 %";
  // 99.996 is not yet 100: a network that makes one mistake should not look perfect
  const double rounded = std::round(share * 10000) / 100;
  return fmt::format("{:.2f} %", share < 1 && rounded >= 100 ? 99.99 : rounded);
}

std::string clock_time(double seconds) {
  if (!std::isfinite(seconds) || seconds > 360000) return "-:--";
  const auto s = static_cast<long long>(std::ceil(std::max(seconds, 0.0)));
  if (s < 3600) return fmt::format("{}:{:02}", s / 60, s % 60);
  return fmt::format("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60);
}

}  // namespace tracer
