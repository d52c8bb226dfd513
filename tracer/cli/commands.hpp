// The commands of the program, a file each: grade.cpp has `Command grade_command()`. The list of
// them is the one in CMakeLists.txt, in the order of `tracer --help`: it compiles the files and
// writes commands(). A new command is its file and its name there.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tracer/cli/flags.hpp"

namespace tracer::cli {

struct Command {
  std::string name;
  std::string says;    ///< one line, for --help
  std::string footer;  ///< of its own --help: examples, exit status
  Flags flags = {};
  /// Returns the exit status: 0 all is well, 1 the answer is negative. What goes wrong is thrown:
  /// main.cpp knows the exit status of each kind. Not of a command that has parts.
  std::function<int()> run = {};
  std::vector<Command> parts = {};  ///< tracer data list, tracer data make ...
};

/// All of them, with what their flags say by default.
std::vector<Command> commands();

/// Of these, the one of that name; nullptr: there is none.
const Command* command_named(const std::vector<Command>&, const std::string& name);

// ---- the command line against the tables of flags: command_line.cpp

/// What was asked for: a command, its flags filled in; or a text, of --help or --version.
struct Asked {
  const Command* command = nullptr;
  std::string text;
};
/// `arguments` without the program's name; --config FILE.toml adds what that says. Throws Error:
/// what is no command, no flag (with the nearest there is), not allowed or missing.
Asked parse(const std::vector<Command>&, const std::vector<std::string>& arguments);

/// What --help says of the program; or of a command, or of a part of it.
std::string help_text(const std::vector<Command>&, const std::string& command = {},
                      const std::string& part = {});

// ---- the parts of `tracer data`

Command data_list();
Command data_show();
Command data_download();
Command data_make();

}  // namespace tracer::cli
