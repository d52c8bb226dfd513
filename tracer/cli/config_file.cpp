#include "tracer/cli/config_file.hpp"

#include <algorithm>
#include <fstream>
#include <optional>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer::cli {
namespace {

const CLI::App* command_of(const std::vector<std::string>& arguments, const CLI::App& app) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (!arguments.empty() && command->get_name() == arguments.front()) return command;
  }
  return nullptr;
}

std::optional<std::string> config_path(const std::vector<std::string>& arguments) {
  for (std::size_t i = 1; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (arguments[i].starts_with("--config=")) return arguments[i].substr(9);
    if (arguments[i] == "--config" && i + 1 < arguments.size()) return arguments[i + 1];
  }
  return std::nullopt;
}

// Has the command line this flag, under any of its names?
bool is_given(const std::vector<std::string>& arguments, const CLI::Option& flag) {
  return std::ranges::any_of(arguments, [&](const std::string& argument) {
    return argument.starts_with("-") && flag.check_name(argument.substr(0, argument.find('=')));
  });
}

std::vector<CLI::ConfigItem> items_of(const std::string& path) {
  std::ifstream file(path);
  if (!file || file.peek() == std::ifstream::traits_type::eof())
    throw Error(fmt::format("--config {}: there is no such file, or it is empty", path));
  return CLI::ConfigTOML().from_config(file);
}

}  // namespace

std::string nearest_flag(const CLI::App& command, const std::string& flag) {
  std::vector<std::string> names;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  const auto near = closest(flag.substr(0, flag.find('=')), names);
  return near ? fmt::format("; did you mean {}?", *near) : "";
}

std::vector<std::string> with_config(std::vector<std::string> arguments, const CLI::App& app) {
  const CLI::App* const command = command_of(arguments, app);
  const auto path = config_path(arguments);
  if (command == nullptr || !path || command->get_option_no_throw("--config") == nullptr)
    return arguments;
  std::vector<std::string> added;
  for (const CLI::ConfigItem& item : items_of(*path)) {
    if (!item.parents.empty() || item.name == "++" || item.name == "--") {
      throw Error(fmt::format("--config {}: a table, [{}]: only lines such as epochs = 20 are read",
                              *path, fmt::join(item.parents, ".")));
    }
    std::string flag = "--" + item.name;
    std::ranges::replace(flag, '_', '-');
    const CLI::Option* const option = command->get_option_no_throw(flag);
    if (option == nullptr || flag == "--config" || flag == "--help") {
      throw Error(fmt::format("--config {}: {} has no flag {}{}", *path, command->get_name(), flag,
                              nearest_flag(*command, flag)));
    }
    if (is_given(arguments, *option)) continue;
    if (option->get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll) {
      for (const std::string& value : item.inputs) added.push_back(flag + "=" + value);
    } else {
      added.push_back(fmt::format("{}={}", flag, fmt::join(item.inputs, ",")));
    }
  }
  arguments.insert(arguments.begin() + 1, added.begin(), added.end());
  return arguments;
}

}  // namespace tracer::cli
