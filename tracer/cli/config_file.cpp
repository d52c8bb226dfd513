#include "tracer/cli/config_file.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "tracer/cli/command_line.hpp"
#include "tracer/error.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer::cli {
namespace {

std::optional<std::string> config_path(const std::vector<std::string>& arguments) {
  for (std::size_t i = 1; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (arguments[i].starts_with("--config=")) return arguments[i].substr(9);
    if (arguments[i] == "--config" && i + 1 < arguments.size()) return arguments[i + 1];
  }
  return std::nullopt;
}

const Flag* flag_called(const Flags& flags, std::string_view written) {
  const auto at =
      std::ranges::find_if(flags, [&](const Flag& flag) { return flag.is_called(written); });
  return at == flags.end() ? nullptr : &*at;
}

}  // namespace

std::string nearest_flag(const std::vector<std::string>& there_are, const std::string& flag) {
  const auto near = closest(flag.substr(0, flag.find('=')), there_are);
  return near ? fmt::format("; did you mean {}?", *near) : "";
}

std::vector<std::string> with_config(std::vector<std::string> arguments,
                                     const std::vector<Command>& commands) {
  const Command* const command =
      arguments.empty() ? nullptr : command_named(commands, arguments.front());
  const auto path = config_path(arguments);
  if (command == nullptr || !path || flag_called(command->flags, "--config") == nullptr)
    return arguments;
  std::vector<std::string> added;
  for (const ConfigLine& line : config_lines(*path)) {
    if (line.table) {
      throw Error(fmt::format("--config {}: a table, [{}]: only lines such as epochs = 20 are read",
                              *path, *line.table));
    }
    std::string name = "--" + line.name;
    std::ranges::replace(name, '_', '-');
    const Flag* const flag = flag_called(command->flags, name);
    if (flag == nullptr || name == "--config") {
      throw Error(fmt::format("--config {}: {} has no flag {}{}", *path, command->name, name,
                              nearest_flag(long_names(command->flags), name)));
    }
    const bool is_given = std::ranges::any_of(arguments, [&](const std::string& argument) {
      return flag->is_called(argument.substr(0, argument.find('=')));
    });
    if (is_given) continue;
    if (flag->takes_several()) {
      for (const std::string& value : line.values) added.push_back(name + "=" + value);
    } else {
      added.push_back(fmt::format("{}={}", name, fmt::join(line.values, ",")));
    }
  }
  arguments.insert(arguments.begin() + 1, added.begin(), added.end());
  return arguments;
}

}  // namespace tracer::cli
