// The shipped lessons: where they are, and how one is found by its name from any directory.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tracer::cli {

struct ShippedLesson {
  std::string name;  ///< relu-1-1-1
  std::filesystem::path path;
};

/// By name. $TRACER_LESSONS, else beside the program (installed, or in its build tree). Throws
/// Error where there are none.
std::vector<ShippedLesson> shipped_lessons();

/// A file, or a shipped lesson by its name (with or without .lesson). Throws Error with a
/// suggestion.
std::filesystem::path find_lesson(const std::string& what);

}  // namespace tracer::cli
