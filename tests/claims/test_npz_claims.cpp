// What an .npz may be: names with folders in them, sizes that can't be, bytes that are damaged.
#include <zip.h>

#include <algorithm>

#include "datasets/npz.hpp"
#include "tests/catch.hpp"
#include "tests/datasets/files.hpp"
#include "tracer/claims/named_arrays.hpp"
#include "tracer/error.hpp"

using namespace tracer;
using namespace std::string_literals;

namespace {

std::string_view text_in(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// An .npz of these members, under these very names.
Bytes npz_of(std::vector<std::pair<std::string, Bytes>> members) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  zip_source_keep(target);
  zip_t* zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  for (const auto& [name, bytes] : members) {
    if (name.ends_with('/')) {
      zip_dir_add(zip, name.c_str(), 0);
      continue;
    }
    const auto at =
        zip_file_add(zip, name.c_str(), zip_source_buffer(zip, bytes.data(), bytes.size(), 0), 0);
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(at), ZIP_CM_STORE, 0);
  }
  REQUIRE(zip_close(zip) == 0);
  zip_source_open(target);
  zip_source_seek(target, 0, SEEK_END);
  Bytes made(static_cast<std::size_t>(zip_source_tell(target)));
  zip_source_seek(target, 0, SEEK_SET);
  zip_source_read(target, made.data(), made.size());
  zip_source_close(target);
  zip_source_free(target);
  return made;
}

Bytes some_npy(double x = 1) {
  return npy_bytes(npy_array(Array<double>::Constant(2, 3, x).eval()));
}

// The .npy of a header that says what is not so.
Bytes npy_with(const std::string& description, const std::string& content) {
  std::string header = description;
  header.resize(117, ' ');
  const std::string all = "\x93NUMPY\x01"s + "\0\x76\0"s + header + "\n" + content;
  return bytes_of(all);
}

std::string names_read(std::vector<std::pair<std::string, Bytes>> members) {
  const Bytes bytes = npz_of(std::move(members));
  std::string names;
  for (const NamedArray& array : parse_named_arrays(text_in(bytes), "c.npz", "c")) {
    names += (names.empty() ? "" : ", ") + (array.section.empty() ? "" : array.section + ": ") +
             array.name;
  }
  return names;
}

}  // namespace

TEST_CASE("npz: folders and endings are no part of a name, but for those that mean something",
          "[claims]") {
  const Bytes a = some_npy();
  CHECK(names_read({{"dL/dW1.npy", a}, {"b1.npy", a}}) == "dL/dW1, b1");
  CHECK(names_read({{"dL/dW1.npy", a}, {"dL/db1.npy", a}}) == "dL/dW1, dL/db1");
  CHECK(names_read({{"W1.npy.npy", a}, {"b1", a}}) == "W1, b1");
  CHECK(names_read({{"grads/", {}}, {"grads/W1.npy", a}, {"grads/b1.npy", a}}) ==
        "grads: W1, grads: b1");
  CHECK(names_read({{"out/dL/dW1.npy", a}, {"out/dL/db1.npy", a}}) == "dL/dW1, dL/db1");
  CHECK(names_read({{"net/fc1/weight.npy", a}, {"net/fc2/weight.npy", a}}) ==
        "fc1.weight, fc2.weight");
  CHECK(names_read({{"fc1/weight.npy", a}, {"fc2/weight.npy", a}, {"params/W.npy", a}}) ==
        "fc1.weight, fc2.weight, params: W");
  CHECK_THROWS_WITH(names_read({{"a/W1.npy", a}, {"a/W1.npy.npy", a}}),
                    "c.npz: has two arrays called 'W1'");
}

TEST_CASE("npz: what no array can be is refused before there is memory for it", "[claims]") {
  const auto fails = [](const Bytes& member, const std::string& why) {
    CHECK_THROWS_WITH(names_read({{"W.npy", member}}), "c.npz, array W: " + why);
  };
  fails(npy_with("{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000000,), }",
                 "8bytes.."),
        "is cut off: 8 bytes follow the header, too few for (1000000000000000,) of 8 bytes each");
  fails(npy_with("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }",
                 "8bytes.."),
        "is cut off: 8 bytes follow the header, too few for (4294967296, 4294967296) of 8 bytes "
        "each");
  fails(npy_with("{'descr': '<f8', 'fortran_order': False, 'shape': (0, 3), }", ""),
        "has no entries: its shape is (0, 3)");
}

TEST_CASE("npz: a wrong checksum is an error, and so is more than a claim can have", "[claims]") {
  Bytes bytes = npz_of({{"W.npy", some_npy(0.1)}});
  const Bytes number = some_npy(0.1);
  const auto last = std::find_end(bytes.begin(), bytes.end(), number.end() - 8, number.end());
  REQUIRE(last != bytes.end());
  *last ^= 1U;
  CHECK_THROWS_WITH(parse_named_arrays(text_in(bytes), "c.npz", "c"),
                    "c.npz, array W: is damaged: CRC error");
  CHECK_THROWS_WITH(
      Npz(npz_of({{"W.npy", some_npy()}, {"V.npy", some_npy()}}), "c.npz").read_all(200),
      "c.npz: its arrays have more than 200 bytes when decompressed");
}
