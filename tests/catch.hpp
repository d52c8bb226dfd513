// Catch2, 2.13 or 3: their headers differ, the part of them that the tests use does not.
// Tests include this file and nothing of Catch2's own. main() is Catch2's: see main.cpp.
#pragma once

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>

namespace tracer {

/// Is `part` written in the text?
inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

}  // namespace tracer
