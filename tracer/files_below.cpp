#include "tracer/files_below.hpp"

#include <algorithm>
#include <cstdlib>
#include <system_error>

namespace tracer {

namespace fs = std::filesystem;

std::optional<fs::path> below(const fs::path& folder, const fs::path& path) {
  std::error_code failed;
  const fs::path root = fs::canonical(folder, failed);
  if (failed) return std::nullopt;
  // a link to what is not there would be followed by whoever writes to it
  if (fs::is_symlink(path, failed) && !fs::exists(path, failed)) return std::nullopt;
  const fs::path whole = fs::weakly_canonical(path, failed);
  if (failed) return std::nullopt;
  const auto [end_of_root, end] =
      std::mismatch(root.begin(), root.end(), whole.begin(), whole.end());
  if (end_of_root != root.end()) return std::nullopt;
  return whole;
}

std::optional<fs::path> files_below() {
  const char* folder = std::getenv("TRACER_FILES_BELOW");
  if (folder == nullptr) return std::nullopt;
  return folder;
}

}  // namespace tracer
