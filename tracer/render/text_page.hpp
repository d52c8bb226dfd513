// A derivation as a page of terminal text. Next: text_layout.hpp, how lines of working are set.
#pragma once

#include <string>

#include "tracer/derive/document.hpp"

namespace tracer {

/// The whole document; ends with a newline. Sections that `options` leaves out are not there.
std::string to_text(const Derivation& derivation, const PageOptions& options);

}  // namespace tracer
