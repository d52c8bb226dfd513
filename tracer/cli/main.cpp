// The program `tracer`: finds the command, runs it, and turns what went wrong into an exit status:
//   0 all is well    1 the answer is negative    2 the input or the command line is wrong
//   3 can't be decided from what was given       70 a bug of ours
#include <new>

#include <fmt/format.h>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/config_file.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/language/diagnostic.hpp"
#include "tracer/language/suggest.hpp"

namespace {

int fail(int status, std::string_view message) {
  tracer::cli::remark(message);
  return status;
}

void require_command(const CLI::App& app, const std::string& name) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    if (command->get_name() == name) return;
    names.push_back(command->get_name());
  }
  const auto near = tracer::closest(name, names);
  throw tracer::Error(
      fmt::format("there is no command {}; {}", name,
                  near ? "did you mean " + *near + "?" : "tracer --help lists those there are"));
}

// tracer data make ...: make
const CLI::App* innermost(const CLI::App& app) {
  const CLI::App* command = &app;
  while (!command->get_subcommands().empty()) command = command->get_subcommands().front();
  return command;
}

std::string unexpected(const CLI::App& app, const CLI::ExtrasError& error) {
  const std::vector<std::string> extras = app.remaining(true);
  if (extras.empty()) return error.what();
  const CLI::App* const command = innermost(app);
  const std::string& first = extras.front();
  const std::string path = command == &app ? "" : " " + command->get_name();
  if (!first.starts_with("-"))
    return fmt::format("{}: one too many (tracer{} --help)", first, path);
  const std::string near = tracer::cli::nearest_flag(*command, first);
  return fmt::format("{}: there is no such flag{}", first,
                     near.empty() ? fmt::format(" (tracer{} --help lists them)", path) : near);
}

int run(int argc, char** argv) {
  CLI::App app("tracer shows its working: derivations of backpropagation, exact and step by step",
               "tracer");
  tracer::cli::use_plain_help(app);
  app.set_version_flag("--version", "tracer " TRACER_VERSION);
  app.require_subcommand(0, 1);
  app.footer("Example: tracer derive relu-1-1-1      (tracer lessons lists what else there is)");
  const std::vector<tracer::cli::Command> commands{
      tracer::cli::add_derive(app), tracer::cli::add_check(app),
      tracer::cli::add_grade(app),  tracer::cli::add_train(app),
      tracer::cli::add_eval(app),   tracer::cli::add_predict(app),
      tracer::cli::add_data(app),   tracer::cli::add_lessons(app),
      tracer::cli::add_help(app),   tracer::cli::add_completions(app)};
  std::vector<std::string> arguments(argv + (argc > 0 ? 1 : 0), argv + argc);
  if (!arguments.empty() && !arguments.front().starts_with('-'))
    require_command(app, arguments.front());
  arguments = tracer::cli::with_config(std::move(arguments), app);
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app.parse(std::move(reversed));  // CLI11 takes them from the end
  } catch (const CLI::CallForHelp&) {
    tracer::cli::print(
        tracer::cli::help_text(*innermost(app)));  // of the command that --help was given to
    return 0;
  } catch (const CLI::CallForVersion&) {
    tracer::cli::print("tracer " TRACER_VERSION "\n");
    return 0;
  } catch (const CLI::ExtrasError& error) {
    return fail(2, fmt::format("tracer: error: {}", unexpected(app, error)));
  } catch (const CLI::ParseError& error) {
    return fail(2, fmt::format("tracer: error: {} (tracer --help)", error.what()));
  }
  const auto chosen = app.get_subcommands();
  if (chosen.empty()) {
    tracer::cli::print(tracer::cli::help_text(app));
    return 0;
  }
  const auto all = app.get_subcommands([](const CLI::App*) { return true; });
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i] == chosen.front()) return commands[i]();
  }
  return 70;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const tracer::LessonError& error) {
    return fail(2, error.what());
  } catch (const tracer::Error& error) {
    return fail(2, fmt::format("tracer: error: {}", error.what()));
  } catch (const tracer::Undecided& undecided) {
    return fail(3,
                fmt::format("{}\ntracer: this can't be decided at the limit of precision (--bits)",
                            undecided.what()));
  } catch (const std::bad_alloc&) {
    return fail(2, "tracer: error: there is not enough memory for this");
  } catch (const std::exception& bug) {
    return fail(70,
                fmt::format("tracer: this is a bug of tracer, please report it: {}", bug.what()));
  }
}
