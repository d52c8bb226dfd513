// From the syntax tree to what can be run: names are looked up, leaves get their values, lines
// become a graph. What comes out stands in program.hpp. The work is done in the files that this one
// sends you to:
//   names.hpp      which name is defined where
//   constants.hpp  numbers and lists that are known beforehand
//   leaves.hpp     params and inputs
//   samples.cpp    data and test
//   lines.hpp      formulas to nodes of the graph
//   purposes.hpp   train, grad, predict, expect
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "tracer/language/diagnostic.hpp"
#include "tracer/language/program.hpp"
#include "tracer/language/source.hpp"

namespace tracer {

struct ElaborateOptions {
  /// Dropout passes on, batch_norm uses its running statistics.
  bool evaluation_mode = false;
  /// Values from the command line. They replace the value of a leaf or of a constant (rows ×
  /// columns, a flat list a column); a name that the lesson does not define becomes an input of its
  /// own, declared before everything.
  std::map<std::string, Array<Exact>> set;
  /// Differentiate for every name in `set`, as `-e 'f = (x + y)**2' --set x=3` wants it. A name
  /// without a value is then answered with how to set it.
  bool differentiate_set = false;
  /// `grad L1, L2` is taken; else it is a mistake, for whoever runs the lesson needs one loss.
  bool several_losses = false;
  /// What data and test lines give, where it has their names: neither files nor generators are
  /// asked then. For a saved model, which is run on other samples. Its matrices may hold fewer
  /// samples than its count says.
  std::optional<Samples> in_place_of_data = {};
  /// The values of leaves that the lesson reads from npz and npy files, by name: where it is set and
  /// gives one, no file is asked.
  std::function<std::optional<LeafValue>(const std::string& leaf)> array_of = {};
  /// False: a file that the lesson names otherwise is an error. A saved model may come from anybody,
  /// and its lesson opens nothing that the user has not named.
  bool opens_files = true;
};

/// Never throws for what is written: mistakes and remarks go to the diagnostics, and the program
/// may be run only where they have no errors.
Program elaborate(std::shared_ptr<const Source>, std::shared_ptr<const ast::Lesson>, Diagnostics&,
                  const ElaborateOptions& = {});

/// Parses and elaborates. Throws LessonError with every mistake found; remarks are in
/// Program::remarks.
Program load_program(const Source&, const ElaborateOptions& = {});

/// "w=2", "W = [[1, 2], [3, 4]]", "x=1/3": what follows --set. Throws Error.
std::pair<std::string, Array<Exact>> parse_setting(std::string_view text);

/// "circles(300, noise=0.1)", "mnist("test")": what `data X, Y = ...` gives in a lesson with that
/// seed. `place`: what mistakes are said to be in; `training`: samples whose columns and classes the
/// new ones share. Throws LessonError.
Samples samples_of_call(std::string_view call, std::uint64_t seed, const std::string& place,
                        const Samples* training = nullptr);

}  // namespace tracer
