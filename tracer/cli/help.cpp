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

}  // namespace

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
      print(app.help());
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
      print(part->help());
    } else {
      throw Error(fmt::format(
          "there is no help on {}: it is ops, optimizers, or a command that tracer --help lists",
          options->topic));
    }
    return 0;
  };
}

}  // namespace tracer::cli
