// A file's new content, whole or not at all: written beside it, then renamed over it.
#pragma once

#include <filesystem>
#include <string_view>
#include <system_error>

namespace tracer {

/// Writes `.NAME.PID.part` in the same folder, waits until the disk has it, and renames it; a link
/// stays a link (what it points to is replaced), an old file's permissions are kept, a device or
/// pipe is written to in place. What went wrong (no such folder, no permission, a full disk) is
/// returned: the old file is still there then, and nothing else is.
std::error_code write_aside(const std::filesystem::path&, std::string_view content);

/// Writes behind the first `bytes` of a file that is there; what stood behind them goes. They stay
/// whole, whatever happens meanwhile.
std::error_code write_behind(const std::filesystem::path&, long long bytes,
                             std::string_view content);

/// Removes the `.NAME.PID.part` of processes that are no more: they were killed while they wrote.
void remove_leftovers(const std::filesystem::path&);

}  // namespace tracer
