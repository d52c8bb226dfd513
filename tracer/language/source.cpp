#include "tracer/language/source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "tracer/error.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {

namespace {

// A lesson is written by hand, data stands in files of its own: no lesson comes near this.
constexpr std::size_t largest_lesson = std::size_t{16} << 20;

std::string with_unix_line_ends(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      result += text[i];
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      result += '\n';
    }
  }
  return result;
}

void check_is_text(const std::string& name, std::string_view text) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    throw Error(fmt::format("{}: this text is encoded as UTF-16; save it as UTF-8", name));
  }
  const std::size_t bad = utf8::find_invalid(text);
  if (bad == std::string_view::npos) return;
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(bad), '\n');
  throw Error(
      fmt::format("{}: not a text file: byte 0x{:02x} at line {}; a lesson is plain text in UTF-8",
                  name, static_cast<unsigned char>(text[bad]), line));
}

}  // namespace

Span join(Span a, Span b) { return {std::min(a.begin, b.begin), std::max(a.end, b.end)}; }

Source::Source(std::string name, std::string text) : name_(std::move(name)) {
  check_is_text(name_, text);
  std::string_view body = text;
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  text_ = with_unix_line_ends(body);
  line_begins_.push_back(0);
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if (text_[i] == '\n') line_begins_.push_back(i + 1);
  }
}

std::string_view Source::text(Span span) const {
  return std::string_view(text_).substr(span.begin, span.end - span.begin);
}

Span Source::line_span(std::size_t number) const {
  const std::size_t begin = line_begins_[number - 1];
  const bool last = number == line_begins_.size();
  return {begin, last ? text_.size() : line_begins_[number] - 1};
}

std::string_view Source::line(std::size_t number) const { return text(line_span(number)); }

Place Source::place(std::size_t offset) const {
  offset = std::min(offset, text_.size());
  const auto after = std::ranges::upper_bound(line_begins_, offset);
  const auto line = static_cast<std::size_t>(after - line_begins_.begin());
  return {line, 1 + utf8::count(text({line_begins_[line - 1], offset}))};
}

Source read_source(const std::filesystem::path& path) {
  const std::string name = path.string();
  std::error_code
      ignored;  // a path that can't be asked about can't be opened either, and that is told
  if (std::filesystem::is_directory(path, ignored)) {
    throw Error(fmt::format("{}: this is a directory; name a lesson in it", name));
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const int reason = errno;
    if (reason == ENOENT) {
      throw Error(
          fmt::format("{}: there is no such file; 'tracer lessons' lists the lessons that "
                      "come with tracer",
                      name));
    }
    if (reason == EACCES) {
      throw Error(
          fmt::format("{}: no permission to read it; see its owner and mode with 'ls -l'", name));
    }
    throw Error(fmt::format("{}: can't be opened: {}", name, std::strerror(reason)));
  }
  // Read, not sized first: it may be a pipe. In pieces: room for the largest takes longer to clear
  // than most lessons take to be worked out.
  std::string text;
  std::array<char, std::size_t{1} << 16> piece;
  while (text.size() <= largest_lesson && file) {
    file.read(piece.data(), piece.size());
    text.append(piece.data(), static_cast<std::size_t>(file.gcount()));
  }
  if (file.bad()) throw Error(fmt::format("{}: reading failed: {}", name, std::strerror(errno)));
  if (text.size() > largest_lesson) {
    throw Error(
        fmt::format("{}: larger than 16 MiB; is this a lesson? Keep data in a file of its own "
                    "and read it with csv(...) or npz(...)",
                    name));
  }
  if (text.empty()) {
    throw Error(
        fmt::format("{}: the lesson is empty; 'tracer lessons' lists some to start from", name));
  }
  return Source(name, std::move(text));
}

}  // namespace tracer
