#include "tests/datasets/files.hpp"

#include <zlib.h>

#include <initializer_list>
#include <stdexcept>
#include <utility>

namespace tracer {
namespace {

Bytes with_header(std::span<const unsigned char> content,
                  std::initializer_list<std::size_t> words) {
  Bytes bytes;
  bytes.reserve(16 + content.size());
  for (const std::size_t w : words) {
    for (const unsigned shift : {24U, 16U, 8U, 0U}) {
      bytes.push_back(static_cast<unsigned char>(w >> shift));
    }
  }
  bytes.insert(bytes.end(), content.begin(), content.end());
  return bytes;
}

}  // namespace

Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

Bytes from_hex(std::string_view hex) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  Bytes bytes;
  for (std::size_t k = 0; k + 1 < hex.size(); k += 2) {
    bytes.push_back(static_cast<unsigned char>(16 * digit(hex[k]) + digit(hex[k + 1])));
  }
  return bytes;
}

Bytes gzipped(std::span<const unsigned char> bytes) {
  z_stream z{};
  if (deflateInit2(&z, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    throw std::runtime_error("zlib can't be started");
  }
  Bytes out(deflateBound(&z, bytes.size()) + 64);
  z.next_in = const_cast<unsigned char*>(bytes.data());
  z.avail_in = static_cast<uInt>(bytes.size());
  z.next_out = out.data();
  z.avail_out = static_cast<uInt>(out.size());
  deflate(&z, Z_FINISH);
  out.resize(z.total_out);
  deflateEnd(&z);
  return out;
}

void put(const std::filesystem::path& path, const Bytes& bytes) {
  std::filesystem::remove(path);
  write_text(path, std::string(bytes.begin(), bytes.end()));
}

Environment::Environment(std::string name, const std::optional<std::string>& value)
    : name_(std::move(name)) {
  if (const char* is = std::getenv(name_.c_str()); is != nullptr) before_ = is;
  set(value);
}

Environment::~Environment() { set(before_); }

void Environment::set(const std::optional<std::string>& value) const {
  if (value) {
    ::setenv(name_.c_str(), value->c_str(), 1);
  } else {
    ::unsetenv(name_.c_str());
  }
}

Bytes idx_images(std::span<const unsigned char> pixels, int count, int rows, int columns) {
  return with_header(pixels, {0x00000803, static_cast<std::size_t>(count),
                              static_cast<std::size_t>(rows), static_cast<std::size_t>(columns)});
}

Bytes idx_labels(std::span<const unsigned char> labels) {
  return with_header(labels, {0x00000801, labels.size()});
}

Bytes three_pictures() {
  return idx_images(Bytes{0, 255, 51, 1, 2, 3, 4, 5, 250, 251, 252, 253}, 3, 2, 2);
}

Bytes three_labels() { return idx_labels(Bytes{1, 0, 9}); }

}  // namespace tracer
