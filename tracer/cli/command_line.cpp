#include "tracer/cli/command_line.hpp"

#include <algorithm>
#include <fstream>
#include <map>

#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "tracer/cli/config_file.hpp"
#include "tracer/error.hpp"

namespace tracer::cli {
namespace {

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
          if constexpr (std::is_same_v<Value, Positive>) option.check(CLI::PositiveNumber);
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

// The tables as CLI11 has them.
class Line {
 public:
  explicit Line(const std::vector<Command>& commands)
      : app_("tracer shows its working: derivations of backpropagation, exact and step by step",
             "tracer") {
    auto help = std::make_shared<PlainHelp>();
    help->column_width(28);
    app_.formatter(help);
    app_.set_version_flag("--version", version);
    app_.footer("Example: tracer derive relu-1-1-1      (tracer lessons lists what else there is)");
    add_parts(app_, commands);
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

  void add_parts(CLI::App& app, const std::vector<Command>& parts) {
    if (!parts.empty()) app.require_subcommand(0, 1);
    for (const Command& part : parts) {
      CLI::App& made = *app.add_subcommand(part.name, part.says);
      commands_[&made] = &part;
      made.footer(part.footer);
      for (const Flag& flag : part.flags) add(made, flag);
      add_parts(made, part.parts);
    }
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

}  // namespace

Asked parse(const std::vector<Command>& commands, std::vector<std::string> arguments) {
  return Line(commands).parse(std::move(arguments));
}

std::string help_text(const std::vector<Command>& commands, const std::string& command,
                      const std::string& part) {
  return Line(commands).help(command, part);
}

std::vector<ConfigLine> config_lines(const std::string& path) {
  std::ifstream file(path);
  if (!file || file.peek() == std::ifstream::traits_type::eof())
    throw Error(fmt::format("--config {}: there is no such file, or it is empty", path));
  std::vector<ConfigLine> lines;
  for (const CLI::ConfigItem& item : CLI::ConfigTOML().from_config(file)) {
    const bool at_top = item.parents.empty() && item.name != "++" && item.name != "--";
    lines.push_back({item.name, item.inputs, {}});
    if (!at_top) lines.back().table = fmt::format("{}", fmt::join(item.parents, "."));
  }
  return lines;
}

}  // namespace tracer::cli
