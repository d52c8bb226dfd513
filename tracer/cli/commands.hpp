// The commands of the program: one file each. A command adds itself to the command line and returns
// what runs it.
#pragma once

#include <functional>
#include <string>

#include <CLI/CLI.hpp>

namespace tracer::cli {

/// Runs the command that was given; returns the exit status: 0 all is well, 1 the answer is
/// negative. What goes wrong is thrown: main.cpp knows the exit status of each kind.
using Command = std::function<int()>;

Command add_derive(CLI::App&);
Command add_check(CLI::App&);
Command add_grade(CLI::App&);
Command add_train(CLI::App&);
Command add_eval(CLI::App&);
Command add_predict(CLI::App&);
Command add_data(CLI::App&);
Command add_lessons(CLI::App&);
Command add_help(CLI::App&);
Command add_completions(CLI::App&);

/// What --help says of a command.
std::string help_text(const CLI::App& command);
/// How options are listed there: without CLI11's notation for what is allowed.
void use_plain_help(CLI::App& app);

}  // namespace tracer::cli
