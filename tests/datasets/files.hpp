// Files for the tests of the readers: made in a folder of their own, and damaged on purpose.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/gzip.hpp"
#include "tests/lessons/run_program.hpp"  // TemporaryFolder, read_text, write_text
#include "tracer/error.hpp"
#include "tracer/number/random.hpp"

namespace tracer {

Bytes bytes_of(std::string_view text);
/// "00ff" → {0, 255}
Bytes from_hex(std::string_view hex);
/// As `gzip` would write it.
Bytes gzipped(std::span<const unsigned char>);

/// Writes a file that the test reads at once and writes again: nothing is put aside or kept safe,
/// which would take some file systems a hundredth of a second each time.
void put(const std::filesystem::path&, const Bytes&);

/// Another value of an environment variable (nothing: not set) for as long as the object lives.
class Environment {
 public:
  Environment(std::string name, const std::optional<std::string>& value);
  ~Environment();
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;

 private:
  void set(const std::optional<std::string>& value) const;
  std::string name_;
  std::optional<std::string> before_;
};

/// IDX files (datasets/idx.hpp) of pictures (bytes, rows·columns each), and of labels.
Bytes idx_images(std::span<const unsigned char> pixels, int count, int rows, int columns);
Bytes idx_labels(std::span<const unsigned char> labels);

/// 3 pictures of 2×2 and their labels 1, 0, 9, as IDX.
Bytes three_pictures();
Bytes three_labels();

/// Calls `read(bytes)` with the content cut off at every length, with each byte changed in several
/// ways, and with bytes at random places removed. It may return or throw Error; anything else, a
/// crash among it, fails the test that calls. Returns how many of them threw Error.
template <class Read>
int damaged_in_every_way(const Bytes& good, const Read& read) {
  int errors = 0;
  const auto attempt = [&](const Bytes& bytes) {
    try {
      read(bytes);
    } catch (const Error&) {
      ++errors;
    }
  };
  RandomStream draws(1, "damage");
  const std::size_t step = good.size() / 600 + 1;
  for (std::size_t length = 0; length < good.size(); length += step) {
    attempt(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length)));
  }
  for (std::size_t at = 0; at < good.size(); at += step) {
    for (const int byte : {0x00, 0xff, 0x80, good[at] ^ 1, good[at] ^ 0x20, int{'"'}, int{'\n'}}) {
      Bytes bytes = good;
      bytes[at] = static_cast<unsigned char>(byte);
      attempt(bytes);
    }
  }
  for (int trial = 0; trial < 200; ++trial) {
    Bytes bytes = good;
    for (std::uint64_t k = draws.below(4) + 1; k > 0 && !bytes.empty(); --k) {
      const auto at = static_cast<std::ptrdiff_t>(draws.below(bytes.size()));
      if (draws.below(2) == 0) {
        bytes.erase(bytes.begin() + at);
      } else {
        bytes[static_cast<std::size_t>(at)] = static_cast<unsigned char>(draws.bits());
      }
    }
    attempt(bytes);
  }
  return errors;
}

}  // namespace tracer
