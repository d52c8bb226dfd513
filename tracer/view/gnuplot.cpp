// See gnuplot.hpp.
#include "tracer/view/gnuplot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>
#include <system_error>

#include "tracer/error.hpp"

extern char** environ;

namespace tracer {
namespace {

namespace fs = std::filesystem;

constexpr int not_found = 127;  // what a child ends with that could not be started

/// Runs `gnuplot ARGUMENT`, what it says on standard error going to `errors`, and returns its exit
/// status. Not through a shell: a folder may be named anything.
int run_gnuplot(const std::string& argument, const std::string& errors) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors.c_str(),
                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
  std::string program = "gnuplot";
  std::string copy = argument;
  char* arguments[] = {program.data(), copy.data(), nullptr};
  pid_t child = 0;
  const int failed = posix_spawnp(&child, "gnuplot", &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed == ENOENT || failed == EACCES) return not_found;
  if (failed != 0) throw Error(fmt::format("gnuplot cannot be started: {}", std::strerror(failed)));
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      throw Error(fmt::format("gnuplot cannot be waited for: {}", std::strerror(errno)));
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

[[noreturn]] void throw_not_installed() {
  throw Error("gnuplot is not installed: apt-get install gnuplot-nox; or leave --plot out");
}

/// A folder of our own inside another one, removed with all that is in it.
class Aside {
 public:
  explicit Aside(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
      throw Error(fmt::format("{}: the folder for plots cannot be made: {}", folder.string(),
                              error.message()));
    std::string name = (folder / ".plot-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw Error(fmt::format("{}: plots cannot be written there: {}", folder.string(),
                              std::strerror(errno)));
    path = name;
  }
  ~Aside() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Aside(const Aside&) = delete;
  Aside& operator=(const Aside&) = delete;

  fs::path path;
};

void write(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  file.close();
  if (!file)
    throw Error(fmt::format("{}: cannot be written: {}", path.string(), std::strerror(errno)));
}

std::string first_line_of_error(const fs::path& path) {
  std::ifstream file(path);
  std::string line;
  // gnuplot shows the line of the script and a ^ under it, then says what is wrong.
  std::string last;
  while (std::getline(file, line))
    if (line.find_first_not_of(" ^\t\r") != std::string::npos) last = line;
  return last.empty() ? "it does not say why" : last;
}

/// In gnuplot's single quotes, where only the quote itself is special.
std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? "''" : std::string(1, c);
  return out + "'";
}

}  // namespace

void require_gnuplot() {
  if (run_gnuplot("--version", "/dev/null") == not_found) throw_not_installed();
}

Plots::Files Plots::draw(const std::string& name, const std::string& data,
                         const std::string& script, int width, int height) const {
  const Aside aside(folder_);
  write(aside.path / "data", data);
  const auto plot_to = [&](const std::string& terminal, const std::string& extension) {
    return fmt::format("set terminal {}\nset output {}\n{}\nset output\n", terminal,
                       quoted((aside.path / (name + extension)).string()), script);
  };
  // standalone: pictures inside the file, not beside it. noenhanced: names are names, _ and ^ too.
  const std::string whole =
      "set encoding utf8\ndata = " + quoted((aside.path / "data").string()) + "\n" +
      plot_to(fmt::format("svg noenhanced standalone size {},{} font 'DejaVu Sans,Helvetica,13' "
                          "background '#ffffff'",
                          width, height),
              ".svg") +
      "reset\n" +
      // Drawn at twice the size, or letters on a screen of many dots an inch are blurred.
      plot_to(fmt::format("pngcairo noenhanced size {},{} font 'DejaVu Sans,13' fontscale 2 "
                          "linewidth 2 pointscale 2 background '#ffffff'",
                          2 * width, 2 * height),
              ".png");
  write(aside.path / "script", whole);

  const fs::path errors = aside.path / "errors";
  const int status = run_gnuplot((aside.path / "script").string(), errors.string());
  if (status == not_found) throw_not_installed();
  Files files;
  for (const char* extension : {".svg", ".png"}) {
    const fs::path made = aside.path / (name + extension);
    std::error_code error;
    const auto size = fs::file_size(made, error);
    if (status != 0 || error || size == 0)
      throw Error(fmt::format("gnuplot made no {}{} (exit status {}): {}", name, extension, status,
                              first_line_of_error(errors)));
    files.push_back(folder_ / (name + extension));
  }
  for (const fs::path& file : files) {
    std::error_code error;
    fs::rename(aside.path / file.filename(), file, error);
    if (error)
      throw Error(fmt::format("{}: cannot be written: {}", file.string(), error.message()));
  }
  return files;
}

}  // namespace tracer
