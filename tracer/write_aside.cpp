#include "tracer/write_aside.hpp"

#include <cerrno>
#include <charconv>
#include <csignal>
#include <optional>
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

// The process of `.NAME.PID.part`; nothing: it is no such name.
std::optional<pid_t> writer_of(std::string_view part, const std::string& name) {
  const std::string before = "." + name + ".";
  constexpr std::string_view after = ".part";
  if (!part.starts_with(before) || !part.ends_with(after) ||
      part.size() <= before.size() + after.size())
    return std::nullopt;
  part.remove_prefix(before.size());
  part.remove_suffix(after.size());
  pid_t process = 0;
  const auto [end, problem] = std::from_chars(part.data(), part.data() + part.size(), process);
  if (problem != std::errc() || end != part.data() + part.size() || process <= 0)
    return std::nullopt;
  return process;
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

std::error_code write_behind(const fs::path& path, long long bytes, std::string_view content) {
  const auto failed = [](int error) { return std::error_code(error, std::generic_category()); };
  const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (file < 0) return failed(errno);
  int error = ::ftruncate(file, bytes) == 0 && ::lseek(file, 0, SEEK_END) == bytes ? 0 : errno;
  if (error == 0) error = write_all(file, content);
  if (::close(file) != 0 && error == 0) error = errno;
  return failed(error);
}

void remove_leftovers(const fs::path& path) {
  std::error_code none;
  const fs::path target = fs::exists(path, none) ? fs::canonical(path, none) : path;
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  const std::string name = target.filename().string();
  for (fs::directory_iterator at(folder, none), end; !none && at != end; at.increment(none)) {
    const auto writer = writer_of(at->path().filename().string(), name);
    if (!writer || ::kill(*writer, 0) == 0 || errno != ESRCH) continue;
    std::error_code ignored;
    fs::remove(at->path(), ignored);
  }
}

}  // namespace tracer
