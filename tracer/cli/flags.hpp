// The flags of the commands, as tables: a row says what a flag is called, where its value goes and
// what may be written there. A command's own file has its table; what several commands share is
// declared here once. command_line.cpp parses by these tables and writes --help, completions.cpp
// tells a shell of them. Next: commands.hpp.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tracer::cli {

struct Output;

/// Where a value goes. A bool is set by the flag alone; an optional stays empty where the flag is
/// not given; to a vector every use of the flag adds.
using Target =
    std::variant<std::string*, int*, unsigned*, long long*, double*, std::optional<std::string>*,
                 std::optional<int>*, std::optional<unsigned>*, std::optional<long long>*,
                 std::optional<double>*, std::vector<std::string>*, bool*, std::optional<bool>*>;

// What may be written as the value; `word` stands for it in --help (TEXT, INT ... where it is
// empty).
struct Anything {
  std::string word = {};
};
/// A lesson, by file or by name: a shell completes the names.
struct LessonName {};
struct OneOf {
  std::vector<std::string> words;
  std::vector<std::pair<std::string, std::string>> also = {};  ///< other words for these
};
template <class N>
struct Between {
  N least, most;
  std::string word = {};
};
Between(int, int)->Between<int>;
Between(int, int, const char*)->Between<int>;
struct Positive {
  std::string word = {};
};
struct Number {
  std::string word = {};
};
/// A text of a form: `wrong` says what is wrong with it, or "".
struct Form {
  std::function<std::string(const std::string&)> wrong;
  std::string word = {};
};
/// A number, kept as it is written, so that 0.1 stays a tenth.
Form written_number();
/// Not empty, as a shell leaves a variable that is not set: --claimed "$GRADS".
Form not_blank(const std::string& what, std::string word = {});

struct Flag {
  std::string name;  ///< "--wrt", "-o,--output", "--shuffle,!--no-shuffle"; an argument: "FILE", or
                     ///< "[FILE]" where it may be left out
  Target into;
  std::string says = {};  ///< in --help; empty: the words of OneOf
  std::variant<Anything, LessonName, OneOf, Between<int>, Between<long long>, Between<double>,
               Positive, Number, Form>
      value = {};
  std::string needs = {}, excludes = {};  ///< another flag of the command
  std::string group = {};                 ///< its heading in --help

  /// What it is, in --help and for a shell.
  std::string description() const;
  bool is_argument() const { return !name.starts_with('-'); }
  bool takes_value() const { return into.index() + 2 < std::variant_size_v<Target>; }
  bool takes_several() const { return std::holds_alternative<std::vector<std::string>*>(into); }
  /// --output; --shuffle and --no-shuffle. None of an argument.
  std::vector<std::string> long_names() const;
  /// Is this, as it stands on a command line ("-o", "--output"), the flag?
  bool is_called(std::string_view written) const;
};

using Flags = std::vector<Flag>;

/// Of all of them, --help first, which every command has.
std::vector<std::string> long_names(const Flags&);

/// Of those into an optional, what was given: the first name, and the value as text (of a bool:
/// true, false).
std::vector<std::pair<std::string, std::string>> given_values(const Flags&);

/// "X,A1" as X and A1; what has no comma is one part.
std::vector<std::string> parts_at_commas(std::string_view text);

/// The flag that is called so ("-o", "--output"), or null.
const Flag* flag_called(const Flags&, std::string_view written);
/// Of an option of a lesson or a file: batch_size is --batch-size.
std::string flag_name(std::string option);

Flags& operator+=(Flags&, Flags more);
Flags grouped_as(const std::string& group, Flags);

// ---- what several commands have

Flag lesson_flag(std::string& file, const std::string& name = "FILE");
Flag model_flag(std::string& file);                                               // MODEL
Flag settings_flag(std::vector<std::string>& settings, const std::string& says);  // --set
Flag format_flag(Output&, std::vector<std::string> formats, const std::string& says = {});
/// The formats of every page, and these.
Flag page_format_flag(Output&, const std::vector<std::string>& also);
Flag output_flag(Output&, const std::string& says = "write to a file");  // -o
Flag colour_flag(Output&);
/// --width.
Flag width_flag(Output&);
Flag rounding_flag(std::string& rounding);
Flag bits_flag(int& bits, int least = 64);
Flag threads_flag(int& threads);

}  // namespace tracer::cli
