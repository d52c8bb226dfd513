// Every reader, on good input, on what a fuzzer has found, and on inputs changed at random: each
// ends in something read or in an Error. Run it with the sanitizers; `./run fuzz` goes further.
#include <filesystem>

#include "tests/catch.hpp"
#include "tests/fuzz/mutate.hpp"
#include "tests/fuzz/targets.hpp"
#include "tests/lessons/run_program.hpp"

using namespace tracer;

TEST_CASE("good input of every reader is read", "[fuzz]") {
  for (const fuzz::Target& target : fuzz::targets()) {
    CAPTURE(target.name);
    int read = 0;
    for (const std::string& seed : target.seeds()) {
      CAPTURE(seed);
      bool was_read = false;
      CHECK_NOTHROW(was_read = fuzz::is_read(target, seed));
      read += was_read ? 1 : 0;
    }
    CHECK(read > 0);
  }
}

TEST_CASE("what a fuzzer has found ends in an error or is read", "[fuzz]") {
  const std::filesystem::path found = std::filesystem::path(TRACER_SOURCE_DIR) / "tests/fuzz/found";
  int files = 0;
  for (const fuzz::Target& target : fuzz::targets()) {
    if (!std::filesystem::exists(found / target.name)) continue;
    for (const auto& file : std::filesystem::directory_iterator(found / target.name)) {
      CAPTURE(file.path().string());
      CHECK_NOTHROW(fuzz::is_read(target, read_text(file.path())));
      ++files;
    }
  }
  CHECK(files > 0);
}

TEST_CASE("inputs changed at random end in an error or are read", "[fuzz]") {
#ifdef TRACER_OPTIMISED
  constexpr int each = 300;
#else
  constexpr int each = 60;
#endif
  for (const fuzz::Target& target : fuzz::targets()) {
    RandomStream random(2026, target.name);
    const std::vector<std::string> seeds = target.seeds();
    int read = 0;
    for (int i = 0; i < each; ++i) {
      const std::string input =
          fuzz::mutated(seeds[static_cast<std::size_t>(random.below(seeds.size()))], random);
      CAPTURE(target.name, i, input);
      bool was_read = false;
      CHECK_NOTHROW(was_read = fuzz::is_read(target, input));
      read += was_read ? 1 : 0;
    }
    CAPTURE(target.name);
    CHECK(read < each);
  }
}
