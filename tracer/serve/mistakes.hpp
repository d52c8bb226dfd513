// What a command said on standard error, for the page: mistakes in the lesson with their place, and
// the rest.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tracer::serve {

struct Mistake {
  int line = 0, column = 0;  ///< from 1; a column counts code points
  int length = 1;            ///< of what is wrong, in code points
  std::string says;          ///< "there is no value called q"
  std::string shown;         ///< the line with its caret, and the remedy, as in a terminal
};

struct Complaints {
  std::vector<Mistake> mistakes;
  std::string others;  ///< without "tracer: error: " before it
};

/// `lesson`: how messages call it.
Complaints read_complaints(std::string_view errors, std::string_view lesson);

}  // namespace tracer::serve
