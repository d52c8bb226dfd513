#include "tracer/language/diagnostic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "tracer/text/cells.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {

namespace {

constexpr std::size_t widest_line = 100;  // terminal columns; of a longer line a window is shown
constexpr std::size_t before_caret = 40;  // columns of that window left of the caret
constexpr int tab_width = 4;

struct Colours {
  std::string_view place, error, remark, caret, off;
};
constexpr Colours no_colours{};
constexpr Colours ansi{"\x1b[1m", "\x1b[1;31m", "\x1b[1;35m", "\x1b[1;32m", "\x1b[0m"};

struct Cell {
  std::string text;    // what is printed for one character of the line
  std::size_t width;   // the columns that it fills
  std::size_t offset;  // where the character stands in the line, in bytes
};

// A control character printed as it is could move the cursor or recolour the terminal.
Cell cell(char32_t code, std::size_t offset) {
  if (code == '\t') return {std::string(tab_width, ' '), tab_width, offset};
  if (code < 0x20 || (code >= 0x7F && code < 0xA0)) return {utf8::encode(0xFFFD), 1, offset};
  return {utf8::encode(code), static_cast<std::size_t>(display_width(code)), offset};
}

// The piece of a line that is shown, and below it blanks, a caret and its tail.
struct Excerpt {
  std::string line, marks;
};

Excerpt excerpt(std::string_view line, std::size_t begin, std::size_t end) {
  std::vector<Cell> cells;
  std::size_t total = 0, left_of_mark = 0, mark_width = 0;
  for (std::size_t at = 0; at < line.size();) {
    const auto [code, length] = utf8::decode(line, at);
    cells.push_back(cell(code, at));
    const std::size_t width = cells.back().width;
    total += width;
    if (at < begin) left_of_mark += width;
    if (at >= begin && at < end) mark_width += width;
    at += length;
  }
  const std::size_t first =
      total <= widest_line || left_of_mark < widest_line / 2 ? 0 : left_of_mark - before_caret;
  const std::size_t last = total <= widest_line ? total : first + widest_line;

  Excerpt result;
  if (first > 0) result.line = "… ";
  std::size_t column = 0, shown_left_of_mark = first > 0 ? 2 : 0, shown = 0;
  for (const Cell& c : cells) {
    const bool inside = column >= first && column + c.width <= last;
    if (inside) {
      result.line += c.text;
      if (c.offset < begin) shown_left_of_mark += c.width;
      if (c.offset >= begin && c.offset < end) shown += c.width;
    }
    column += c.width;
  }
  if (last < total) result.line += " …";
  if (shown < mark_width) shown += 2;  // the tail goes on under the dots
  result.marks =
      std::string(shown_left_of_mark, ' ') + '^' + std::string(shown > 1 ? shown - 1 : 0, '~');
  return result;
}

std::string indented(std::string_view text) {
  std::string result = "  ";
  for (const char c : text) {
    result += c;
    if (c == '\n') result += "  ";
  }
  return result + '\n';
}

}  // namespace

std::string render(const Source& source, const Diagnostic& diagnostic, bool colour) {
  const Colours& c = colour ? ansi : no_colours;
  const bool is_error = diagnostic.severity == Severity::error;
  const Place place = source.place(diagnostic.span.begin);
  const Span line = source.line_span(place.line);
  const auto within_line = [&](std::size_t offset) {
    return std::clamp(offset, line.begin, line.end) - line.begin;
  };
  const Excerpt shown = excerpt(source.text(line), within_line(diagnostic.span.begin),
                                within_line(diagnostic.span.end));
  const std::string number = fmt::format("{}", place.line);

  std::string result = fmt::format("{}{}:{}:{}:{} {}{}:{} {}\n", c.place, source.name(), place.line,
                                   place.column, c.off, is_error ? c.error : c.remark,
                                   is_error ? "error" : "remark", c.off, diagnostic.message);
  if (!shown.line.empty()) {
    result += fmt::format("  {} | {}\n", number, shown.line);
    result += fmt::format("  {} | {}{}{}\n", std::string(number.size(), ' '), c.caret, shown.marks,
                          c.off);
  }
  if (!diagnostic.remedy.empty()) result += indented(diagnostic.remedy);
  return result;
}

void Diagnostics::insert(Diagnostic diagnostic) {
  const auto after = std::ranges::upper_bound(diagnostics_, diagnostic.span.begin, {},
                                              [](const Diagnostic& d) { return d.span.begin; });
  diagnostics_.insert(after, std::move(diagnostic));
}

void Diagnostics::error(Span span, std::string message, std::string remedy) {
  if (full()) {
    dropped_ = true;
    return;
  }
  ++errors_;
  insert({Severity::error, span, std::move(message), std::move(remedy)});
}

void Diagnostics::remark(Span span, std::string message, std::string remedy) {
  insert({Severity::remark, span, std::move(message), std::move(remedy)});
}

std::string Diagnostics::render_errors(const Source& source, bool colour) const {
  std::string result;
  for (const Diagnostic& d : diagnostics_) {
    if (d.severity == Severity::error) result += render(source, d, colour);
  }
  if (dropped_) {
    result +=
        fmt::format("{}: too many errors; the first {} are shown\n", source.name(), most_errors);
  }
  return result;
}

std::string Diagnostics::render_remarks(const Source& source, bool colour) const {
  std::string result;
  for (const Diagnostic& d : diagnostics_) {
    if (d.severity == Severity::remark) result += render(source, d, colour);
  }
  return result;
}

void Diagnostics::throw_if_errors(const Source& source, bool colour) const {
  if (!has_errors()) return;
  std::string rendered = render_errors(source, colour);
  rendered.pop_back();  // whoever prints what() ends the line
  std::vector<Diagnostic> errors;
  for (const Diagnostic& d : diagnostics_) {
    if (d.severity == Severity::error) errors.push_back(d);
  }
  throw LessonError(rendered, std::move(errors));
}

}  // namespace tracer
