#include "tracer/number/setting.hpp"

namespace tracer {

bool is_within(Setting::Range range, const Rational& number) {
  switch (range) {
    case Setting::Range::any:
      return true;
    case Setting::Range::not_negative:
      return number >= 0;
    case Setting::Range::below_one:
      return number >= 0 && number < 1;
    case Setting::Range::at_most_one:
      return number >= 0 && number <= 1;
  }
  return false;
}

std::string_view text_of(Setting::Range range) {
  switch (range) {
    case Setting::Range::any:
      return "any number";
    case Setting::Range::not_negative:
      return "at least 0";
    case Setting::Range::below_one:
      return "at least 0 and below 1";
    case Setting::Range::at_most_one:
      return "at least 0 and at most 1";
  }
  return "";
}

}  // namespace tracer
