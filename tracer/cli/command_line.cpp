// The command line against the tables of flags. This is the one place that knows the library that
// parses (CLI11): its header takes long to compile.
#include "tracer/cli/commands.hpp"

#include <algorithm>
#include <filesystem>
#include <map>

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include "tracer/cli/config_file.hpp"
#include "tracer/cli/lessons.hpp"
#include "tracer/cli/sklearn_grid.hpp"
#include "tracer/error.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer::cli {
namespace {

// CLI::PositiveNumber's own words print the largest double in full.
std::string wrong_positive(const std::string& text) {
  const std::string complaint = CLI::PositiveNumber(text);
  return complaint.empty() ? complaint : fmt::format("expected a number above 0, got '{}'", text);
}

// "; did you mean --epochs?", or "": for a flag that is none of those there are.
std::string nearest_flag(const std::vector<std::string>& there_are, const std::string& flag) {
  const auto near = closest(flag.substr(0, flag.find('=')), there_are);
  return near ? fmt::format("; did you mean {}?", *near) : "";
}

class PlainHelp : public CLI::Formatter {
 public:
  std::string make_option_name(const CLI::Option* option, bool is_positional) const override {
    std::string name = CLI::Formatter::make_option_name(option, is_positional);
    if (const auto value = name.find("{false}"); value != std::string::npos) name.erase(value, 7);
    return name;
  }
  // "N:POSITIVE" is N, ":NUMBER" NUMBER
  std::string make_option_opts(const CLI::Option* option) const override {
    if (option->get_type_size() == 0 || option->get_positional()) return "";
    const std::string type = option->get_type_name();
    const auto colon = type.find(':');
    return " " + (colon == 0 ? type.substr(1) : type.substr(0, colon));
  }
};

CLI::Option* option_into(CLI::App& app, const Flag& flag, const std::string& name) {
  return std::visit(
      [&](auto* into) -> CLI::Option* {
        using Into = std::decay_t<decltype(*into)>;
        if constexpr (std::is_same_v<Into, bool>) {
          return app.add_flag(name, *into, flag.description());
        } else if constexpr (std::is_same_v<Into, std::optional<bool>>) {
          return app.add_flag_function(
              name, [into](std::int64_t times) { *into = times > 0; }, flag.description());
        } else {
          return app.add_option(name, *into, flag.description());
        }
      },
      flag.into);
}

void allow(CLI::Option& option, const Flag& flag) {
  const auto call = [&](const std::string& word) {
    if (!word.empty()) option.type_name(word);
  };
  std::visit(
      [&](const auto& value) {
        using Value = std::decay_t<decltype(value)>;
        if constexpr (std::is_same_v<Value, OneOf>) {
          if (!value.also.empty()) option.transform(CLI::Transformer(value.also));
          option.check(CLI::IsMember(value.words));
        } else if constexpr (!std::is_same_v<Value, LessonName>) {
          call(value.word);
          if constexpr (std::is_same_v<Value, Positive>) option.check(wrong_positive);
          if constexpr (std::is_same_v<Value, Number>) option.check(CLI::Number);
          if constexpr (std::is_same_v<Value, Form>) option.check(value.wrong);
          if constexpr (requires { value.least; })
            option.check(CLI::Range(value.least, value.most));
        }
      },
      flag.value);
}

void add(CLI::App& app, const Flag& flag) {
  const bool optional = flag.name.starts_with('[');
  CLI::Option& option =
      *option_into(app, flag, optional ? flag.name.substr(1, flag.name.size() - 2) : flag.name);
  if (flag.is_argument()) {
    option.required(!optional);
  } else if (flag.takes_several()) {
    option.take_all()->expected(1);
  }
  allow(option, flag);
  if (!flag.needs.empty()) option.needs(app.get_option(flag.needs));
  if (!flag.excludes.empty()) option.excludes(app.get_option(flag.excludes));
  if (!flag.group.empty()) option.group(flag.group);
}

// The tables as CLI11 has them: of a command that is not among the `words` of the line its name
// alone, for all the flags there are take longer than most commands do.
class Line {
 public:
  Line(const std::vector<Command>& commands, const std::vector<std::string>& words)
      : app_("tracer shows its working: derivations of backpropagation, exact and step by step",
             "tracer") {
    auto help = std::make_shared<PlainHelp>();
    help->column_width(28);
    app_.formatter(help);
    app_.set_version_flag("--version", version);
    app_.footer("Example: tracer derive relu-1-1-1      (tracer lessons lists what else there is)");
    if (!commands.empty()) app_.require_subcommand(0, 1);
    for (const Command& command : commands) {
      CLI::App& made = *app_.add_subcommand(command.name, command.says);
      if (std::ranges::find(words, command.name) != words.end()) fill(made, command);
    }
  }

