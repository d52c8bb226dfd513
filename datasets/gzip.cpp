#include "datasets/gzip.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <system_error>

#include "tracer/error.hpp"
#include "tracer/write_aside.hpp"

namespace tracer {
namespace fs = std::filesystem;
namespace {

// zlib's state for one stream: freed whatever happens.
struct Inflater {
  z_stream stream{};
  Inflater() {
    // 15: the largest window; + 16: a gzip header and trailer, whose checksum zlib compares.
    if (inflateInit2(&stream, 15 + 16) != Z_OK) throw std::bad_alloc();
  }
  ~Inflater() { inflateEnd(&stream); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;
};

// The last four bytes say how long the content is (modulo 2³²): a hint, which a damaged file may
// have wrong: so no more than eight times the file (MNIST is five times as large decompressed).
std::size_t likely_size(std::span<const unsigned char> bytes, std::size_t limit) {
  if (bytes.size() < 18) return 0;
  std::size_t size = 0;
  for (std::size_t i = 0; i < 4; ++i) size = size << 8U | bytes[bytes.size() - 1 - i];
  return std::min({size, limit, bytes.size() * 8});
}

}  // namespace

void fail_file(std::string_view name, std::string_view why) {
  throw Error(fmt::format("{}: {}", name, why));
}

std::uint32_t checksum_of(std::string_view bytes, std::uint32_t before) {
  return static_cast<std::uint32_t>(
      crc32_z(before, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

bool is_gzip(std::span<const unsigned char> bytes) {
  return bytes.size() >= 2 && bytes[0] == 0x1f && bytes[1] == 0x8b;
}

Bytes inflate_gzip(std::span<const unsigned char> bytes, std::string_view name, std::size_t limit) {
  Bytes out(likely_size(bytes, limit) + 1);  // one more byte, so that the end is seen at once
  std::size_t made = 0;
  // A file may hold several streams, one behind the other: that is how `cat a.gz b.gz` works.
  while (is_gzip(bytes)) {
    Inflater inflater;
    z_stream& z = inflater.stream;
    for (int status = Z_OK; status != Z_STREAM_END;) {
      if (z.avail_in == 0) {
        // avail_in has 32 bits: longer input goes in pieces.
        const std::size_t piece = std::min<std::size_t>(bytes.size(), 1U << 30U);
        z.next_in = const_cast<unsigned char*>(bytes.data());  // zlib only reads it
        z.avail_in = static_cast<uInt>(piece);
        bytes = bytes.subspan(piece);
      }
      if (made == out.size()) out.resize(out.size() + std::max<std::size_t>(out.size(), 1U << 16U));
      const std::size_t room = std::min<std::size_t>(out.size() - made, 1U << 30U);
      z.next_out = out.data() + made;
      z.avail_out = static_cast<uInt>(room);
      status = inflate(&z, Z_NO_FLUSH);
      made += room - z.avail_out;
      if (made > limit) {
        fail_file(name, fmt::format("holds more than {} bytes when decompressed", limit));
      }
      if (status == Z_BUF_ERROR ||
          (status == Z_OK && z.avail_in == 0 && bytes.empty() && z.avail_out > 0)) {
        fail_file(name, fmt::format("the gzip file is cut off (its content ends after {} bytes); "
                                    "get it again",
                                    made));
      }
      if (status != Z_OK && status != Z_STREAM_END) {
        fail_file(name, fmt::format("the gzip file is damaged after {} bytes of content ({}); "
                                    "get it again",
                                    made, z.msg != nullptr ? z.msg : "a preset dictionary"));
      }
    }
    bytes = std::span(z.next_in, z.avail_in + bytes.size());
  }
  // gzip itself allows zeros behind the content (tapes were filled up with them).
  if (std::ranges::any_of(bytes, [](unsigned char byte) { return byte != 0; })) {
    fail_file(name, fmt::format("{} bytes follow the end of the gzip content; get the file again",
                                bytes.size()));
  }
  out.resize(made);
  return out;
}

Bytes read_raw_bytes(const fs::path& path, std::size_t limit) {
  const std::string name = path.string();
  std::error_code problem;
  const fs::file_status status = fs::status(path, problem);
  if (!fs::exists(status)) fail_file(name, "there is no such file");
  if (fs::is_directory(status)) fail_file(name, "is a folder, not a file");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(name.c_str(), "rb"),
                                                             &std::fclose);
  if (file == nullptr) fail_file(name, std::string("can't be opened: ") + std::strerror(errno));
  // /dev/zero never ends. What somebody types does, and /dev/null has done so already.
  const bool is_device = fs::is_character_file(status) || fs::is_block_file(status);
  if (is_device && isatty(fileno(file.get())) == 0 && std::fgetc(file.get()) != EOF)
    fail_file(name, "is a device, not a file");
  // A pipe has no size: what comes is read in pieces.
  const bool has_size = fs::is_regular_file(status);
  std::size_t hint = 0;
  if (has_size) hint = static_cast<std::size_t>(fs::file_size(path, problem));
  if (problem) hint = 0;
  if (hint > limit) fail_file(name, fmt::format("has {} bytes, more than {}", hint, limit));
  Bytes bytes(hint + 1);
  std::size_t got = 0;
  for (;;) {
    if (got == bytes.size()) {
      const std::size_t more = std::max<std::size_t>(got, 1U << 16U);
      bytes.resize(bytes.size() + std::min(more, limit - got + 1));  // one byte too many is enough
    }
    const std::size_t piece = std::fread(bytes.data() + got, 1, bytes.size() - got, file.get());
    if (piece == 0) break;
    got += piece;
    if (got > limit) fail_file(name, fmt::format("has more than {} bytes", limit));
  }
  if (std::ferror(file.get()) != 0) fail_file(name, "can't be read");
  bytes.resize(got);
  return bytes;
}

Bytes read_bytes(const fs::path& path, std::size_t limit) {
  Bytes bytes = read_raw_bytes(path, limit);
  return is_gzip(bytes) ? inflate_gzip(bytes, path.string(), limit) : bytes;
}

void write_bytes(const fs::path& path, std::span<const unsigned char> bytes) {
  const std::string_view content(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (const std::error_code error = write_aside(path, content))
    fail_file(path.string(), "can't be written: " + error.message());
}

}  // namespace tracer
