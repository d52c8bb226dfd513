// What `tracer help ops` prints: the reference of every function, from the rooms themselves.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tracer::op {

/// All functions, or only the one of that name (empty text where there is none).
std::string reference_text(std::string_view only = "");

/// The functions of the language by name, each once.
std::vector<std::string_view> function_names();

}  // namespace tracer::op
