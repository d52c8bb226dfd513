// The lessons that commands are given: the shipped ones, how one is found by its name from any
// directory, and how it becomes a program.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "tracer/language/elaborate.hpp"

namespace tracer::cli {

struct ShippedLesson {
  std::string name;  ///< relu-1-1-1
  std::filesystem::path path;
};

/// By name. $TRACER_LESSONS, else beside the program (installed, or in its build tree). Throws
/// Error where there are none.
std::vector<ShippedLesson> shipped_lessons();

/// A file, or a shipped lesson, or that of an experiment, by its name (with or without .lesson).
/// Throws Error with a suggestion.
std::filesystem::path find_lesson(const std::string& what);

/// A .toml or .json file of flags, or a shipped experiment by its name (lessons/experiments/r6.toml is r6);
/// nothing: it is neither.
std::optional<std::string> experiment_file(const std::string& what);

/// Its text: of a file or a shipped lesson, or for "-" of standard input.
Source lesson_source(const std::string& what);

/// Its first comment line.
std::string title_of(const ShippedLesson&);

/// What load_program gives, its remarks said on standard error; `what` as for
/// lesson_source.
Program load_lesson(const std::string& what, const ElaborateOptions& = {});
Program load_lesson(const Source&, const ElaborateOptions& = {});
/// The same; its remarks are left to whoever asks.
Program load_quietly(const Source&, const ElaborateOptions&);

/// What --set says, for ElaborateOptions. Throws Error: a name that is set twice.
std::map<std::string, Array<Exact>> parse_settings(const std::vector<std::string>& settings);

}  // namespace tracer::cli
