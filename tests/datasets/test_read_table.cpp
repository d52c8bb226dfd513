#include "datasets/load.hpp"

#include "datasets/idx.hpp"
#include "datasets/npy.hpp"
#include "tests/catch.hpp"
#include "tests/datasets/files.hpp"
#include "tests/datasets/numpy_files.hpp"
#include "tracer/error.hpp"

using namespace tracer;

TEST_CASE("a file's content says what it is, whatever its name", "[load_file]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "file";
  write_text(path, "1,2,0\n3,4,1\n5,6,0\n7,8,1\n");
  CHECK(load_file(path).features.rows() == 2);
  CHECK(load_file(path).classes.size() == 2);
  FileOptions unlabelled;
  unlabelled.labelled = false;
  CHECK(load_file(path, unlabelled).features.rows() == 3);
  write_bytes(path, from_hex(numpy_savez));
  CHECK(load_file(path).count() == 3);
  CHECK(load_file(path, unlabelled).targets.size() == 0);
  write_bytes(path, from_hex(numpy_savez_compressed));
  CHECK(load_file(path).targets.cols() == 3);
  Array<float> x(3, 2);
  x << 1, 2, 3, 4, 5, 6;
  write_npy(path, npy_array(x));
  CHECK(load_file(path).features(1, 2) == 6);
  write_bytes(path, gzipped(npy_bytes(npy_array(x))));
  CHECK(load_file(path).features(1, 2) == 6);
}

TEST_CASE("labels of IDX pictures are found beside them", "[load_file]") {
  const TemporaryFolder folder;
  const auto images = folder.path() / "train-images-idx3-ubyte.gz";
  write_bytes(images, gzipped(three_pictures()));
  CHECK(load_file(images).targets.size() == 0);
  write_bytes(folder.path() / "train-labels-idx1-ubyte", three_labels());
  CHECK(labels_of(load_file(images)) == std::vector<int>{1, 0, 9});
  FileOptions options;
  options.n = 2;
  CHECK(load_file(images, options).count() == 2);
  options.labelled = false;
  CHECK(load_file(images, options).targets.size() == 0);
  FileOptions named;
  named.labels = folder.path() / "labels";
  write_bytes(named.labels, idx_labels(Bytes{2, 2, 2}));
  CHECK(labels_of(load_file(images, named)) == std::vector<int>{2, 2, 2});
  CHECK_THROWS_WITH(load_file(folder.path() / "train-labels-idx1-ubyte"),
                    (folder.path() / "train-labels-idx1-ubyte").string() +
                        ": this is a file of labels; name the file of pictures");
}

TEST_CASE("targets in a file of their own", "[load_file]") {
  const TemporaryFolder folder;
  Array<float> x(3, 2), y(3, 1);
  x << 1, 2, 3, 4, 5, 6;
  y << 0.5F, 1, 2;
  write_npy(folder.path() / "X.npy", npy_array(x));
  FileOptions options;
  options.labels = folder.path() / "y.npy";
  write_npy(options.labels, npy_array(y));
  CHECK(load_file(folder.path() / "X.npy", options).targets(0, 2) == 2);
}

TEST_CASE("a binary file of no known kind is refused", "[load_file]") {
  const TemporaryFolder folder;
  const auto path = folder.path() / "x.bin";
  write_bytes(path, Bytes{1, 2, 0, 3});
  CHECK_THROWS_WITH(load_file(path),
                    path.string() + ": is of no kind that can be read: csv, npz, npy, idx, png");
  CHECK_THROWS_AS(load_file(folder.path() / "none"), Error);
}
