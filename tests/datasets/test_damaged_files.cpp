// Every reader, with good files cut off at every length and changed in many places: each attempt
// ends in an Error or in a data set, never in anything else. Run it with the sanitizers.
#include "datasets/csv.hpp"
#include "datasets/idx.hpp"
#include "datasets/load.hpp"
#include "datasets/npz.hpp"
#include "datasets/png.hpp"
#include "tests/catch.hpp"
#include "tests/datasets/files.hpp"
#include "tests/datasets/numpy_files.hpp"

using namespace tracer;

namespace {

// What comes back must hang together, whatever was in the file.
void check_hangs_together(const Dataset& data) {
  bool is_right = data.features.rows() > 0 && data.count() > 0 && data.features.isFinite().all();
  if (data.targets.size() > 0) {
    is_right = is_right && data.targets.cols() == data.features.cols();
    if (!data.classes.empty()) {
      const auto classes = static_cast<Eigen::Index>(data.classes.size());
      is_right = is_right &&
                 data.targets.rows() == (classes == 2 && data.targets.rows() == 1 ? 1 : classes);
      for (const int label : labels_of(data)) is_right = is_right && label < classes;
    }
  }
  if (data.is_images()) {
    is_right = is_right && data.image_rows * data.image_columns == data.features.rows();
  }
  if (!is_right) FAIL("a data set that contradicts itself");
}

}  // namespace

TEST_CASE("damaged IDX files end in an error or a data set", "[damaged]") {
  const Bytes images = three_pictures(), labels = three_labels();
  CHECK(damaged_in_every_way(images, [&](const Bytes& bytes) {
          check_hangs_together(idx_dataset(bytes, "i", &labels, "l"));
        }) > 50);
  CHECK(damaged_in_every_way(labels, [&](const Bytes& bytes) {
          check_hangs_together(idx_dataset(images, "i", &bytes, "l"));
        }) > 50);
}

TEST_CASE("damaged CSV files end in an error or a data set", "[damaged]") {
  for (const std::string text :
       {"label,x,\"y, quoted\"\r\n0,1.5,-2e3\r\n1,\"3\",.25\r\n0,1,1\n1,2,2\n",
        "5.1,3.5,setosa\n4.9,3.0,\"versi\"\"color\"\n6,1e2,setosa\n", "1;2;3\n4;5;6\n"}) {
    CHECK(damaged_in_every_way(bytes_of(text), [&](const Bytes& bytes) {
            check_hangs_together(parse_csv(std::string(bytes.begin(), bytes.end()), "f"));
          }) > 20);
  }
}

TEST_CASE("damaged NumPy files end in an error or a data set", "[damaged]") {
  Array<float> x(3, 2);
  x << 1, 2, 3, 4, 5, 6;
  CHECK(damaged_in_every_way(npy_bytes(npy_array(x)), [&](const Bytes& bytes) {
          check_hangs_together(npy_dataset(parse_npy(bytes, "f"), nullptr, {}, "f"));
        }) > 100);
  const TemporaryFolder folder;
  const auto path = folder.path() / "f.npz";
  for (const std::string_view hex : {numpy_savez, numpy_savez_compressed}) {
    CHECK(damaged_in_every_way(from_hex(hex), [&](const Bytes& bytes) {
            put(path, bytes);
            check_hangs_together(npz_dataset(path));
          }) > 100);
  }
}

TEST_CASE("damaged PNG files end in an error or a data set", "[damaged]") {
  // 8×8 gray, a cross: zlib-compressed rows of 8 pixels, each after a 0 (no filter); by Python's
  // zlib and struct.
  const Bytes good = from_hex(
      "89504e470d0a1a0a0000000d4948445200000008000000080800000000e164e1570000001849444154789c63"
      "604002ffffa332fe83013203530d140000cd9613ed8eec7b610000000049454e44ae426082");
  check_hangs_together(png_dataset(good, "f.png"));
  CHECK(damaged_in_every_way(good, [&](const Bytes& bytes) {
          check_hangs_together(png_dataset(bytes, "f.png"));
        }) > 100);
}

TEST_CASE("damaged files of any kind end in an error or a data set", "[damaged]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  for (const Bytes& good :
       {gzipped(bytes_of("1,2,0\n3,4,1\n")), three_pictures(), from_hex(numpy_savez_compressed)}) {
    CHECK(damaged_in_every_way(good, [&](const Bytes& bytes) {
            put(path, bytes);
            check_hangs_together(load_file(path));
          }) > 20);
  }
}
