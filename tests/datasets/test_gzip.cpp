#include "datasets/gzip.hpp"
#include "tests/catch.hpp"
#include "tests/datasets/files.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

Bytes long_text() {
  Bytes bytes;
  for (unsigned k = 0; k < 100'000; ++k) {
    bytes.push_back(static_cast<unsigned char>(k * k >> 5U));
  }
  return bytes;
}

}  // namespace

TEST_CASE("a file is read whole, compressed or not", "[gzip]") {
  const TemporaryFolder folder;
  const auto plain = folder.path() / "plain";
  const auto packed = folder.path() / "packed";  // the name says nothing, the content does
  const Bytes text = long_text();
  write_bytes(plain, text);
  write_bytes(packed, gzipped(text));
  CHECK(read_bytes(plain) == text);
  CHECK(read_bytes(packed) == text);
  CHECK(read_raw_bytes(packed) == gzipped(text));
  write_bytes(plain, Bytes{});
  CHECK(read_bytes(plain).empty());
}

TEST_CASE("gzip streams that stand one behind the other are one content", "[gzip]") {
  Bytes both = gzipped(bytes_of("one "));
  const Bytes second = gzipped(bytes_of("two"));
  both.insert(both.end(), second.begin(), second.end());
  CHECK(inflate_gzip(both, "f") == bytes_of("one two"));
  both.insert(both.end(), 512, 0);  // as on a tape
  CHECK(inflate_gzip(both, "f") == bytes_of("one two"));
}

TEST_CASE("a gzip file cut off at any length, or with any byte changed, is an error", "[gzip]") {
  const Bytes text = long_text();
  const Bytes good = gzipped(text);
  for (std::size_t length = 2; length < good.size(); length += 97) {
    const Bytes cut(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(length));
    CAPTURE(length);
    CHECK_THROWS_AS(inflate_gzip(cut, "f.gz"), Error);
  }
  // Checksum and length stand at the end: a changed byte is found there at the latest. The header
  // (10 bytes) has a time and the like, which may be anything.
  for (std::size_t at = 10; at < good.size(); at += 97) {
    Bytes changed = good;
    changed[at] ^= 0x10U;
    CAPTURE(at);
    CHECK_THROWS_AS(inflate_gzip(changed, "f.gz"), Error);
  }
  CHECK_THROWS_WITH(
      inflate_gzip(Bytes(good.begin(), good.end() - 1), "f.gz"),
      "f.gz: the gzip file is cut off (its content ends after 100000 bytes); get it again");
  Bytes longer = good;
  longer.push_back('x');
  CHECK_THROWS_WITH(inflate_gzip(longer, "f.gz"),
                    "f.gz: 1 bytes follow the end of the gzip content; get the file again");
}

TEST_CASE("content beyond the limit is refused, however small its file", "[gzip]") {
  const Bytes zeros = gzipped(Bytes(1'000'000));
  CHECK(zeros.size() < 2000);
  CHECK_THROWS_WITH(inflate_gzip(zeros, "f.gz", 999'999),
                    "f.gz: holds more than 999999 bytes when decompressed");
  CHECK(inflate_gzip(zeros, "f.gz", 1'000'000).size() == 1'000'000);
}

TEST_CASE("what is no file that can be read is named", "[gzip]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "x";
  CHECK_THROWS_WITH(read_bytes(path), path.string() + ": there is no such file");
  CHECK_THROWS_WITH(read_bytes(folder.path()),
                    folder.path().string() + ": is a folder, not a file");
}

TEST_CASE("a file that can't be written leaves nothing", "[gzip]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "none" / "x";
  CHECK_THROWS_WITH(write_bytes(path, bytes_of("x")),
                    path.string() + ": can't be written: No such file or directory");
  // A folder stands where the file should: renaming fails.
  std::filesystem::create_directory(folder.path() / "taken");
  write_text(folder.path() / "taken" / "inside", "");
  CHECK_THROWS_AS(write_bytes(folder.path() / "taken", bytes_of("x")), Error);
  CHECK(!std::filesystem::exists(folder.path() / "taken.part"));
}
