#include "tracer/cli/output.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tracer/error.hpp"
#include "tracer/text/cells.hpp"
#include "tracer/text/number_text.hpp"
#include "tracer/write_aside.hpp"

namespace tracer::cli {
namespace {

bool wanted(const std::string& choice, int descriptor) {
  if (choice == "always") return true;
  if (choice == "never") return false;
  const char* no_colour = std::getenv("NO_COLOR");  // https://no-color.org: set and not empty
  const char* terminal = std::getenv("TERM");
  if (no_colour != nullptr && *no_colour != '\0') return false;
  if (terminal != nullptr && std::string_view(terminal) == "dumb") return false;
  return isatty(descriptor) == 1;
}

// POSIX: what COLUMNS says counts where it is set; nonsense does not.
int columns_said() {
  const char* columns = std::getenv("COLUMNS");
  return columns == nullptr ? 0 : columns_of(columns);
}

int terminal_columns(int descriptor) {
  winsize size{};
  const bool known = isatty(descriptor) == 1 && ioctl(descriptor, TIOCGWINSZ, &size) == 0;
  return known && size.ws_col >= least_columns ? size.ws_col : 0;
}

int width_of(int descriptor) {
  for (const int columns : {columns_said(), terminal_columns(descriptor)})
    if (columns > 0) return columns;
  return 100;
}

// POSIX: the first of these that is set and not empty counts. None: terminals are UTF-8 nowadays.
bool utf8_locale() {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* value = std::getenv(name);
    if (value == nullptr || *value == '\0') continue;
    const std::string_view locale = value;
    for (const std::string_view sign : {"UTF-8", "utf-8", "UTF8", "utf8"}) {
      if (locale.find(sign) != std::string_view::npos) return true;
    }
    return false;
  }
  return true;
}

Style style_of(int descriptor, const std::string& colour) {
  return {wanted(colour, descriptor), width_of(descriptor), utf8_locale()};
}

// A text that may quote a name out of somebody's file, which must not command the terminal: lines
// and tabs stay, other control characters (C1 ones as well) and what is no UTF-8 become \uFFFD.
std::string clean_lines(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of("\n\t", at), text.size());
    out += clean(text.substr(at, end - at), {.unicode = true});
    if (end < text.size()) out += text[end];
    at = end + 1;
  }
  return out;
}

}  // namespace

int columns_of(std::string_view text) {
  const int said = number_in_text<int>(text).value_or(0);
  return said >= least_columns && said <= most_columns ? said : 0;
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw Error(fmt::format("standard output can't be written: {}", std::strerror(errno)));
  }
}

void write_result(const std::string& path, std::string_view text) {
  if (path.empty() || path == "-") return print(text);
  remove_leftovers(path);
  if (const std::error_code error = write_aside(path, text))
    throw Error(fmt::format("{} can't be written: {}", path, error.message()));
}

void require_page_file(std::string_view flag, const std::string& path,
                       const std::vector<std::string>& more) {
  if (path.empty()) return;
  namespace fs = std::filesystem;
  const std::string ending = fs::path(path).extension().string();
  if (format_of_file(path).empty() && std::ranges::find(more, ending) == more.end())
    throw Error(fmt::format("{} {}: its name ends in .html, .md, .tex{} .txt{}", flag, path,
                            more.empty() ? " or" : ",",
                            more.empty() ? "" : fmt::format(" or {}", fmt::join(more, ", "))));
  const fs::path folder = fs::absolute(path).parent_path();
  if (!fs::is_directory(folder))
    throw Error(fmt::format("{} {}: there is no folder {}", flag, path, folder.string()));
}

void remark(std::string_view text) {
  fmt::print(stderr, "{}{}", clean_lines(text), text.ends_with('\n') ? "" : "\n");
}

void remark_written(const std::vector<std::filesystem::path>& files) {
  for (const std::filesystem::path& file : files) remark(fmt::format("written: {}", file.string()));
}

std::string_view Output::chosen() const {
  if (!format.empty()) return format;
  const std::string_view page = format_of_file(path);
  for (const std::string& name : formats) {
    if (name == page || path.ends_with("." + name)) return name;  // .json, .csv
  }
  return "text";
}

Style Output::style() const {
  const bool file = !path.empty() && path != "-";
  Style style = output_style(file ? "never" : colour);
  for (const int columns :
       {width, columns_said(), file ? 0 : terminal_columns(STDOUT_FILENO), page_width}) {
    if (columns == 0) continue;
    style.width = columns;
    break;
  }
  return style;
}
void Output::write(std::string_view text) const { write_result(path, text); }
void Output::write(const Document& page) const {
  write(tracer::write(page, chosen(), style(), fragment ? Extent::fragment : Extent::whole));
}

Style output_style(const std::string& colour) { return style_of(STDOUT_FILENO, colour); }
Style error_style(const std::string& colour) { return style_of(STDERR_FILENO, colour); }

bool progress_wanted() {
  const char* terminal = std::getenv("TERM");
  return isatty(STDERR_FILENO) == 1 &&
         !(terminal != nullptr && std::string_view(terminal) == "dumb");
}

void redraw(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

}  // namespace tracer::cli
