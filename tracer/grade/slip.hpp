// A slip: a way of going wrong that gives just the number that was written. It is found by
// computing: every slip that is known is tried, and named where it comes to the written number.
// Next: slips.hpp.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tracer/mistake/mistake.hpp"
#include "tracer/number/eigen.hpp"

namespace tracer {

struct Slip {
  std::string kind;         ///< a word or two, for the table of a class: "sign", "factor left out"
  Phrase says;              ///< "swapped with b2: ∂L/∂b2 gives 0.0388"
  std::string hint;         ///< where to look, without a value: "look at the sign"
  bool careless = false;    ///< what was written is that, off by one in the last digit
  std::string gives;        ///< what it comes to; empty for a matrix
  bool gives_said = false;  ///< `says` ends with that
  /// What can be done in every update alike: "learning rate 0.1". Empty: it is of this line alone.
  std::string habit = "";
  bool weak = false;  ///< many numbers come about that way: named only where nothing else fits
};

inline Slip slip(std::string kind, Phrase says, std::string hint) {
  return {std::move(kind), std::move(says), std::move(hint), false, "", false, "", false};
}

inline Slip slip(SheetWords words) {
  return slip(std::move(words.kind), std::move(words.says), std::move(words.hint));
}

/// A slip that is tried, and what it comes to: rows × columns of the line.
struct Hypothesis {
  Slip slip;
  Array<Exact> gives;
  bool told_too = false;  ///< told even where a likelier slip gives the very same number
};

}  // namespace tracer
