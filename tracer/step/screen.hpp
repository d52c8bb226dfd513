// What is to be seen in a full-screen terminal: rows of text, each in pieces that stand out in
// different ways. A plain value: walk_screen.hpp makes one of a walk and a size, tests read it, and
// terminal.hpp puts it on a real terminal.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracer {

/// How a piece of a row stands out.
enum class Stress {
  plain,
  bold,
  faint,
  value,   ///< a result
  active,  ///< the line or node that the walk is at
  bar,     ///< the rows above and below the page
  good,
  bad
};

struct StyledText {
  std::string text;
  Stress stress = Stress::plain;
};
using ScreenRow = std::vector<StyledText>;

struct ScreenSize {
  int columns = 80;
  int rows = 24;
  friend bool operator==(const ScreenSize&, const ScreenSize&) = default;
};

struct Screen {
  std::vector<ScreenRow> rows;
  std::optional<std::pair<int, int>> cursor;  ///< row and column from 0; nothing: hidden
  int scrolled = 0;                           ///< rows that what scrolls is moved up by
};

/// A line with the escapes that render/ writes for a terminal, in its pieces. Colours of other
/// things than results are left out.
ScreenRow pieces_of(std::string_view line);

int width_of(const ScreenRow&);
/// Columns `first` to `first + columns` of it. … stands where it goes on, at either side; a wide
/// character that lies across an edge is a blank.
ScreenRow cropped(const ScreenRow&, int first, int columns);
/// The same, exactly `columns` wide.
ScreenRow filled(ScreenRow, int columns, Stress = Stress::plain);
ScreenRow& operator+=(ScreenRow&, const ScreenRow&);

/// The rows as text, without blanks at their ends.
std::string text_of(const Screen&);

/// For a terminal that has no Unicode: ∂ as d, ≈ as ~, drawn lines as - and |; what has no such
/// sign is a question mark. Columns may move where one sign becomes two.
void make_ascii(Screen&, int columns);

}  // namespace tracer
