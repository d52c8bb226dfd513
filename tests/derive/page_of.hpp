// The page of a lesson as text, for tests of what stands on it.
#pragma once

#include <string>

#include "tests/derive/lessons.hpp"
#include "tracer/render/text_page.hpp"

namespace tracer::test {

inline std::string page_of(const std::string& text, const DeriveOptions& options = {}) {
  return to_text(derive(lesson(text), options).derivation, {});
}

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace tracer::test
