// A derivation as Markdown for GitHub and Jupyter: headings, formulas between $$, tables for scalar
// weights and updates. Formulas are those of latex_rows.hpp. See also latex_page.hpp.
#pragma once

#include <string>
#include <string_view>

#include "tracer/derive/document.hpp"

namespace tracer {

std::string to_markdown(const Derivation& derivation, const PageOptions& options);

/// Prose with the characters escaped that Markdown or its mathematics would take for their own.
std::string markdown_text(std::string_view text);

}  // namespace tracer
