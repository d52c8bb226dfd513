// What tracer reads, reader by reader, as a fuzzer sees it: any bytes may come, and they end in
// something read or in an Error, within seconds and a bounded memory; never in anything else.
//
//   ./run fuzz lesson 3600     an hour of libFuzzer on one of them (fuzz.cpp)
//   test_targets.cpp           their seeds, what was found before, and some mutations, in every test
//   ./run bench attack         mutations against the program itself (tests/bench/attack.cpp)
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tracer::fuzz {

struct Target {
  std::string_view name;                 ///< of ./run fuzz, and of the folder of what was found
  void (*read)(std::string_view bytes);  ///< may throw Error and Undecided
  std::vector<std::string> (*seeds)();   ///< small inputs, good ones and some that are nearly so
};

std::span<const Target> targets();

/// Whether `bytes` were read; false: they were refused by an Error. Whatever else is thrown passes.
bool is_read(const Target&, std::string_view bytes);

}  // namespace tracer::fuzz
