#include "tracer/write_aside.hpp"

#include <cerrno>
#include <string>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tracer {
namespace {

namespace fs = std::filesystem;

// errno of the first call that failed; 0: all went well
int write_all(int file, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(file, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  // EINVAL, ENOTSUP: devices and pipes have nothing to wait for
  if (::fsync(file) != 0 && errno != EINVAL && errno != ENOTSUP) return errno;
  return 0;
}

int write_file(const fs::path& path, int flags, std::string_view content) {
  const int file = ::open(path.c_str(), flags | O_WRONLY | O_CLOEXEC, 0666);
  if (file < 0) return errno;
  const int failed = write_all(file, content);
  const int not_closed = ::close(file) == 0 ? 0 : errno;
  return failed != 0 ? failed : not_closed;
}

// Not asked whether it worked: some file systems can't, and the file is whole either way.
void sync_folder(const fs::path& folder) {
  const int file = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return;
  ::fsync(file);
  ::close(file);
}

}  // namespace

std::error_code write_aside(const fs::path& path, std::string_view content) {
  const auto failed = [](int error) { return std::error_code(error, std::generic_category()); };
  std::error_code none;
  if (fs::is_directory(path, none)) return failed(EISDIR);
  struct stat old {};
  const bool exists = ::stat(path.c_str(), &old) == 0;
  if (exists && !S_ISREG(old.st_mode))  // renaming over a device would take its place
    return failed(write_file(path, 0, content));
  if (exists && ::access(path.c_str(), W_OK) != 0) return failed(errno);  // renaming would not ask
  const fs::path target = exists ? fs::canonical(path, none) : path;
  const fs::path aside =
      target.parent_path() / fmt::format(".{}.{}.part", target.filename().string(), ::getpid());
  fs::remove(aside, none);  // of a run with our number that was killed
  int error = write_file(aside, O_CREAT | O_EXCL, content);
  if (error == 0 && exists && ::chmod(aside.c_str(), old.st_mode & 07777) != 0) error = errno;
  if (error == 0 && ::rename(aside.c_str(), target.c_str()) != 0) error = errno;
  if (error != 0)
    fs::remove(aside, none);
  else
    sync_folder(target.parent_path());
  return failed(error);
}

}  // namespace tracer
