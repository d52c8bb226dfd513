// See screen.hpp.
#include "tracer/step/screen.hpp"

#include <algorithm>
#include <array>

#include "tracer/text/cells.hpp"
#include "tracer/text/utf8.hpp"

namespace tracer {
namespace {

Stress stress_of_escape(std::string_view code, Stress now) {
  if (code == "0" || code.empty()) return Stress::plain;
  if (code == "1") return Stress::bold;
  if (code == "2") return Stress::faint;
  if (code == "36") return Stress::value;
  return now;
}

struct InAscii {
  char32_t sign;
  const char* text;
};
// What pages are made of beside letters.
constexpr std::array in_ascii{
    InAscii{U'∂', "d"},    InAscii{U'·', "*"},   InAscii{U'−', "-"},   InAscii{U'≈', "~"},
    InAscii{U'←', "<-"},   InAscii{U'→', "->"},  InAscii{U'½', "1/2"}, InAscii{U'²', "^2"},
    InAscii{U'³', "^3"},   InAscii{U'×', "x"},   InAscii{U'⊙', "o"},   InAscii{U'⊘', "/"},
    InAscii{U'′', "'"},    InAscii{U'ᵀ', "^T"},  InAscii{U'Σ', "sum"}, InAscii{U'σ', "s"},
    InAscii{U'√', "sqrt"}, InAscii{U'⎡', "["},   InAscii{U'⎢', "["},   InAscii{U'⎣', "["},
    InAscii{U'⎤', "]"},    InAscii{U'⎥', "]"},   InAscii{U'⎦', "]"},   InAscii{U'⎛', "("},
    InAscii{U'⎜', "("},    InAscii{U'⎝', "("},   InAscii{U'⎞', ")"},   InAscii{U'⎟', ")"},
    InAscii{U'⎠', ")"},    InAscii{U'‖', "|"},   InAscii{U'─', "-"},   InAscii{U'│', "|"},
    InAscii{U'┌', "+"},    InAscii{U'┐', "+"},   InAscii{U'└', "+"},   InAscii{U'┘', "+"},
    InAscii{U'├', "+"},    InAscii{U'┤', "+"},   InAscii{U'┬', "+"},   InAscii{U'┴', "+"},
    InAscii{U'┼', "+"},    InAscii{U'…', "~"},   InAscii{U'⋯', "~"},   InAscii{U'•', "*"},
    InAscii{U'↓', "v"},    InAscii{U'↑', "^"},   InAscii{U'↔', "<>"},  InAscii{U'α', "alpha"},
    InAscii{U'η', "eta"},  InAscii{U'ε', "eps"}, InAscii{U'≤', "<="},  InAscii{U'≥', ">="}};

// Blanks at the end are no loss.
int width_without_end(const ScreenRow& row) {
  std::string text;
  for (const StyledText& piece : row) text += piece.text;
  return display_width(trimmed(std::move(text)));
}

std::string ascii_text(std::string_view text) {
  std::string made;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t sign = utf8::next(text, at);
    if (sign < 0x80) {
      made += static_cast<char>(sign);
      continue;
    }
    const auto known = std::ranges::find(in_ascii, sign, &InAscii::sign);
    made += known != in_ascii.end() ? known->text : "?";
  }
  return made;
}

}  // namespace

ScreenRow pieces_of(std::string_view line) {
  ScreenRow row;
  Stress stress = Stress::plain;
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t escape = std::min(line.find('\x1b', at), line.size());
    if (escape > at) row.push_back({std::string(line.substr(at, escape - at)), stress});
    if (escape == line.size()) break;
    const std::size_t end = std::min(line.find('m', escape), line.size());
    if (end > escape + 2)
      stress = stress_of_escape(line.substr(escape + 2, end - escape - 2), stress);
    at = end + 1;
  }
  return row;
}

int width_of(const ScreenRow& row) {
  int width = 0;
  for (const StyledText& piece : row) width += display_width(piece.text);
  return width;
}

ScreenRow cropped(const ScreenRow& row, int first, int columns) {
  const int last = first + columns;
  const bool too_long = width_without_end(row) > last;
  bool begun = first == 0;
  ScreenRow made;
  int column = 0;
  for (const StyledText& piece : row) {
    std::string text;
    for (std::size_t at = 0; at < piece.text.size() && column < last;) {
      const std::size_t begin = at;
      const char32_t sign = utf8::next(piece.text, at);
      const int width = display_width(sign);
      const int end = column + width;
      if (too_long && width > 0 && end >= last) {
        text += blanks(last - 1 - std::max(column, first)) + "…";
        column = last;
        break;
      }
      if (!begun && column >= first && width > 0) {
        begun = true;
        if (sign != U' ') {
          text += "…" + blanks(width - 1);
          column = end;
          continue;
        }
      }
      if (column >= first && end <= last) {
        // it must not command the terminal
        text += utf8::is_control(sign) ? "\uFFFD" : piece.text.substr(begin, at - begin);
      } else if (end > first) {
        text += blanks(std::min(end, last) - std::max(column, first));
      }
      column = end;
    }
    if (!text.empty()) made.push_back({std::move(text), piece.stress});
  }
  return made;
}

ScreenRow filled(ScreenRow row, int columns, Stress stress) {
  row = cropped(row, 0, columns);
  const int missing = columns - width_of(row);
  if (missing > 0) row.push_back({blanks(missing), stress});
  return row;
}

ScreenRow& operator+=(ScreenRow& row, const ScreenRow& more) {
  row.insert(row.end(), more.begin(), more.end());
  return row;
}

std::string text_of(const Screen& screen) {
  std::string text;
  for (const ScreenRow& row : screen.rows) {
    std::string line;
    for (const StyledText& piece : row) line += piece.text;
    text += trimmed(std::move(line)) + "\n";
  }
  return text;
}

void make_ascii(Screen& screen, int columns) {
  for (ScreenRow& row : screen.rows) {
    for (StyledText& piece : row) piece.text = ascii_text(piece.text);
    row = cropped(row, 0, columns);
    for (StyledText& piece : row) piece.text = ascii_text(piece.text);  // where it was cut
  }
}

}  // namespace tracer
