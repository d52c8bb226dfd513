// One transfer by libcurl: from an address to the end of a .part file. download.hpp says what is
// done with it.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace tracer {

struct Fetch {
  std::string address;
  std::filesystem::path part;  ///< appended to, where the server can continue; else begun anew
  std::int64_t most_bytes;     ///< a server that sends more is stopped
  int connect_seconds;
  int silence_seconds;  ///< less than 1000 bytes a second for so long ends it
  int total_seconds;
  std::function<bool(std::int64_t done, std::int64_t total)> progress;  ///< false: stop
};

struct FetchEnd {
  std::string why;  ///< empty: all that the server had to send has arrived; else half a sentence
  bool was_cut_off = false;  ///< and may be continued from the same address, at once
};

/// Throws Error where another address would be no better: the .part can't be written, another
/// process writes it, `progress` said stop.
FetchEnd fetched(const Fetch&);

}  // namespace tracer
