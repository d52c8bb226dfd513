// tracer completions: what a shell needs to complete commands, flags and the names of lessons. It
// is written from the tables of flags, so it can't fall behind.
#include <algorithm>

#include <fmt/format.h>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/output.hpp"

namespace tracer::cli {
namespace {

std::vector<std::string> names_of(const std::vector<Command>& commands) {
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.name);
  return names;
}

// What may follow a command: its parts, its flags and theirs.
std::string words_after(const Command& command) {
  std::vector<std::string> words = names_of(command.parts);
  const auto add = [&](const Command& one) {
    for (std::string& name : long_names(one.flags)) {
      if (std::ranges::find(words, name) == words.end()) words.push_back(std::move(name));
    }
  };
  add(command);
  for (const Command& part : command.parts) add(part);
  return fmt::format("{}", fmt::join(words, " "));
}

bool takes_lesson(const Command& command) {
  return std::ranges::any_of(command.flags, [](const Flag& flag) {
    return std::holds_alternative<LessonName>(flag.value);
  });
}

constexpr const char* lesson_names = "tracer lessons 2>/dev/null | sed -n '/^$/q;s/ .*//p'";

std::string bash(const std::vector<Command>& commands) {
  std::string text =
      "# bash: put this line into ~/.bashrc:  source <(tracer completions bash)\n"
      "_tracer() {\n"
      "  local current=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\"\n"
      "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n";
  text +=
      fmt::format("    words=\"{} --help --version\"\n  else\n    case \"${{COMP_WORDS[1]}}\" in\n",
                  fmt::join(names_of(commands), " "));
  for (const Command& command : commands) {
    text += fmt::format("      {}) words=\"{}\"", command.name, words_after(command));
    if (takes_lesson(command)) text += fmt::format("; words=\"$words $({})\"", lesson_names);
    text += " ;;\n";
  }
  return text +
         "    esac\n"
         "  fi\n"
         "  COMPREPLY=($(compgen -W \"$words\" -- \"$current\"))\n"
         "}\n"
         "complete -o default -F _tracer tracer\n";
}

std::string zsh(const std::vector<Command>& commands) {
  const std::string text = bash(commands);
  return "# zsh: put this line into ~/.zshrc, after compinit:  source <(tracer completions zsh)\n"
         "autoload -U +X bashcompinit && bashcompinit\n" +
         text.substr(text.find('\n') + 1);
}

// A description, fit for single quotes.
std::string quoted(std::string text) {
  std::erase(text, '\'');
  return "'" + text + "'";
}

std::string fish(const std::vector<Command>& commands) {
  std::string text = "# fish: tracer completions fish > ~/.config/fish/completions/tracer.fish\n";
  std::vector<std::string> with_lessons;
  for (const Command& command : commands) {
    text += fmt::format("complete -c tracer -n __fish_use_subcommand -f -a {} -d {}\n",
                        command.name, quoted(command.says));
    if (takes_lesson(command)) with_lessons.push_back(command.name);
  }
  text += fmt::format("complete -c tracer -n '__fish_seen_subcommand_from {}' -a '({})'\n",
                      fmt::join(with_lessons, " "),
                      "tracer lessons 2>/dev/null | string match -r \"^\\S+(?=  )\"");
  const auto flags = [&](const Command& command) {
    const auto add = [&](const std::string& name, bool takes_value, const std::string& says) {
      text += fmt::format("complete -c tracer -n '__fish_seen_subcommand_from {}' -l {}{} -d {}\n",
                          command.name, name.substr(2), takes_value ? " -r" : "", quoted(says));
    };
    add("--help", false, "Print this help message and exit");
    for (const Flag& flag : command.flags) {
      for (const std::string& name : flag.long_names())
        add(name, flag.takes_value(), flag.description());
    }
  };
  for (const Command& command : commands) {
    flags(command);
    for (const Command& part : command.parts) {
      text += fmt::format("complete -c tracer -n '__fish_seen_subcommand_from {}' -f -a {} -d {}\n",
                          command.name, part.name, quoted(part.says));
      flags(part);
    }
  }
  return text;
}

}  // namespace

Command completions_command() {
  const auto shell = std::make_shared<std::string>();
  return {"completions",
          "what a shell needs to complete commands and flags",
          "Example: source <(tracer completions bash)",
          {{"SHELL", shell.get(), "bash, zsh or fish", OneOf{{"bash", "zsh", "fish"}}}},
          [shell] {
            const std::vector<Command> all = commands();
            print(*shell == "bash" ? bash(all) : *shell == "zsh" ? zsh(all) : fish(all));
            return 0;
          }};
}

}  // namespace tracer::cli
