// A folder for files that a computation reads or writes beside its streams: nobody else may look
// into it, and it goes with the object.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace tracer::serve {

class PrivateFolder {
 public:
  /// Below the system's folder for such files. Throws Error.
  PrivateFolder();
  ~PrivateFolder();
  PrivateFolder(const PrivateFolder&) = delete;
  PrivateFolder& operator=(const PrivateFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  /// Writes a file; its path. Throws Error.
  std::filesystem::path add(const std::string& name, std::string_view content) const;

 private:
  std::filesystem::path path_;
};

}  // namespace tracer::serve
