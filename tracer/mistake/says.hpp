// Sentences about a mistake that is made in several ways: in the forward pass, so that the backward
// pass is right for another network, or in the backward pass alone; in a loss of the language, or
// in one that is written by hand.
#pragma once

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace tracer::says {

inline constexpr std::string_view targets_ignored =
    "the slope of the loss does not look at the targets";

/// Softmax over the wrong side; `axis` is the right one.
inline std::string wrong_axis(int axis) {
  return fmt::format("softmax runs along the {}, where each sample is a {}",
                     axis == 0 ? "rows" : "columns", axis == 0 ? "column" : "row");
}

inline std::string off_by_one(int classes, int by) {
  if (classes == 2) return "the two classes of the targets are swapped";
  return fmt::format("the targets are off by one class: class c is encoded as class c {} 1",
                     by > 0 ? "+" : "−");
}

}  // namespace tracer::says
