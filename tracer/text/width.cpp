#include "tracer/text/width.hpp"

#include <utf8proc.h>

#include <algorithm>

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

}  // namespace tracer
