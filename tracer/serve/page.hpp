// The page of the workbench, in three files as a browser wants them.
#pragma once

#include <string>
#include <string_view>

namespace tracer::serve {

extern const std::string_view page_html;
extern const std::string_view page_script;
/// The rules of every page of tracer's (render/html_style.hpp), and the workbench's own.
std::string page_style();

}  // namespace tracer::serve
