// The command line against the tables of flags. This is the one place that knows the library that
// parses (CLI11): its header takes long to compile. Next: command_line.cpp, main.cpp.
#pragma once

#include <string>
#include <vector>

#include "tracer/cli/commands.hpp"

namespace tracer::cli {

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

}  // namespace tracer::cli