  Asked parse(std::vector<std::string> arguments) {
    try {
      std::ranges::reverse(arguments);  // CLI11 takes them from the end
      app_.parse(std::move(arguments));
    } catch (const CLI::CallForHelp&) {
      return {nullptr, help(*innermost())};
    } catch (const CLI::CallForVersion&) {
      return {nullptr, version + std::string("\n")};
    } catch (const CLI::ExtrasError& error) {
      throw Error(unexpected(error));
    } catch (const CLI::ParseError& error) {
      throw Error(fmt::format("{} (tracer --help)", error.what()));
    }
    const auto chosen = commands_.find(innermost());
    if (chosen == commands_.end() || !chosen->second->run) return {nullptr, help(*innermost())};
    return {chosen->second, {}};
  }

  std::string help(const std::string& command, const std::string& part) const {
    const CLI::App* about = &app_;
    for (const std::string& name : {command, part}) {
      if (!name.empty()) about = about->get_subcommand(name);
    }
    return help(*about);
  }

 private:
  static constexpr const char* version = "tracer " TRACER_VERSION;

  void fill(CLI::App& app, const Command& command) {
    commands_[&app] = &command;
    app.footer(command.footer);
    for (const Flag& flag : command.flags) add(app, flag);
    if (!command.parts.empty()) app.require_subcommand(0, 1);
    for (const Command& part : command.parts) fill(*app.add_subcommand(part.name, part.says), part);
  }

  static std::string help(const CLI::App& command) {
    std::string path;
    for (const CLI::App* above = command.get_parent(); above != nullptr;
         above = above->get_parent())
      path = above->get_name() + (path.empty() ? "" : " ") + path;
    return command.help(path);
  }

  // tracer data make ...: make
  const CLI::App* innermost() const {
    const CLI::App* command = &app_;
    while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
    return command;
  }

  std::string unexpected(const CLI::ExtrasError& error) const {
    const std::vector<std::string> extras = app_.remaining(true);
    if (extras.empty()) return error.what();
    const std::string& first = extras.front();
    const auto command = commands_.find(innermost());
    const bool known = command != commands_.end();
    const std::string path = known ? " " + command->second->name : "";
    if (!first.starts_with("-"))
      return fmt::format("{}: one too many (tracer{} --help)", first, path);
    const std::string near = nearest_flag(known ? long_names(command->second->flags)
                                                : std::vector<std::string>{"--help", "--version"},
                                          first);
    return fmt::format("{}: there is no such flag{}", first,
                       near.empty() ? fmt::format(" (tracer{} --help lists them)", path) : near);
  }

