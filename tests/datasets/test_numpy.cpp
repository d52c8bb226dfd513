#include "datasets/npy.hpp"
#include "datasets/npz.hpp"
#include "tests/catch.hpp"
#include "tests/datasets/files.hpp"
#include "tests/datasets/numpy_files.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

// A file as NumPy writes it: version, header padded with spaces, content in hexadecimal.
Bytes npy(int version, std::string header, const std::string& content) {
  Bytes bytes = bytes_of("\x93NUMPY");
  bytes.push_back(static_cast<unsigned char>(version));
  bytes.push_back(0);
  while ((header.size() + (version == 1 ? 11 : 13)) % 64 != 0) header += ' ';
  header += '\n';
  bytes.push_back(static_cast<unsigned char>(header.size()));
  bytes.insert(bytes.end(), version == 1 ? 1 : 3, 0);
  const Bytes text = bytes_of(header), numbers = from_hex(content);
  bytes.insert(bytes.end(), text.begin(), text.end());
  bytes.insert(bytes.end(), numbers.begin(), numbers.end());
  return bytes;
}

std::vector<double> values(const NpyArray& array) {
  std::vector<double> all;
  for (std::size_t k = 0; k < array.size(); ++k) all.push_back(array.at(k));
  return all;
}
using NumpyValues = std::vector<double>;
using Extents = std::vector<std::int64_t>;

NpyArray parsed(int version, const std::string& header, const std::string& content) {
  return parse_npy(npy(version, header, content), "f.npy");
}

}  // namespace

// Headers and contents were printed by NumPy 1.24: numpy.lib.format.write_array.
TEST_CASE("every type of number is read, in either byte order", "[numpy]") {
  const NpyArray f4 = parsed(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }",
                             "0000c03f000010c000004040cdcccc3d");
  CHECK(f4.shape == Extents{2, 2});
  CHECK(f4.dtype == "f4");
  CHECK(values(f4) == NumpyValues{1.5, -2.25, 3, static_cast<double>(0.1F)});
  CHECK(std::holds_alternative<std::vector<float>>(f4.values));

  const NpyArray i2 =
      parsed(1, "{'descr': '>i2', 'fortran_order': False, 'shape': (3,), }", "0001fffe012c");
  CHECK(values(i2) == NumpyValues{1, -2, 300});
  const NpyArray f2 = parsed(1, "{'descr': '<f2', 'fortran_order': False, 'shape': (6,), }",
                             "003800b4ff7b0100007c0080");
  CHECK(values(f2) == NumpyValues{0.5, -0.25, 65504, 0x1p-24, INFINITY, -0.0});
  CHECK(std::signbit(f2.at(5)));
  const NpyArray b1 =
      parsed(3, "{'descr': '|b1', 'fortran_order': False, 'shape': (3,), }", "010001");
  CHECK(values(b1) == NumpyValues{1, 0, 1});
  const NpyArray f8 =
      parsed(1, "{'descr': '>f8', 'fortran_order': False, 'shape': (), }", "4004000000000000");
  CHECK(f8.shape.empty());
  CHECK(values(f8) == NumpyValues{2.5});
  const NpyArray u1 =
      parsed(1, "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), }", "00ff");
  CHECK(values(u1) == NumpyValues{0, 255});
  const NpyArray i8 = parsed(1, "{'descr': '<i8', 'fortran_order': False, 'shape': (2,), }",
                             "0000000000ffffff0000000000002000");
  CHECK(values(i8) == NumpyValues{-0x1p40, 0x1p53});
}

TEST_CASE("Fortran order becomes C order, and three indices stay three", "[numpy]") {
  const NpyArray array = parsed(
      2, "{'descr': '<i4', 'fortran_order': True, 'shape': (2, 3, 4), }",
      "000000000c00000004000000100000000800000014000000010000000d0000000500000011000000090000001500"
      "0000020000000e00000006000000120000000a00000016000000030000000f00000007000000130000000b000000"
      "17000000");
  CHECK(array.shape == Extents{2, 3, 4});
  REQUIRE(array.size() == 24);
  for (std::size_t k = 0; k < 24; ++k) CHECK(array.at(k) == static_cast<double>(k));
  CHECK(array.rows() == 2);
  CHECK(array.columns() == 12);
  CHECK(array.shape_text() == "(2, 3, 4)");
  CHECK(matrix_of<double>(array)(1, 2) == 14);
  CHECK(transposed_matrix_of<float>(array)(2, 1) == 14);
}

TEST_CASE("headers are read as Python would, and nothing else is", "[numpy]") {
  CHECK(parsed(1, R"({"shape": (2L, 1L,), "fortran_order": False , "descr": "<f4"})",
               "0000803f00000040")
            .shape == Extents{2, 1});
  for (const char* header :
       {"", "{", "{}", "{'descr': '<f4', 'fortran_order': False, 'shape': (2, -1), }",
        "{'descr': '<f4', 'fortran_order': False}", "{'descr': '<f4', 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': 0, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), 'more': 1}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (2,)} more",
        "{'descr': '<f4', 'fortran_order': False, 'shape': 2}",
        "{'descr': '<f4, 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f4' 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999,)}"}) {
    CAPTURE(header);
    CHECK_THROWS_AS(parsed(1, header, "0000803f00000040"), Error);
  }
}

