// The program `tracer`: finds the command, runs it, and turns what went wrong into an exit status:
//   0 all is well    1 the answer is negative    2 the input or the command line is wrong
//   3 can't be decided from what was given       70 a bug of ours
#include <algorithm>
#include <new>

#include <fmt/format.h>

#include "tracer/cli/commands.hpp"
#include "tracer/cli/output.hpp"
#include "tracer/error.hpp"
#include "tracer/language/diagnostic.hpp"
#include "tracer/language/suggest.hpp"

namespace tracer::cli {

const Command* command_named(const std::vector<Command>& commands, const std::string& name) {
  const auto at = std::ranges::find(commands, name, &Command::name);
  return at == commands.end() ? nullptr : &*at;
}

namespace {

int fail(int status, std::string_view message) {
  remark(message);
  return status;
}

void require_command(const std::vector<Command>& commands, const std::string& name) {
  if (command_named(commands, name) != nullptr) return;
  std::vector<std::string> names;
  for (const Command& command : commands) names.push_back(command.name);
  const auto near = closest(name, names);
  throw Error(
      fmt::format("there is no command {}; {}", name,
                  near ? "did you mean " + *near + "?" : "tracer --help lists those there are"));
}

int run(const std::vector<std::string>& arguments) {
  const std::vector<Command> all = commands();
  if (!arguments.empty() && !arguments.front().starts_with('-'))
    require_command(all, arguments.front());
  const Asked asked = parse(all, arguments);
  if (asked.command != nullptr) return asked.command->run();
  print(asked.text);
  return 0;
}

}  // namespace
}  // namespace tracer::cli

int main(int argc, char** argv) {
  using tracer::cli::fail;
  try {
    return tracer::cli::run({argv + (argc > 0 ? 1 : 0), argv + argc});
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
