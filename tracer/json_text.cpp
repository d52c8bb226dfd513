#include "tracer/json_text.hpp"

#include <nlohmann/json.hpp>

namespace tracer {

std::string json_text(const nlohmann::ordered_json& json, int indent) {
  return json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

std::string json_quoted(const std::string& text) { return json_text(text); }

}  // namespace tracer