TEST_CASE("types that hold no real numbers are refused, with a way out", "[numpy]") {
  CHECK_THROWS_WITH(
      parsed(1, "{'descr': '<c8', 'fortran_order': False, 'shape': (1,), }", "00"),
      "f.npy: has entries of type '<c8', expected floats of 2, 4 or 8 bytes, integers "
      "or bool; in Python, astype(\"float32\") makes them so");
  for (const char* type : {"'|O'", "'<U3'", "'<f16'", "'f4'", "'<f3'", "''", "[('x', '<f4')]"}) {
    CAPTURE(type);
    CHECK_THROWS_AS(
        parsed(1, std::string("{'descr': ") + type + ", 'fortran_order': False, 'shape': (1,), }",
               "00000000"),
        Error);
  }
}

TEST_CASE("a size that does not fit its header is refused", "[numpy]") {
  const std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }";
  CHECK_THROWS_WITH(
      parsed(1, header, "0000803f"),
      "f.npy: is cut off: 4 bytes follow the header, too few for (2,) of 4 bytes each");
  CHECK_THROWS_WITH(parsed(1, header, "0000803f0000004000"),
                    "f.npy: 9 bytes follow the header, expected 8 for (2,) of 4 bytes each");
  // 2³² · 2³² · 4 bytes would be 0 in 64 bits
  CHECK_THROWS_AS(parsed(1,
                         "{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, "
                         "4294967296), }",
                         ""),
                  Error);
  CHECK_THROWS_WITH(parsed(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 3), }", ""),
                    "f.npy: has no entries: its shape is (0, 3)");
  CHECK_THROWS_WITH(parse_npy(bytes_of("x"), "f.npy"), "f.npy: does not begin as a .npy file does");
  Bytes version_4 = npy(1, header, "0000803f00000040");
  version_4[6] = 4;
  CHECK_THROWS_WITH(parse_npy(version_4, "f.npy"),
                    "f.npy: is of .npy version 4.0, expected 1.0, 2.0 or 3.0");
}

TEST_CASE("what is written is what NumPy would write, and comes back", "[numpy]") {
  Array<float> x(2, 2);
  x << 1.5F, -2.25F, 3.0F, 0.1F;
  CHECK(npy_bytes(npy_array(x)) ==
        npy(1, "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2), }",
            "0000c03f000010c000004040cdcccc3d"));
  const TemporaryFolder folder;
  Array<double> y(3, 1);
  y << 0.1, -1e300, 5e-324;
  write_npy(folder.path() / "y.npy", npy_array(y));
  const NpyArray back = read_npy(folder.path() / "y.npy");
  CHECK(back.shape == Extents{3, 1});
  CHECK((matrix_of<double>(back) == y).all());
}

TEST_CASE("an archive of NumPy's is read, compressed or not", "[numpy]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "f.npz";
  for (const std::string_view hex : {numpy_savez, numpy_savez_compressed}) {
    write_bytes(path, from_hex(hex));
    CHECK(Npz(path).names() == std::vector<std::string>{"X", "y"});
    const NpyArray x = Npz(path).read("X");
    CHECK(x.shape == Extents{3, 2});
    CHECK(values(x) == NumpyValues{1, 2, 3, 4, 5, 6});
    CHECK(Npz(path).read_all().size() == 2);
    CHECK(values(Npz(path).read_all()[1].array) == NumpyValues{0, 1, 1});
    CHECK_THROWS_WITH(Npz(path).read("Z"),
                      path.string() + ": has no array called Z; there are X, y");
  }
  write_text(path, "PK nothing of the kind");
  CHECK_THROWS_AS(Npz(path).read_all(), Error);
}

TEST_CASE("archives that are written come back, and are the same bytes each time", "[numpy]") {
  const TemporaryFolder folder;
  Array<float> w(20, 30);
  for (Eigen::Index k = 0; k < w.size(); ++k) w(k) = static_cast<float>(k) / 7;
  Array<double> b = Array<double>::Constant(4, 1, 0.1);
  for (const bool compressed : {false, true}) {
    const auto path = folder.path() / "a.npz", other = folder.path() / "b.npz";
    write_npz(path, {{"W1", npy_array(w)}, {"b1", npy_array(b)}}, compressed);
    write_npz(other, {{"W1", npy_array(w)}, {"b1", npy_array(b)}}, compressed);
    CHECK(read_raw_bytes(path) == read_raw_bytes(other));
    CHECK((matrix_of<float>(Npz(path).read("W1")) == w).all());
    CHECK((matrix_of<double>(Npz(path).read("b1")) == b).all());
  }
  CHECK_THROWS_AS(write_npz(folder.path() / "none" / "a.npz", {{"W1", npy_array(w)}}), Error);
}

