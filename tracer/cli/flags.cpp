#include "tracer/cli/flags.hpp"

#include <algorithm>
#include <regex>
#include <span>

#include <fmt/format.h>

#include "tracer/cli/output.hpp"

namespace tracer::cli {

std::vector<std::string> parts_at_commas(std::string_view text) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= text.size();) {
    const std::size_t end = std::min(text.find(',', at), text.size());
    parts.emplace_back(text.substr(at, end - at));
    at = end + 1;
  }
  return parts;
}

namespace {

// Of "--shuffle,!--no-shuffle": --shuffle, --no-shuffle.
std::vector<std::string> written_names(const std::string& name) {
  std::vector<std::string> names = parts_at_commas(name);
  for (std::string& each : names)
    if (each.starts_with('!')) each.erase(0, 1);
  return names;
}

}  // namespace

Form written_number() {
  return {[](const std::string& text) {
            static const std::regex form(
                R"([+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?(/[0-9]+)?)");
            return std::regex_match(text, form) ? std::string()
                                                : fmt::format("expected a number, got '{}'", text);
          },
          "NUMBER"};
}

Form not_blank(const std::string& what, std::string word) {
  return {[what](const std::string& text) {
            const bool blank = text.find_first_not_of(" \t\r\n") == std::string::npos;
            return blank ? fmt::format("is empty; expected {}", what) : std::string();
          },
          std::move(word)};
}

std::string Flag::description() const {
  const auto* words = std::get_if<OneOf>(&value);
  if (!says.empty() || words == nullptr) return says;
  const std::span all(words->words);
  return fmt::format("{} or {}", fmt::join(all.first(all.size() - 1), ", "), all.back());
}

std::vector<std::string> Flag::long_names() const {
  std::vector<std::string> names;
  for (const std::string& one : written_names(name)) {
    if (one.starts_with("--")) names.push_back(one);
  }
  return names;
}

std::vector<std::string> long_names(const Flags& flags) {
  std::vector<std::string> names{"--help"};
  for (const Flag& flag : flags) {
    for (std::string& name : flag.long_names()) names.push_back(std::move(name));
  }
  return names;
}

bool Flag::is_called(std::string_view written) const {
  return !is_argument() && std::ranges::count(written_names(name), written) > 0;
}

std::vector<std::pair<std::string, std::string>> given_values(const Flags& flags) {
  std::vector<std::pair<std::string, std::string>> given;
  for (const Flag& flag : flags) {
    std::visit(
        [&](const auto* into) {
          if constexpr (requires { into->has_value(); }) {
            if (*into) given.emplace_back(flag.long_names().front(), fmt::format("{}", **into));
          }
        },
        flag.into);
  }
  return given;
}

const Flag* flag_called(const Flags& flags, std::string_view written) {
  const auto at =
      std::ranges::find_if(flags, [&](const Flag& flag) { return flag.is_called(written); });
  return at == flags.end() ? nullptr : &*at;
}

std::string flag_name(std::string option) {
  std::ranges::replace(option, '_', '-');
  return "--" + option;
}

Flags& operator+=(Flags& flags, Flags more) {
  flags.insert(flags.end(), more.begin(), more.end());
  return flags;
}

Flags grouped_as(const std::string& group, Flags flags) {
  for (Flag& flag : flags) flag.group = group;
  return flags;
}

Flag lesson_flag(std::string& file, const std::string& name) {
  return {name, &file, "a lesson: a file, a shipped lesson by its name, or - for standard input", LessonName{}};
}

Flag model_flag(std::string& file) {
  return {"MODEL", &file, "a file that tracer train --save wrote"};
}

Flag settings_flag(std::vector<std::string>& settings, const std::string& says) {
  return {"--set", &settings, says, Anything{"NAME=VALUE"}};
}

Flag page_format_flag(Output& output, const std::vector<std::string>& also) {
  std::vector<std::string> formats = format_names();
  formats.insert(formats.end(), also.begin(), also.end());
  return format_flag(output, std::move(formats));
}

Flag format_flag(Output& output, std::vector<std::string> formats, const std::string& says) {
  output.formats = formats;
  return {"--format", &output.format, says, OneOf{std::move(formats)}};
}

Flag output_flag(Output& output, const std::string& says) {
  return {"-o,--output", &output.path, says};
}

Flag colour_flag(Output& output) {
  return {"--color,--colour", &output.colour, "", OneOf{{"auto", "always", "never"}}};
}

Flag width_flag(Output& output) {
  const Form columns{[](const std::string& text) {
                       if (columns_of(text) > 0) return std::string();
                       return fmt::format("expected a number of columns from {} to {}, got '{}'",
                                          least_columns, most_columns, text);
                     },
                     "COLUMNS"};
  return {
      "--width", &output.width,
      "columns of a page of text (default: COLUMNS, else the terminal's; 80 in a pipe or a file)",
      columns};
}

Flag rounding_flag(std::string& rounding) {
  return {"--rounding", &rounding, "", OneOf{{"half-away", "half-even", "truncate"}}};
}

Flag bits_flag(int& bits, int least) {
  return {"--bits", &bits, "where the search for more digits ends (default 4096)",
          Between{least, 1 << 20}};
}

Flag threads_flag(int& threads) {
  return {"--threads", &threads, "2 unless you say; 0: all cores", Between{0, 1024}};
}

}  // namespace tracer::cli
