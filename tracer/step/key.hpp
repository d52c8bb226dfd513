// A key as it was pressed, whatever terminal it came from. terminal.cpp reads them, walk.hpp says
// what each of them does.
#pragma once

namespace tracer {

struct Key {
  enum class Kind {
    character,  ///< what `character` says, Ctrl with a letter as 1 to 26
    left,
    right,
    up,
    down,
    page_up,
    page_down,
    home,
    end,
    scroll_up,  ///< Shift with an arrow
    scroll_down,
    enter,
    escape,
    backspace,
    tab,
    resized,  ///< the window has another size
    ended,    ///< there will be no more: the terminal is gone
    other
  };
  Kind kind = Kind::other;
  char32_t character = 0;

  static Key of(char32_t typed) { return {Kind::character, typed}; }
};

}  // namespace tracer
