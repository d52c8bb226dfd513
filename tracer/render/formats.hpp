// The formats that a page or a report can be had in. One more is one file, which sets every kind of
// block (markdown_format.hpp shows how), and one line in formats.cpp.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tracer/render/blocks.hpp"

namespace tracer {

/// "text", "latex", "markdown", "html"
std::vector<std::string> format_names();

/// The format of a file's ending (.tex: latex); "" where it says none.
std::string_view format_of_file(std::string_view path);

/// The document in that format, one of format_names(); ends with a newline. Only text looks at the
/// style. A fragment of LaTeX or Markdown is to be put into a document of one's own: LaTeX without
/// preamble, for \input, and narrow enough for the page of any standard class; Markdown without
/// the title; HTML what stands within <main>.
std::string write(const Document&, std::string_view format, const Style& style = {.width = 100},
                  Extent = Extent::whole);

}  // namespace tracer
