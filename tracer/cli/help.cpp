// tracer help: of a command, of the functions of the language, of the optimisers.
#include <fmt/format.h>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/language/suggest.hpp"
#include "tracer/op/reference.hpp"
#include "tracer/optimize/optimizer.hpp"

namespace tracer::cli {
namespace {

std::string functions(const std::string& only) {
  const std::string text = op::reference_text(only);
  if (!text.empty()) return text;
  const auto names = op::function_names();
  const auto near = closest(only, names);
  throw Error(fmt::format("there is no function {}{}", only,
                          near ? fmt::format("; did you mean {}?", *near) : ""));
}

const CLI::App* command_named(const CLI::App& app, const std::string& name) {
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == name) return command;
  }
  return nullptr;
}

std::string optimizers() {
  std::string text;
  for (const OptimizerHelp& one : Optimizer::all()) {
    text += fmt::format("{}{:<12}{}\n", text.empty() ? "" : "\n", one.name, one.description);
    if (!one.source.empty()) text += fmt::format("    source      {}\n", one.source);
  }
  return text;
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

}  // namespace

void use_plain_help(CLI::App& app) {
  auto formatter = std::make_shared<PlainHelp>();
  formatter->column_width(28);
  app.formatter(formatter);
}

std::string help_text(const CLI::App& command) {
  std::string path;
  for (const CLI::App* above = command.get_parent(); above != nullptr; above = above->get_parent())
    path = above->get_name() + (path.empty() ? "" : " ") + path;
  return command.help(path);
}

Command add_help(CLI::App& app) {
  struct Options {
    std::string topic;
    std::string name;
  };
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "help", "explains a command, the functions (help ops), the optimisers (help optimizers)");
  command->footer("Example: tracer help ops relu");
  command->add_option("topic", options->topic, "ops, optimizers, or a command");
  command->add_option(
      "name", options->name,
      "with ops: one function only; else a part of the command, as in help data make");
  return [options, &app] {
    if (options->topic.empty()) {
      print(help_text(app));
    } else if (options->topic == "ops") {
      print(functions(options->name));
    } else if (options->topic == "optimizers" || options->topic == "optimisers") {
      print(optimizers());
    } else if (const CLI::App* const about = command_named(app, options->topic)) {
      const CLI::App* const part =
          options->name.empty() ? about : command_named(*about, options->name);
      if (part == nullptr) {
        throw Error(fmt::format("{} has no part called {} (tracer {} --help)", options->topic,
                                options->name, options->topic));
      }
      print(help_text(*part));
    } else {
      throw Error(fmt::format(
          "there is no help on {}: it is ops, optimizers, or a command that tracer --help lists",
          options->topic));
    }
    return 0;
  };
}

}  // namespace tracer::cli
