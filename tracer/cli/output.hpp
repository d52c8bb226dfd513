// Where results go: standard output, or a file that is written aside and renamed, so that it is
// whole or not there.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "tracer/render/formats.hpp"

namespace tracer::cli {

/// Where a command's result goes and how it looks: what --format, -o and --color say.
struct Output {
  std::string format = {};  ///< empty: not given
  std::string path = {};    ///< empty: standard output
  std::string colour = "auto";
  std::vector<std::string> formats = {};  ///< that the command has
  int width = 0;                          ///< columns of text; 0: not given
  bool fragment = false;                  ///< what goes into a document of one's own
  int page_width = 100;                   ///< columns where nothing says how many there are

  /// The format that was asked for; else that of the file's ending (.tex, .md, .json, .csv), where
  /// the command has it; else text.
  std::string_view chosen() const;
  /// Colour and width of what is written: a file has no colours, and no terminal's width.
  Style style() const;
  /// Throws Error, as write_result.
  void write(std::string_view text) const;
  /// The page in the format that was chosen.
  void write(const Document& page) const;
};

/// Columns that a page can have: the least are what it needs for its names and a number beside them.
inline constexpr int least_columns = 40, most_columns = 1000;
/// The columns that a text says; 0: it says no such number.
int columns_of(std::string_view text);

/// To standard output; throws Error where that can't be written (a full disk).
void print(std::string_view text);
/// To a file, or standard output for "" and "-". Throws Error that names the file; an old file is
/// kept then.
void write_result(const std::string& path, std::string_view text);
/// Throws Error unless `path` (empty: not given) ends as a page does, or in one of `more`, and its
/// folder is there: to be asked before a long run. `flag`: who names it.
void require_page_file(std::string_view flag, const std::string& path,
                       const std::vector<std::string>& more = {});
/// A remark, to standard error.
void remark(std::string_view text);
/// "written: curves.svg", of each.
void remark_written(const std::vector<std::filesystem::path>& files);

/// What pictures on standard output, or on standard error, may use: `colour` is auto, always or
/// never, with NO_COLOR heeded; as many columns as COLUMNS says, else those of the terminal, 100
/// where it is none; ASCII where the locale says that it is not UTF-8.
Style output_style(const std::string& colour);
Style error_style(const std::string& colour);
/// Is standard error a terminal, on which a progress bar can be redrawn?
bool progress_wanted();
/// To standard error, as it is: a progress bar draws and clears itself.
void redraw(std::string_view text);

}  // namespace tracer::cli
