// The text of a lesson, and where in it something stands. Everything that language/ says about a
// lesson carries a Span of this text, so that each mistake can be shown with its line and a caret.
// Read next: diagnostic.hpp (how a mistake is shown), lexer.hpp (how the text is cut into tokens).
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tracer {

/// Half-open range of byte offsets into Source::text().
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;

  friend bool operator==(const Span&, const Span&) = default;
};

/// The smallest span that holds both.
Span join(Span a, Span b);

/// Line and column, both from 1. A column counts Unicode code points, as editors do.
struct Place {
  std::size_t line = 1;
  std::size_t column = 1;

  friend bool operator==(const Place&, const Place&) = default;
};

class Source {
 public:
  /// `name` is how messages call it: the path as the user gave it, or "<command line>".
  /// A byte order mark is dropped, and CRLF and CR become LF.
  /// Throws Error unless `text` is UTF-8 without NUL bytes.
  Source(std::string name, std::string text);

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }
  std::string_view text(Span span) const;

  std::size_t line_count() const { return line_begins_.size(); }
  /// The text of a line (from 1), without its line end.
  std::string_view line(std::size_t number) const;
  /// The line and its end as a span; without the line end.
  Span line_span(std::size_t number) const;
  Place place(std::size_t offset) const;

 private:
  std::string name_;
  std::string text_;
  std::vector<std::size_t> line_begins_;  // byte offset of the first character of each line
};

/// Reads a lesson from disk. Throws Error with a remedy when there is no such file, when it is a
/// directory, unreadable, empty, larger than 16 MiB, or not UTF-8 text.
Source read_source(const std::filesystem::path& path);

}  // namespace tracer
