#include "datasets/idx.hpp"
#include "tests/catch.hpp"
#include "tests/datasets/files.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

Dataset both(const Bytes& images, const Bytes& labels, int n = 0) {
  return idx_dataset(images, "images", &labels, "labels", n);
}

}  // namespace

TEST_CASE("pixels are k/255, a picture a column, row by row", "[idx]") {
  const Dataset data = both(three_pictures(), three_labels());
  REQUIRE(data.count() == 3);
  REQUIRE(data.features.rows() == 4);
  CHECK(data.image_rows == 2);
  CHECK(data.image_columns == 2);
  CHECK(data.features(0, 0) == 0);
  CHECK(data.features(1, 0) == 1);
  CHECK(data.features(2, 0) == 0.2F);
  CHECK(data.features(3, 2) == 253 / 255.0F);
  REQUIRE(data.targets.rows() == 10);
  CHECK(labels_of(data) == std::vector<int>{1, 0, 9});
  CHECK(data.targets.sum() == 3);
  CHECK(data.classes.size() == 10);
}

TEST_CASE("every shade is the float32 nearest to k/255", "[idx]") {
  Bytes shades;
  for (int k = 0; k < 256; ++k) shades.push_back(static_cast<unsigned char>(k));
  const Dataset data = idx_dataset(idx_images(shades, 1, 16, 16), "i", nullptr, "");
  CHECK(data.targets.size() == 0);
  CHECK(data.classes.empty());
  for (int k = 0; k < 256; ++k) {
    // |v·255 − k| in double: half a unit in the last place of v, times 255
    const double off = static_cast<double>(data.features(k, 0)) * 255 - k;
    CHECK(std::abs(off) <= 255 * 0.5 * 0x1p-24);
  }
}

TEST_CASE("the first n samples can be read alone", "[idx]") {
  const Dataset data = both(three_pictures(), three_labels(), 2);
  CHECK(data.count() == 2);
  CHECK(labels_of(data) == std::vector<int>{1, 0});
  CHECK(data.classes.size() == 10);
  CHECK_THROWS_WITH(both(three_pictures(), three_labels(), 4),
                    "images: n is 4, but there are 3 pictures");
}

TEST_CASE("files are read from the disk, one of them compressed", "[idx]") {
  const TemporaryFolder folder;
  write_bytes(folder.path() / "i", gzipped(three_pictures()));
  write_bytes(folder.path() / "l", three_labels());
  const Dataset data = read_idx(folder.path() / "i", folder.path() / "l");
  CHECK(labels_of(data) == std::vector<int>{1, 0, 9});
  CHECK(read_idx(folder.path() / "i").targets.size() == 0);
}

TEST_CASE("swapped, foreign and ill-fitting files are told apart", "[idx]") {
  CHECK_THROWS_WITH(both(three_labels(), three_pictures()),
                    "images: magic number is 2049, expected 2051 (is this the label file?)");
  CHECK_THROWS_WITH(both(three_pictures(), three_pictures()),
                    "labels: magic number is 2051, expected 2049 (is this the file of pictures?)");
  CHECK_THROWS_WITH(both(bytes_of("PK\3\4 a zip archive"), three_labels()),
                    "images: magic number is 1347093252, expected 2051 (is this an IDX file?)");
  CHECK_THROWS_WITH(
      both(three_pictures(), idx_labels(Bytes{1, 2})),
      "labels has 2 labels, but images has 3 pictures; do the files belong together?");
  Bytes longer = three_pictures();
  longer.push_back(0);
  CHECK_THROWS_WITH(both(longer, three_labels()),
                    "images: 13 bytes follow the header, expected 12 (3 pictures of 2×2)");
  longer.resize(20);
  CHECK_THROWS_WITH(
      both(longer, three_labels()),
      "images: 4 bytes follow the header, expected 12 (3 pictures of 2×2); the file is cut off");
  longer.resize(9);
  CHECK_THROWS_WITH(both(longer, three_labels()),
                    "images: ends in its header: 9 bytes, expected 16 and more");
  CHECK_THROWS_WITH(both(idx_images({}, 0, 2, 2), three_labels()),
                    "images: its header counts no samples");
}

TEST_CASE("a label above 9 makes more classes", "[idx]") {
  CHECK(both(three_pictures(), idx_labels(Bytes{1, 25, 9})).classes.size() == 26);
}
