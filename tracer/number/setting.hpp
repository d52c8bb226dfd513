// A number that has a name where it is given: a learning rate, the α of elu. Update rules
// (optimize/) and operations (op/) say so what their numbers are called. Next: optimize/rule.hpp.
#pragma once

#include <array>
#include <string_view>

#include "tracer/number/rational.hpp"

namespace tracer {

struct Setting {
  /// What values make sense.
  enum class Range {
    any,
    not_negative,
    below_one,    ///< at least 0 and below 1
    at_most_one,  ///< at least 0 and at most 1
    positive,     ///< above 0
  };

  std::string_view name;      ///< PyTorch's: "beta1" for betas[0]
  std::string_view symbol;    ///< in formulas: "β₁"
  std::string_view label;     ///< in a summary: "β₁", "weight decay"
  std::string_view standard;  ///< its default, a decimal literal
  Range range = Range::any;
  std::string_view meaning;                   ///< half a sentence, for help
  std::array<std::string_view, 2> also = {};  ///< other names that a lesson may give it by
};

inline bool is_within(Setting::Range range, const Rational& number) {
  using Range = Setting::Range;
  if (range != Range::any && number < 0) return false;
  if (range == Range::positive) return number > 0;
  return range == Range::below_one ? number < 1 : range != Range::at_most_one || number <= 1;
}
/// "at least 0 and below 1".
inline std::string_view text_of(Setting::Range range) {
  constexpr std::array<std::string_view, 5> texts{
      "any number", "at least 0", "at least 0 and below 1", "at least 0 and at most 1", "above 0"};
  return texts.at(static_cast<std::size_t>(range));
}

}  // namespace tracer
