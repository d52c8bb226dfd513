// libFuzzer's side of a target (targets.hpp): TRACER_FUZZ names it. Started by `./run fuzz`.
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/fuzz/targets.hpp"

namespace {

using namespace tracer::fuzz;

const Target* chosen = nullptr;

}  // namespace

// The seeds are written into $TRACER_FUZZ_SEEDS, which the command line names as a corpus: it is
// read after this.
extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  const char* name = std::getenv("TRACER_FUZZ");
  for (const Target& target : targets()) {
    if (name != nullptr && target.name == name) chosen = &target;
  }
  if (chosen == nullptr) {
    std::vector<std::string_view> names;
    for (const Target& target : targets()) names.push_back(target.name);
    fmt::print(stderr, "fuzz: there is no target '{}'; there are {}\n", name == nullptr ? "" : name,
               fmt::join(names, ", "));
    std::exit(2);
  }
  if (const char* folder = std::getenv("TRACER_FUZZ_SEEDS")) {
    int count = 0;
    for (const std::string& seed : chosen->seeds()) {
      std::ofstream(std::filesystem::path(folder) / fmt::format("seed-{}", ++count),
                    std::ios::binary)
          << seed;
    }
  }
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  is_read(*chosen, {reinterpret_cast<const char*>(data), size});
  return 0;
}
