// A whole file into memory, decompressed where its first bytes say that it is gzip's, and the
// reverse: a whole file from memory, written aside and renamed. Next: idx.hpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>
#include <vector>

namespace tracer {

using Bytes = std::vector<unsigned char>;

/// 4 GiB: more than that is no data set for this program, but a mistake or a gzip bomb.
inline constexpr std::size_t largest_file = std::size_t{1} << 32U;

/// Throws Error: "name: why".
[[noreturn]] void fail_file(std::string_view name, std::string_view why);

/// The content; of a .gz file (told by its first two bytes, not by its name) the decompressed
/// content. Throws Error naming the file: it can't be read, is a folder or a device, is damaged or
/// cut off, or has more than `limit` bytes. A pipe is read to its end.
Bytes read_bytes(const std::filesystem::path&, std::size_t limit = largest_file);

/// As it is on the disk.
Bytes read_raw_bytes(const std::filesystem::path&, std::size_t limit = largest_file);

/// CRC-32, as gzip and PNG have it; `before`: of what stands before these bytes.
std::uint32_t checksum_of(std::string_view bytes, std::uint32_t before = 0);

bool is_gzip(std::span<const unsigned char>);
/// `name` is for the message of an Error: damaged, cut off, more than `limit` bytes.
Bytes inflate_gzip(std::span<const unsigned char>, std::string_view name,
                   std::size_t limit = largest_file);

/// As tracer/write_aside.hpp does it. Throws Error where that fails (a full disk), and leaves
/// nothing.
void write_bytes(const std::filesystem::path&, std::span<const unsigned char>);

}  // namespace tracer
