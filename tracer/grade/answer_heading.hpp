// The headings of an answers file: which sample, step or epoch the lines below belong to. People
// write them in many ways:
//
//   Sample 2      ## Sample 2 (x = 2)     == Step 2 ==     2nd sample     Sample No. two:
//
// A heading that can't be understood ("Sample B") is one all the same: what stands below it must
// not be counted to the sample before. Next: answers.hpp, which reads the lines between them.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace tracer {

/// What a heading says; 0: it does not say that.
struct AnswerPlace {
  int epoch = 0;
  int sample = 0;  ///< from 1, within its epoch
  int step = 0;    ///< from 1, through all epochs
  bool empty() const { return epoch == 0 && sample == 0 && step == 0; }
  auto operator<=>(const AnswerPlace&) const = default;
};

struct Heading {
  AnswerPlace place;
  std::string unclear;  ///< the heading itself, where it can't be understood
  std::string rest;     ///< answers on the same line
};

/// Nothing where the line (in plain signs) is no heading. `before`: where the line above belongs,
/// for "sample 2" below "epoch 3".
std::optional<Heading> read_heading(std::string_view line, const AnswerPlace& before);

}  // namespace tracer
