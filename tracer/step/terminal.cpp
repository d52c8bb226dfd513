// See terminal.hpp.
#include "tracer/step/terminal.hpp"

#include <cerrno>
#include <clocale>
#include <cstdlib>

#include <poll.h>
#include <unistd.h>

#include "tracer/error.hpp"
#include "tracer/step/terminal_state.hpp"

#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1  // erase, move, clear ... would be replaced wherever they stand
#include <curses.h>

namespace tracer {
namespace {

// ---- what things look like

enum Pair : short { value_pair = 1, good_pair, bad_pair };

void prepare_colours() {
  start_color();
  use_default_colors();
  init_pair(value_pair, COLOR_CYAN, -1);
  init_pair(good_pair, COLOR_GREEN, -1);
  init_pair(bad_pair, COLOR_RED, -1);
}

bool coloured_terminal = false;

attr_t attributes_of(Stress stress) {
  const auto pair = [](short number) {
    return coloured_terminal ? static_cast<attr_t>(COLOR_PAIR(number)) : attr_t{A_NORMAL};
  };
  switch (stress) {
    case Stress::plain:
      return A_NORMAL;
    case Stress::bold:
      return A_BOLD;
    case Stress::faint:
      return A_DIM;
    case Stress::value:
      return pair(value_pair);
    case Stress::active:
    case Stress::bar:
      return A_REVERSE;
    case Stress::good:
      return A_BOLD | pair(good_pair);
    case Stress::bad:
      return A_BOLD | pair(bad_pair);
  }
  return A_NORMAL;
}

// ---- keys

Key::Kind kind_of(wint_t code) {
  using Kind = Key::Kind;
  switch (code) {
    case KEY_LEFT:
      return Kind::left;
    case KEY_RIGHT:
      return Kind::right;
    case KEY_UP:
      return Kind::up;
    case KEY_DOWN:
      return Kind::down;
    case KEY_PPAGE:
      return Kind::page_up;
    case KEY_NPAGE:
      return Kind::page_down;
    case KEY_HOME:
      return Kind::home;
    case KEY_END:
      return Kind::end;
    case KEY_SR:
      return Kind::scroll_up;
    case KEY_SF:
      return Kind::scroll_down;
    case KEY_ENTER:
      return Kind::enter;
    case KEY_BACKSPACE:
    case KEY_DC:
      return Kind::backspace;
    case KEY_RESIZE:
      return Kind::resized;
    default:
      return Kind::other;
  }
}

Key key_of_character(wint_t c) {
  constexpr wint_t escape = 27, backspace = 8, erase_character = 127;
  if (c == '\r' || c == '\n') return {Key::Kind::enter};
  if (c == '\t') return {Key::Kind::tab};
  if (c == escape) return {Key::Kind::escape};
  if (c == backspace || c == erase_character) return {Key::Kind::backspace};
  return Key::of(static_cast<char32_t>(c));
}

// ncurses writes what the locale has; a UTF-8 one that is not installed is the same as any other.
void set_locale(bool unicode) {
  const char* set = std::setlocale(LC_CTYPE, "");
  if (unicode && (set == nullptr || MB_CUR_MAX < 4)) std::setlocale(LC_CTYPE, "C.UTF-8");
}

}  // namespace

Terminal::Terminal(const TerminalWish& wish) {
  require_terminal();
  set_locale(wish.unicode);
  keep_terminal_modes();
  // the window has the size that it has, whatever these say
  for (const char* size : {"LINES", "COLUMNS"}) unsetenv(size);
  if (newterm(nullptr, stdout, stdin) == nullptr)
    throw Error("this terminal can't be used; take tracer derive");
  restore_at_signals();
  cbreak();
  noecho();
  nonl();
  keypad(stdscr, TRUE);
  set_escdelay(25);  // ms: Escape alone is known at once
  leaveok(stdscr, FALSE);
  coloured_terminal = wish.colour && has_colors();
  if (coloured_terminal) prepare_colours();
}

Terminal::~Terminal() {
  curs_set(1);
  endwin();
  leave_signals_alone();
}

ScreenSize Terminal::size() const { return {getmaxx(stdscr), getmaxy(stdscr)}; }

void Terminal::show(const Screen& screen) {
  werase(stdscr);
  for (std::size_t row = 0; row < screen.rows.size(); ++row) {
    if (wmove(stdscr, static_cast<int>(row), 0) != OK) break;
    for (const StyledText& piece : screen.rows[row]) {
      wattrset(stdscr, static_cast<int>(attributes_of(piece.stress)));
      waddstr(stdscr, piece.text.c_str());  // ERR at the last corner, which is filled all the same
    }
  }
  wattrset(stdscr, A_NORMAL);
  curs_set(screen.cursor ? 1 : 0);
  if (screen.cursor) wmove(stdscr, screen.cursor->first, screen.cursor->second);
  wrefresh(stdscr);
}

Key Terminal::read() {
  wint_t code = 0;
  while (true) {
    errno = 0;
    const int got = wget_wch(stdscr, &code);
    if (got == KEY_CODE_YES) return {kind_of(code)};
    if (got == OK) return key_of_character(code);
    if (errno != EINTR) return {Key::Kind::ended};  // the other end of the terminal is gone
  }
}

bool Terminal::is_key_waiting() const {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return poll(&input, 1, 0) > 0;
}

}  // namespace tracer
