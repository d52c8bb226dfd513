// tracer help: of a command, of the functions of the language, of the optimisers.
#include <algorithm>

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

std::string optimizers(const std::string& only) {
  std::vector<std::string> names;
  for (const OptimizerHelp& one : Optimizer::all()) names.emplace_back(one.name);
  if (!only.empty() && std::ranges::find(names, only) == names.end()) {
    const auto near = closest(only, names);
    throw Error(fmt::format("there is no optimizer {}; {}", only,
                            near ? "did you mean " + *near + "?"
                                 : fmt::format("there are {}", fmt::join(names, ", "))));
  }
  std::string text;
  for (const OptimizerHelp& one : Optimizer::all()) {
    if (!only.empty() && one.name != only) continue;
    text += fmt::format("{}{:<12}{}\n", text.empty() ? "" : "\n", one.name, one.description);
    for (const Setting& setting : one.settings)
      text += fmt::format("    {:<22}{}\n", fmt::format("{}={}", setting.name, setting.standard),
                          setting.meaning);
    for (const tracer::Flag& flag : one.flags)
      text += fmt::format("    {:<22}{}\n", fmt::format("{}={}", flag.name, flag.standard),
                          flag.meaning);
    if (!one.source.empty()) text += fmt::format("    source      {}\n", one.source);
  }
  return text;
}

int run(const std::string& topic, const std::string& name) {
  const std::vector<Command> all = commands();
  if (topic.empty()) {
    print(help_text(all));
  } else if (topic == "ops") {
    print(functions(name));
  } else if (topic == "optimizers" || topic == "optimisers") {
    print(optimizers(name));
  } else if (const Command* const about = command_named(all, topic)) {
    if (!name.empty() && command_named(about->parts, name) == nullptr) {
      throw Error(fmt::format("{0} has no part called {1} (tracer {0} --help)", topic, name));
    }
    print(help_text(all, topic, name));
  } else {
    throw Error(fmt::format(
        "there is no help on {}: it is ops, optimizers, or a command that tracer --help lists",
        topic));
  }
  return 0;
}

}  // namespace

Command help_command() {
  struct Options {
    std::string topic, name;
  };
  const auto options = std::make_shared<Options>();
  return {
      "help",
      "explains a command, the functions (help ops), the optimisers (help optimizers)",
      "Example: tracer help ops relu",
      {{"[topic]", &options->topic, "ops, optimizers, or a command"},
       {"[name]", &options->name,
        "with ops or optimizers: that one only; else a part of the command, as in help data make"}},
      [options] { return run(options->topic, options->name); }};
}

}  // namespace tracer::cli
