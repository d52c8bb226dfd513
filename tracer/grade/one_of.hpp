#pragma once

#include <algorithm>
#include <string_view>

namespace tracer {

bool is_one_of(std::string_view word, const auto& words) {
  return std::ranges::find(words, word) != words.end();
}

}  // namespace tracer
