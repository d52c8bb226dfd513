// JSON as text. The name of a file need not be UTF-8; what is not is replaced, for an answer with a
// strange name in it is better than none.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

namespace tracer {

/// `indent` −1: on one line.
std::string json_text(const nlohmann::ordered_json& json, int indent = -1);

/// A text in quotes, with what JSON wants escaped.
std::string json_quoted(const std::string& text);

}  // namespace tracer
