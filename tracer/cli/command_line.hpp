// The command line against the tables of flags. This is the one place that knows the library that
// parses (CLI11): its header takes long to compile. Next: command_line.cpp, main.cpp.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "tracer/cli/commands.hpp"

namespace tracer::cli {

/// What was asked for: a command, its flags filled in; or a text, of --help or --version.
struct Asked {
  const Command* command = nullptr;
  std::string text;
};
/// `arguments` without the program's name. Throws Error: what is no command, no flag (with the
/// nearest there is), not allowed or missing.
Asked parse(const std::vector<Command>&, std::vector<std::string> arguments);

/// What --help says of the program; or of a command, or of a part of it.
std::string help_text(const std::vector<Command>&, const std::string& command = {},
                      const std::string& part = {});

/// A line of a TOML file: batch_size = 64.
struct ConfigLine {
  std::string name;
  std::vector<std::string> values;
  std::optional<std::string> table;  ///< [the one it stands in], none at the top
};
/// Throws Error: there is no such file, or it is empty; what is no TOML.
std::vector<ConfigLine> config_lines(const std::string& path);

}  // namespace tracer::cli
