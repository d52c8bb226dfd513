#include "tracer/serve/private_folder.hpp"

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <stdlib.h>

#include "tracer/error.hpp"
#include "tracer/write_aside.hpp"

namespace tracer::serve {

namespace fs = std::filesystem;

PrivateFolder::PrivateFolder() {
  std::error_code failed;
  const fs::path place = fs::temp_directory_path(failed);
  std::string name = ((failed ? fs::path("/tmp") : place) / "tracer-serve-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)  // mode 0700
    throw Error(fmt::format("{} can't be made: {}", name, std::strerror(errno)));
  path_ = name;
}

PrivateFolder::~PrivateFolder() {
  std::error_code none;
  fs::remove_all(path_, none);
}

fs::path PrivateFolder::add(const std::string& name, std::string_view content) const {
  const fs::path path = path_ / name;
  if (const std::error_code failed = write_aside(path, content))
    throw Error(fmt::format("{} can't be written: {}", path.string(), failed.message()));
  return path;
}

}  // namespace tracer::serve
