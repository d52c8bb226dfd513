#include "tests/lessons/run_program.hpp"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <sstream>
#include <stdexcept>

#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

namespace tracer {
namespace {

namespace fs = std::filesystem;

// for the shell: within single quotes nothing is special but the quote itself
std::string quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

}  // namespace

ProgramRun run_program(const std::vector<std::string>& arguments, const fs::path& in) {
  const TemporaryFolder folder;
  const fs::path output = folder.path() / "output";
  const fs::path errors = folder.path() / "errors";
  std::string command = in.empty() ? "" : fmt::format("cd {} && ", quoted(in.string()));
  command += fmt::format("TRACER_LESSONS={} {}", quoted(lessons_folder().string()),
                         quoted(TRACER_PROGRAM));
  for (const std::string& argument : arguments) command += " " + quoted(argument);
  command += fmt::format(" </dev/null >{} 2>{}", quoted(output.string()), quoted(errors.string()));
  const int status = std::system(command.c_str());
  if (status == -1) throw std::runtime_error("there is no shell to start the program with");
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_text(output), read_text(errors)};
}

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "tracer-test-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder can be made");
  path_ = name;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

int TemporaryFolder::count() const {
  return static_cast<int>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
}

std::string read_text(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) throw std::runtime_error(path.string() + " can't be read");
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

void write_text(const fs::path& path, const std::string& text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  if (!file.flush()) throw std::runtime_error(path.string() + " can't be written");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

fs::path lessons_folder() { return fs::path(TRACER_SOURCE_DIR) / "lessons"; }

std::vector<fs::path> all_lessons() {
  std::vector<fs::path> lessons;
  for (const auto& entry : fs::directory_iterator(lessons_folder())) {
    if (entry.path().extension() == ".lesson") lessons.push_back(entry.path());
  }
  std::ranges::sort(lessons);
  return lessons;
}

std::vector<fs::path> training_lessons() {
  std::vector<fs::path> lessons = all_lessons();
  std::erase_if(lessons, [](const fs::path& lesson) {
    return read_text(lesson).find("expect finally: accuracy") == std::string::npos;
  });
  return lessons;
}

std::vector<fs::path> derived_lessons() {
  std::vector<fs::path> lessons = all_lessons();
  const std::vector<fs::path> trained = training_lessons();
  std::erase_if(lessons,
                [&](const fs::path& lesson) { return std::ranges::count(trained, lesson) > 0; });
  return lessons;
}

std::string first_difference(const std::string& expected, const std::string& got) {
  if (expected == got) return "";
  const std::vector<std::string> left = lines_of(expected);
  const std::vector<std::string> right = lines_of(got);
  const std::size_t both = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < both; ++i) {
    if (left[i] != right[i]) {
      return fmt::format("line {}\n  expected: {}\n  got:      {}", i + 1, left[i], right[i]);
    }
  }
  if (left.size() == right.size()) return "one ends with a newline and the other does not";
  return left.size() > right.size()
             ? fmt::format("line {} is missing: {}", both + 1, left[both])
             : fmt::format("line {} is one too many: {}", both + 1, right[both]);
}

}  // namespace tracer
