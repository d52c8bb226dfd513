// What the keys of a walk do, in words: for its help, and for the line at the bottom.
#pragma once

#include <string>
#include <vector>

namespace tracer {

struct KeyHelp {
  std::string keys;  ///< "→ ↓ j"; empty: a heading
  std::string says;
};

std::vector<KeyHelp> walk_help();

/// As many of the most useful ones as fit into so many columns.
std::string walk_hints(int columns);

}  // namespace tracer
