// The lessons of the folder that `tracer serve FOLDER` was given: which there are, read and written
// by name. A name is a path below the folder; nothing outside is reached, by links neither.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tracer::serve {

class Folder {
 public:
  /// Throws Error: there is no such folder, or it can't be read.
  explicit Folder(const std::filesystem::path&);

  const std::filesystem::path& path() const { return path_; }
  /// By name, the first `most`; three levels down, what begins with a dot left out.
  std::vector<std::string> lessons(std::size_t most = 300) const;

  // Of all these: throws Error for a name that is no path of a .lesson below the folder.

  /// Throws Error as read_source.
  std::string read(const std::string& name) const;
  /// What stands there now; nothing: there is no such file.
  std::optional<std::string> present(const std::string& name) const;
  /// Whole or not at all. Throws Error where it can't be written.
  void write(const std::string& name, const std::string& text) const;
  /// Of a lesson of that name, which need not exist: what it calls data.csv is looked for there.
  std::filesystem::path folder_of(const std::string& name) const;

 private:
  std::filesystem::path place(const std::string& name) const;
  std::filesystem::path path_;
};

}  // namespace tracer::serve
