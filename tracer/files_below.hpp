// Which files may be opened where a text that somebody else wrote names them: those below one
// folder, wherever links lead.
#pragma once

#include <filesystem>
#include <optional>

namespace tracer {

/// The path with all links followed, where that lies below `folder` (or is it); nothing: it doesn't,
/// or can't be found out. The file itself need not exist.
std::optional<std::filesystem::path> below(const std::filesystem::path& folder,
                                           const std::filesystem::path&);

/// The folder that lessons may read files below: what $TRACER_FILES_BELOW says, which `tracer serve`
/// sets for what it runs. Nothing: it is not set, and a lesson may read any file.
std::optional<std::filesystem::path> files_below();

}  // namespace tracer
