// The page of a lesson as text, for tests of what stands on it.
#pragma once

#include <string>

#include "tests/derive/lessons.hpp"
#include "tracer/render/derivation_page.hpp"
#include "tracer/render/formats.hpp"

namespace tracer::test {

inline std::string page_of(const std::string& text, const DeriveOptions& options = {}) {
  const DeriveResult result = derive(lesson(text), options);
  return write(tracer::page_of(result.derivation), "text");
}

}  // namespace tracer::test
