// A walk as a screen of a given size: the list of lines beside the working of the active one, or
// above it where there is no room beside; the graph in place of the list; the help; a notice where
// it is all too small.
#pragma once

#include "tracer/step/walk.hpp"

namespace tracer {

/// Below that a walk is not shown.
inline constexpr ScreenSize least_screen{32, 8};

/// `style`: colour is left to whoever shows the screen; unicode false: ASCII only.
Screen screen_of(const Walk&, ScreenSize, const Style& style);
/// The same with a note at the bottom, in place of what stands there.
Screen with_note(Screen, ScreenSize, const std::string& note);

}  // namespace tracer
