// What --wrt asks for: the gradients of some values, and some entries of them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tracer/symbol/shape.hpp"

namespace tracer {

/// `W2[3,5]`, `W2[3,0:4]`, `b[2]`, `W2`: a name and some of its entries.
struct Wanted {
  struct Range {
    int first = 0;
    int end = -1;  // −1: to the last
  };
  std::string name;
  std::string text;
  std::vector<Range> entries;  // none: all of it; of a column or row one will do
};

/// "W[3,5],b" asks for W[3,5] and for b. Throws Error for what is no entry.
std::vector<Wanted> parse_wanted(const std::string& text);

/// The entries that are meant of a value of that shape, row by row. Throws Error where there are
/// none, or more than a page explains.
std::vector<std::pair<int, int>> entries_of(const Wanted&, const Shape&);

}  // namespace tracer
