// tracer completions: what a shell needs to complete commands, flags and the names of lessons. It
// is written from the command line's own description, so it can't fall behind.
#include <algorithm>

#include <fmt/format.h>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/output.hpp"

namespace tracer::cli {
namespace {

std::vector<const CLI::App*> commands_of(const CLI::App& app) {
  return app.get_subcommands([](const CLI::App*) { return true; });
}

std::vector<std::string> names_of(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : commands_of(app)) names.push_back(command->get_name());
  return names;
}

std::vector<std::string> flags_of(const CLI::App& command) {
  std::vector<std::string> flags;
  for (const CLI::Option* option : command.get_options()) {
    for (const std::string& name : option->get_lnames()) flags.push_back("--" + name);
  }
  return flags;
}

// What may follow a command: its flags and those of its parts, the parts, shipped lessons.
std::string words_after(const CLI::App& command) {
  std::vector<std::string> words = names_of(command);
  const auto add = [&](const CLI::App& one) {
    for (const std::string& flag : flags_of(one)) {
      if (std::ranges::find(words, flag) == words.end()) words.push_back(flag);
    }
  };
  add(command);
  for (const CLI::App* part : commands_of(command)) add(*part);
  return fmt::format("{}", fmt::join(words, " "));
}

constexpr const char* lesson_names = "tracer lessons 2>/dev/null | sed -n '/^$/q;s/ .*//p'";

std::string bash(const CLI::App& app) {
  std::string text =
      "# bash: put this line into ~/.bashrc:  source <(tracer completions bash)\n"
      "_tracer() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\"\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
  text +=
      fmt::format("    words=\"{} --help --version\"\n  else\n    case \"${{COMP_WORDS[1]}}\" in\n",
                  fmt::join(names_of(app), " "));
  for (const CLI::App* command : commands_of(app)) {
    const bool lessons = command->get_name() == "derive" || command->get_name() == "check" ||
                         command->get_name() == "grade" || command->get_name() == "train" ||
                         command->get_name() == "lessons";
    text += fmt::format("      {}) words=\"{}\"", command->get_name(), words_after(*command));
    if (lessons) text += fmt::format("; words=\"$words $({})\"", lesson_names);
    text += " ;;\n";
  }
  return text +
         "    esac\n"
         "  fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F _tracer tracer\n";
}

std::string zsh(const CLI::App& app) {
  return "# zsh: put this line into ~/.zshrc, after compinit:  source <(tracer completions zsh)\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         bash(app).substr(bash(app).find('\n') + 1);
}

// The first sentence of a description, fit for single quotes.
std::string quoted(std::string text) {
  std::erase(text, '\'');
  return "'" + text + "'";
}

std::string fish(const CLI::App& app) {
  std::string text = "# fish: tracer completions fish > ~/.config/fish/completions/tracer.fish\n";
  for (const CLI::App* command : commands_of(app)) {
    text += fmt::format("complete -c tracer -n __fish_use_subcommand -f -a {} -d {}\n",
                        command->get_name(), quoted(command->get_description()));
  }
  text += fmt::format(
      "complete -c tracer -n '__fish_seen_subcommand_from derive check grade train lessons' -a "
      "'({})'\n",
      "tracer lessons 2>/dev/null | string match -r \"^\\S+(?=  )\"");
  const auto flags = [&](const CLI::App& command, const std::string& seen) {
    for (const CLI::Option* option : command.get_options()) {
      for (const std::string& name : option->get_lnames()) {
        text += fmt::format(
            "complete -c tracer -n '__fish_seen_subcommand_from {}' -l {}{} -d {}\n", seen, name,
            option->get_expected_min() > 0 ? " -r" : "", quoted(option->get_description()));
      }
    }
  };
  for (const CLI::App* command : commands_of(app)) {
    flags(*command, command->get_name());
    for (const CLI::App* part : commands_of(*command)) {
      text += fmt::format("complete -c tracer -n '__fish_seen_subcommand_from {}' -f -a {} -d {}\n",
                          command->get_name(), part->get_name(), quoted(part->get_description()));
      flags(*part, part->get_name());
    }
  }
  return text;
}

}  // namespace

Command add_completions(CLI::App& app) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command =
      app.add_subcommand("completions", "what a shell needs to complete commands and flags");
  command->footer("Example: source <(tracer completions bash)");
  command->add_option("SHELL", *shell, "bash, zsh or fish")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  return [shell, &app] {
    print(*shell == "bash" ? bash(app) : *shell == "zsh" ? zsh(app) : fish(app));
    return 0;
  };
}

}  // namespace tracer::cli