namespace {

NpyArray array(Extents shape, std::vector<float> numbers, const char* dtype = "f4") {
  return {std::move(shape), dtype, std::move(numbers)};
}

}  // namespace

TEST_CASE("samples are the rows of X, or its columns where the targets say so", "[numpy]") {
  const NpyArray x = array({4, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  const NpyArray four = array({4}, {0, 1, 1, 0}), two = array({2}, {0.5, 1.5});
  const Dataset rows = npy_dataset(x, &four, {}, "f");
  CHECK(rows.features.rows() == 2);
  CHECK(rows.features(1, 2) == 6);
  CHECK(labels_of(rows) == std::vector<int>{0, 1, 1, 0});
  const Dataset columns = npy_dataset(x, &two, {}, "f");
  CHECK(columns.features.rows() == 4);
  CHECK(columns.features(2, 1) == 6);
  CHECK(columns.targets(0, 1) == 1.5F);
  const NpyArray three = array({3}, {0, 1, 1});
  CHECK_THROWS_WITH(npy_dataset(x, &three, {}, "f"),
                    "f: targets of shape (3,) for 4 samples of 2 features; expected one target (or "
                    "row of targets) a sample");
  FileOptions of_four;
  of_four.features = 4;
  CHECK(npy_dataset(x, nullptr, of_four, "f").features.rows() == 4);
  of_four.features = 3;
  CHECK_THROWS_WITH(npy_dataset(x, nullptr, of_four, "f"),
                    "f: has 2 features (an array of shape (4, 2)), expected 3");
}

TEST_CASE("rows of one-hot targets are classes, other rows are numbers", "[numpy]") {
  const NpyArray x = array({2, 1}, {7, 8});
  const NpyArray hot = array({2, 3}, {0, 1, 0, 0, 0, 1});
  const Dataset data = npy_dataset(x, &hot, {}, "f");
  CHECK(labels_of(data) == std::vector<int>{1, 2});
  CHECK(data.classes.size() == 3);
  const NpyArray numbers = array({2, 3}, {0, 1, 0, 0, 0.5, 1});
  CHECK(npy_dataset(x, &numbers, {}, "f").classes.empty());
  CHECK(npy_dataset(x, &numbers, {}, "f").targets(1, 1) == 0.5F);
}

TEST_CASE("bytes with two sides are pictures, divided by 255", "[numpy]") {
  const NpyArray pictures = array({2, 2, 3}, {0, 51, 255, 0, 0, 0, 1, 1, 1, 1, 1, 1}, "u1");
  const Dataset data = npy_dataset(pictures, nullptr, {}, "f");
  CHECK(data.image_rows == 2);
  CHECK(data.image_columns == 3);
  CHECK(data.features(1, 0) == 0.2F);
  CHECK(data.count() == 2);
  FileOptions first;
  first.n = 1;
  first.scale = 51;
  CHECK(npy_dataset(pictures, nullptr, first, "f").count() == 1);
  CHECK(npy_dataset(pictures, nullptr, first, "f").features(1, 0) == 1);
  first.n = 3;
  CHECK_THROWS_WITH(npy_dataset(pictures, nullptr, first, "f"), "f: has 2 samples, not 3");
}

TEST_CASE("NaN among features or targets is refused", "[numpy]") {
  const NpyArray x = array({2, 1}, {1, NAN}), good = array({2, 1}, {1, 2});
  const NpyArray y = array({2}, {1, INFINITY});
  CHECK_THROWS_WITH(npy_dataset(x, nullptr, {}, "f"), "f: the features hold NaN or infinity");
  CHECK_THROWS_WITH(npy_dataset(good, &y, {}, "f"), "f, sample 2: the target is inf");
}

TEST_CASE("arrays are found by the usual names, by part, or by those given", "[numpy]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "f.npz";
  const NpyArray one = array({2, 1}, {1, 2}), two = array({2, 1}, {3, 4});
  const NpyArray t = array({2}, {0.5, 0.25});
  write_npz(path, {{"x_train", one}, {"y_train", t}, {"x_test", two}, {"y_test", t}, {"Q", two}});
  CHECK(npz_dataset(path).features(0, 1) == 2);
  CHECK(npz_dataset(path).targets(0, 1) == 0.25F);
  FileOptions options;
  options.part = "test";
  CHECK(npz_dataset(path, options).features(0, 1) == 4);
  options.features_name = "Q";
  options.labelled = false;
  CHECK(npz_dataset(path, options).targets.size() == 0);
  options.features_name = "none";
  CHECK_THROWS_AS(npz_dataset(path, options), Error);
  write_npz(path, {{"a", one}, {"b", t}});
  CHECK_THROWS_WITH(npz_dataset(path), path.string() +
                                           ": none of its arrays (a, b) is called X; say which "
                                           "holds the features");
}
