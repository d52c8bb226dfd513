// How good the diagnosis's word is: right gradients in all roundings, which it must not call wrong,
// and wrong ones that no mistake explains, which it must neither pass nor name. (What it finds of
// the mistakes that it knows: diagnosis_measure.hpp.) `./run bench check` runs it at full size, a
// test at a small one.
#pragma once

#include <string>
#include <vector>

namespace tracer::planted {

struct RandomClaimOptions {
  int claims = 40;  ///< of each way of writing: half of them right, half wrong
  unsigned seed = 1;
  bool verbose = false;  ///< tells each right one called wrong, each wrong one passed or named
};

/// What became of the claims that were written in one way.
struct WordCounts {
  std::string written;  ///< "%.2g", "bf16"
  int right = 0;
  int called_wrong = 0;  ///< right ones
  int with_story = 0;    ///< of these
  int right_open = 0;    ///< "this can't be told", of right ones
  int wrong = 0;
  int passed = 0;       ///< wrong ones that were called right
  int false_names = 0;  ///< wrong ones, of which a mistake is named that was not made
  int wrong_open = 0;
  WordCounts& operator+=(const WordCounts&);
};

/// One entry for each way of writing.
std::vector<WordCounts> measure_random_claims(const RandomClaimOptions&);
std::string table_of(const std::vector<WordCounts>&);

}  // namespace tracer::planted
