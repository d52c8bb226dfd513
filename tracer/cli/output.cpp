#include "tracer/cli/output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tracer/error.hpp"

namespace tracer::cli {
namespace {

bool wanted(const std::string& choice, int descriptor) {
  if (choice == "always") return true;
  if (choice == "never") return false;
  const char* no_colour = std::getenv("NO_COLOR");  // https://no-color.org: set and not empty
  const char* terminal = std::getenv("TERM");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  return isatty(descriptor) == 1;
}

}  // namespace

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw Error(fmt::format("standard output can't be written: {}", std::strerror(errno)));
  }
}

namespace {

// Writes all of it, to the disk; throws Error that names `path` (what the user called it).
void write_file(const std::string& file_name, const std::string& path, std::string_view text) {
  std::FILE* file = std::fopen(file_name.c_str(), "wb");
  if (file == nullptr)
    throw Error(fmt::format("{} can't be written: {}", path, std::strerror(errno)));
  errno = 0;
  const bool written =
      std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
  int error = errno;
  if (written) fsync(fileno(file));  // fails on pipes and terminals, which have nothing to keep
  const bool closed = std::fclose(file) == 0;
  if (written && !closed) error = errno;
  if (!written || !closed)
    throw Error(fmt::format("{} can't be written: {}", path, std::strerror(error)));
}

}  // namespace

void write_result(const std::string& path, std::string_view text) {
  if (path.empty() || path == "-") return print(text);
  namespace fs = std::filesystem;
  std::error_code failed;
  // a device or a pipe is written to; renaming a file over it would take its place
  if (fs::exists(path, failed) && !fs::is_regular_file(path, failed))
    return write_file(path, path, text);
  // a link stays a link: what it points to is replaced
  const fs::path target = fs::exists(path, failed) ? fs::canonical(path, failed) : fs::path(path);
  const std::string aside = fmt::format("{}.{}.part", target.string(), getpid());
  try {
    write_file(aside, path, text);
  } catch (const Error&) {
    std::remove(aside.c_str());
    throw;
  }
  fs::rename(aside, target, failed);
  if (failed) {
    std::remove(aside.c_str());
    throw Error(fmt::format("{} can't be written: {}", path, failed.message()));
  }
}

void remark(std::string_view text) {
  fmt::print(stderr, "{}{}", text, text.ends_with('\n') ? "" : "\n");
}

bool colour_wanted(const std::string& choice) { return wanted(choice, STDOUT_FILENO); }
bool colour_on_error(const std::string& choice) { return wanted(choice, STDERR_FILENO); }

int terminal_width() {
  winsize size{};
  if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 &&
      size.ws_col >= 40) {
    return size.ws_col;
  }
  return 100;
}

}  // namespace tracer::cli
