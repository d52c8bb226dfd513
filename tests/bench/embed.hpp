// `./run bench embed`: t-SNE of tracer, scikit-learn and Rtsne on the same digits, in turn. All are given
// the same 50 principal components, and judged by the same measures: what each says of itself is not
// comparable.
#pragma once

#include <string>
#include <vector>

namespace tracer::bench {

struct EmbedOptions {
  int n = 10'000;                    ///< digits
  int rounds = 1;                    ///< turns of each side
  int threads = 2;                   ///< of all sides; the others are tried with one, too
  std::vector<std::string> without;  ///< sklearn, rtsne
  std::string python;                ///< empty: Debian's python3
  bool made_up = false;              ///< images: not MNIST even where it is there
};

/// Exit status: 0; 2 where there is nothing to measure.
int embed_bench(const EmbedOptions&);

}  // namespace tracer::bench
