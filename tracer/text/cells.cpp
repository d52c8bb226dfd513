#include "tracer/text/cells.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <utf8proc.h>

#include "tracer/text/utf8.hpp"

namespace tracer {

int display_width(char32_t code) {
  const utf8proc_property_t& of = *utf8proc_get_property(static_cast<utf8proc_int32_t>(code));
  return of.category == UTF8PROC_CATEGORY_CC ? 1 : static_cast<int>(of.charwidth);
}

int display_width(std::string_view text) {
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '\x1b') {
      const std::size_t end = text.find('m', at);
      at = end == std::string_view::npos ? text.size() : end + 1;
    } else if (text[at] >= ' ' && text[at] <= '~') {
      ++width;
      ++at;
    } else {
      width += display_width(utf8::next(text, at));
    }
  }
  return width;
}

std::string blanks(int count) {
  return std::string(static_cast<std::size_t>(std::max(count, 0)), ' ');
}

std::string pad_right(std::string text, int width) {
  return text + blanks(width - display_width(text));
}

std::string pad_left(std::string text, int width) {
  return blanks(width - display_width(text)) + text;
}

std::string trimmed(std::string line) {
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
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

std::vector<std::string> wrap_words(const std::string& text, int width) {
  if (display_width(text) <= width)
    return {text};  // with its own blanks, which may align something
  std::vector<std::string> lines{""};
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    const std::string word = text.substr(at, end - at);
    at = end + 1;
    std::string& line = lines.back();
    if (line.empty())
      line = word;
    else if (display_width(line) + 1 + display_width(word) <= width)
      line += " " + word;
    else
      lines.push_back(word);
  }
  return lines;
}

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
