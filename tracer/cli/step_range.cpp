#include "tracer/cli/step_range.hpp"

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/text/number_text.hpp"

namespace tracer::cli {

long long whole_number(std::string_view text, std::string_view flag) {
  const auto number = number_in_text<long long>(text);
  if (!number || *number < 1)
    throw Error(fmt::format("{}: expected a whole number from 1 on, got '{}'", flag, text));
  return *number;
}

void set_step_range(const std::string& text, DeriveOptions& options) {
  const auto dash = text.find('-');
  options.first_step = whole_number(std::string_view(text).substr(0, dash), "--samples");
  options.last_step = dash == std::string::npos
                          ? options.first_step
                          : whole_number(std::string_view(text).substr(dash + 1), "--samples");
  if (options.last_step < options.first_step)
    throw Error(fmt::format("--samples {}: the first comes after the last", text));
}

}  // namespace tracer::cli