  CLI::App app_;
  std::map<const CLI::App*, const Command*> commands_;
};

// ---- --config FILE: flags of a command from a file, as if they stood on the command line.
//
//   layers = [784, 128, 10]
//   batch_size = 64          # or batch-size
//   early-stopping = true
//   lesson = "r10.lesson"    # beside this file, or as on the command line
//
// Options under scikit-learn's names may stand among them; the command reads those (sklearn_grid.hpp).
// In the place of a lesson stands the file itself, or for a sweep an experiment that comes with the
// program, by its name.

std::optional<std::string> config_path(std::vector<std::string>& arguments) {
  for (std::size_t i = 1; i < arguments.size() && arguments[i] != "--"; ++i) {
    if (arguments[i].starts_with("--config=")) return arguments[i].substr(9);
    if (arguments[i] == "--config" && i + 1 < arguments.size()) return arguments[i + 1];
  }
  if (arguments.size() < 2 || arguments[1].starts_with('-')) return std::nullopt;
  // the other commands take the experiment's lesson
  if (arguments[0] != "sweep" && !arguments[1].ends_with(".toml")) return std::nullopt;
  const auto file = experiment_file(arguments[1]);
  if (file) arguments.erase(arguments.begin() + 1);
  return file;
}

// A lesson that a file of flags names, where it is beside that file.
std::string beside(const std::string& config, const std::string& lesson) {
  const std::filesystem::path there = std::filesystem::path(config).parent_path() / lesson;
  std::error_code none;
  return std::filesystem::exists(there, none) ? there.string() : lesson;
}

// The values that a line of such a file gives its flag, as they would stand on the command line.
std::vector<std::string> values_of(const std::string& path, const std::string& name,
                                   const nlohmann::ordered_json& value) {
  const auto text = [&](const nlohmann::ordered_json& one) {
    if (one.is_structured() || one.is_null()) {
      throw Error(fmt::format("--config {}: {}: expected a value or a list of values, got {}", path,
                              name, one.dump()));
    }
    return one.is_string() ? one.get<std::string>() : one.dump();
  };
  std::vector<std::string> values;
  if (!value.is_array()) return {text(value)};
  for (const auto& one : value) values.push_back(text(one));
  return values;
}

// The arguments with those of the --config file put in; what stands on the command line itself
// counts, not the file. Throws Error: a file that can't be read, a name that the command has no
// flag for (with the nearest that it has), a table.
std::vector<std::string> with_config(std::vector<std::string> arguments,
                                     const std::vector<Command>& commands) {
  const Command* const command =
      arguments.empty() ? nullptr : command_named(commands, arguments.front());
  if (command == nullptr || flag_called(command->flags, "--config") == nullptr) return arguments;
  const auto path = config_path(arguments);
  if (!path) return arguments;
  std::vector<std::string> added;
  const nlohmann::ordered_json config = read_config(*path);
  const bool sklearn = is_sklearn(config);
  // the command reads scikit-learn's options itself
  const bool is_flag_given = std::ranges::any_of(
      arguments, [](const std::string& argument) { return argument.starts_with("--config"); });
  if (sklearn && !is_flag_given) added.push_back("--config=" + *path);
  const nlohmann::ordered_json none = nlohmann::ordered_json::object();
  for (const auto& [line, value] : (config.is_object() ? config : none).items()) {
    if (sklearn && (sklearn_option(line) != nullptr || line == sklearn_grids)) continue;
    if (value.is_object() || (value.is_array() && !value.empty() && value.front().is_object())) {
      throw Error(fmt::format("--config {}: a table, [{}]: only lines such as epochs = 20 are read",
                              *path, line));
    }
    const std::vector<std::string> values = values_of(*path, line, value);
    if (line == "lesson" && values.size() == 1) {
      added.push_back(beside(*path, values.front()));
      continue;
    }
    const std::string name = flag_name(line);
    const Flag* const flag = flag_called(command->flags, name);
    if (flag == nullptr || name == "--config") {
      std::string near = nearest_flag(long_names(command->flags), name);
      if (sklearn) {
        std::vector<std::string_view> options;
        for (const SklearnOption& option : sklearn_options()) options.push_back(option.name);
        if (const auto option = closest(line, options))
          near = fmt::format("; did you mean {}?", *option);
      }
      throw Error(
          fmt::format("--config {}: {} has no flag {}{}", *path, command->name, name, near));
    }
    const bool is_given = std::ranges::any_of(arguments, [&](const std::string& argument) {
      return flag->is_called(argument.substr(0, argument.find('=')));
    });
    if (is_given) continue;
    if (flag->takes_several()) {
      for (const std::string& one : values) added.push_back(name + "=" + one);
    } else {
      added.push_back(fmt::format("{}={}", name, fmt::join(values, ",")));
    }
  }
  arguments.insert(arguments.begin() + 1, added.begin(), added.end());
  return arguments;
}

}  // namespace

Asked parse(const std::vector<Command>& commands, const std::vector<std::string>& arguments) {
  return Line(commands, arguments).parse(with_config(arguments, commands));
}

std::string help_text(const std::vector<Command>& commands, const std::string& command,
                      const std::string& part) {
  return Line(commands, {command}).help(command, part);
}

}  // namespace tracer::cli
