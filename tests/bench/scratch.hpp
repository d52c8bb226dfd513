// A folder for what a benchmark writes: weights, made-up images, what the rivals read. It goes when
// the run ends.
#pragma once

#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

namespace tracer::bench {

struct Scratch {
  std::filesystem::path path =
      std::filesystem::temp_directory_path() / fmt::format("tracer-bench-{}", getpid());
  Scratch() { std::filesystem::create_directories(path); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

}  // namespace tracer::bench
