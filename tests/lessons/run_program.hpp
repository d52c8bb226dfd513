// Runs the built program (TRACER_PROGRAM) as somebody at a terminal would, and keeps what it said.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tracer {

struct ProgramRun {
  int status = -1;     ///< the exit status; -1: it did not end by itself
  std::string output;  ///< standard output
  std::string errors;  ///< standard error
};

/// Standard input is empty, no terminal anywhere, the shipped lessons those of the source tree.
/// Throws std::runtime_error where the program can't be started.
ProgramRun run_program(const std::vector<std::string>& arguments,
                       const std::filesystem::path& in = {});

/// A folder of its own, which is gone with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  /// How many files are in it: one that was left behind shows.
  int count() const;

 private:
  std::filesystem::path path_;
};

std::string read_text(const std::filesystem::path&);
void write_text(const std::filesystem::path&, const std::string&);
std::vector<std::string> lines_of(const std::string& text);

/// lessons/ of the source tree, and its lessons, sorted.
std::filesystem::path lessons_folder();
std::vector<std::filesystem::path> all_lessons();
/// Those that are worked out, and those that are trained: what they expect is an accuracy at the end.
std::vector<std::filesystem::path> derived_lessons();
std::vector<std::filesystem::path> training_lessons();

/// "" where both are equal; else the first line that differs, as it was expected and as it is.
std::string first_difference(const std::string& expected, const std::string& got);

}  // namespace tracer
