#include "tracer/serve/mistakes.hpp"

#include <algorithm>
#include <optional>

#include "tracer/text/number_text.hpp"

namespace tracer::serve {
namespace {

// "7:12: error: no such value" of "<lesson>:7:12: error: no such value".
std::optional<Mistake> beginning_of(std::string_view line, std::string_view lesson) {
  if (!line.starts_with(lesson)) return std::nullopt;
  line.remove_prefix(lesson.size());
  const auto number = [&]() -> std::optional<int> {
    if (!line.starts_with(':')) return std::nullopt;
    line.remove_prefix(1);
    const std::size_t end = line.find(':');
    if (end == std::string_view::npos) return std::nullopt;
    const auto read = number_in_text<int>(line.substr(0, end));
    line.remove_prefix(end);
    return read;
  };
  const auto row = number();
  const auto column = row ? number() : std::nullopt;
  constexpr std::string_view error = ": error: ";
  if (!column || !line.starts_with(error)) return std::nullopt;
  return Mistake{*row, *column, 1, std::string(line.substr(error.size())), ""};
}

// "    |      ^~~~" marks four.
std::optional<int> marked(std::string_view line) {
  const std::size_t at = line.find('^');
  if (at == std::string_view::npos || line.find_first_not_of(" |") != at) return std::nullopt;
  const std::size_t end = std::min(line.find_first_not_of('~', at + 1), line.size());
  return static_cast<int>(end - at);
}

}  // namespace

Complaints read_complaints(std::string_view errors, std::string_view lesson) {
  Complaints read;
  while (!errors.empty()) {
    const std::size_t end = std::min(errors.find('\n'), errors.size());
    std::string_view line = errors.substr(0, end);
    errors.remove_prefix(std::min(end + 1, errors.size()));
    if (auto mistake = beginning_of(line, lesson)) {
      read.mistakes.push_back(std::move(*mistake));
    } else if (!read.mistakes.empty() && line.starts_with("  ")) {
      Mistake& last = read.mistakes.back();
      if (const auto length = marked(line)) last.length = *length;
      last.shown.append(line).append("\n");
    } else {
      constexpr std::string_view prefix = "tracer: error: ";
      if (line.starts_with(prefix)) line.remove_prefix(prefix.size());
      read.others.append(line).append("\n");
    }
  }
  return read;
}

}  // namespace tracer::serve
