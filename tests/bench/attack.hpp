// `./run bench attack`: inputs changed at random, given to the program itself, each run under a
// limit of memory and time.
#pragma once

#include <cstdint>
#include <string>

namespace tracer::bench {

struct AttackOptions {
  int inputs = 10'000;
  std::uint64_t seed = 1;
  std::string only;  ///< one command: "derive"
  std::string kept;  ///< a folder for inputs that did harm; empty: they are not kept
  std::uint64_t bytes = 2'000'000'000;  ///< of address space
  unsigned seconds = 10;                ///< of one processor
};

/// Prints how the runs ended. Returns 1 where one crashed, hung or called itself a bug, else 0.
int attack_bench(const AttackOptions&);

}  // namespace tracer::bench
