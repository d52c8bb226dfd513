#include "tracer/number/setting.hpp"

namespace tracer {

bool is_within(Setting::Range range, const Rational& number) {
  using Range = Setting::Range;
  if (range != Range::any && number < 0) return false;
  return range == Range::below_one ? number < 1 : range != Range::at_most_one || number <= 1;
}

std::string_view text_of(Setting::Range range) {
  constexpr std::array<std::string_view, 4> texts{
      "any number", "at least 0", "at least 0 and below 1", "at least 0 and at most 1"};
  return texts.at(static_cast<std::size_t>(range));
}

}  // namespace tracer
