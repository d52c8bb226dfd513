#include <algorithm>

#include "datasets/download.hpp"
#include "datasets/idx.hpp"
#include "datasets/load.hpp"
#include "tests/catch.hpp"
#include "tests/data_folder.hpp"
#include "tests/datasets/files.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

std::vector<int> class_counts(const Dataset& data) {
  std::vector<int> counts(10);
  for (const int label : labels_of(data)) ++counts[static_cast<std::size_t>(label)];
  return counts;
}

std::vector<int> first_ten(const Dataset& data) {
  const std::vector<int> labels = labels_of(data);
  return {labels.begin(), labels.begin() + 10};
}

// of what is read as float32, summed in double
double mean(const Array<float>& x) { return x.cast<double>().mean(); }

}  // namespace

TEST_CASE("MNIST is MNIST: counts, order, brightness, digests", "[load][needs-mnist]") {
  const auto folder = data_folder();
  if (!folder) {
    WARN("skipped: no MNIST on this machine (TRACER_DATA says where it is)");
    return;
  }
  const Dataset train = load_images("mnist", "train");
  CHECK(train.name == "mnist train");
  CHECK(train.count() == 60'000);
  CHECK(train.features.rows() == 784);
  CHECK(train.image_rows == 28);
  // Counts, first labels and mean as published with the data, and 0.1307 as everybody knows it.
  CHECK(class_counts(train) ==
        std::vector<int>{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
  CHECK(first_ten(train) == std::vector<int>{5, 0, 4, 1, 9, 2, 1, 3, 1, 4});
  CHECK(std::abs(mean(train.features) - 0.1307) < 5e-5);
  const Dataset test = load_images("mnist", "test");
  CHECK(class_counts(test) ==
        std::vector<int>{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009});
  CHECK(first_ten(test) == std::vector<int>{7, 2, 1, 0, 4, 1, 4, 9, 5, 9});
  CHECK(load_images("mnist", "test", 7).count() == 7);
  for (const ImageSet& set : image_sets()) {
    for (const CatalogueFile* file :
         {&set.train_images, &set.train_labels, &set.test_images, &set.test_labels}) {
      const auto path = find_image_file(set, *file);
      CAPTURE(set.name, file->name);
      REQUIRE(path);
      const Bytes content = read_bytes(*path);
      CHECK(sha256(content) == file->sha256);
      CHECK(content.size() == file->bytes);
    }
  }
}

TEST_CASE("Fashion-MNIST has its own classes", "[load][needs-mnist]") {
  const auto folder = data_folder();
  if (!folder) {
    WARN("skipped: no Fashion-MNIST on this machine (TRACER_DATA says where it is)");
    return;
  }
  const Dataset train = load_images("fashion_mnist", "train");
  CHECK(class_counts(train) == std::vector<int>(10, 6000));
  CHECK(first_ten(train) == std::vector<int>{9, 0, 0, 3, 0, 2, 7, 2, 5, 5});
  CHECK(train.classes[9] == "Ankle boot");
  CHECK(std::abs(mean(train.features) - 0.2860) < 5e-5);
  CHECK(first_ten(load_images("fashion-mnist", "test")) ==
        std::vector<int>{9, 2, 1, 1, 6, 1, 4, 6, 5, 7});
}

TEST_CASE("an image set is found in TRACER_DATA, then in the cache, compressed or not", "[load]") {
  const TemporaryFolder data, cache;
  const Environment of_data("TRACER_DATA", data.path().string());
  const Environment of_cache("XDG_CACHE_HOME", cache.path().string());
  const auto in_cache = cache.path() / "tracer" / "mnist";
  CHECK_THROWS_WITH(
      load_images("mnist", "test"),
      "MNIST: t10k-images-idx3-ubyte is not here (looked in " + (data.path() / "mnist").string() +
          ", " + in_cache.string() +
          "); `tracer data download mnist` fetches it, or say with TRACER_DATA which folder has "
          "mnist/");
  std::filesystem::create_directories(in_cache);
  write_bytes(in_cache / "t10k-images-idx3-ubyte.gz", gzipped(three_pictures()));
  write_bytes(in_cache / "t10k-labels-idx1-ubyte", three_labels());
  const Dataset found = load_images("mnist", "test");
  CHECK(found.count() == 3);
  CHECK(found.classes[9] == "9");
  CHECK(load_images("mnist", "test", 1).count() == 1);

  std::filesystem::create_directories(data.path() / "mnist");
  write_bytes(data.path() / "mnist" / "t10k-images-idx3-ubyte",
              idx_images(Bytes{0, 0, 0}, 3, 1, 1));
  CHECK(load_images("mnist", "test").features.rows() == 1);
}

TEST_CASE("without XDG_CACHE_HOME the cache is below the home folder", "[load]") {
  const Environment of_data("TRACER_DATA", std::nullopt);
  const Environment of_home("HOME", "/home/somebody");
  for (const auto& told : {std::optional<std::string>(), std::optional<std::string>("relative"),
                           std::optional<std::string>("")}) {
    const Environment of_cache("XDG_CACHE_HOME", told);
    CHECK(cache_folder(image_set("fashion_mnist")) == "/home/somebody/.cache/tracer/fashion-mnist");
    CHECK(image_folders(image_set("mnist")).size() == 1);
  }
}

TEST_CASE("what is no image set, part or count is refused", "[load]") {
  CHECK_THROWS_WITH(load_images("mnits", "train"),
                    "there is no image set called mnits; there are mnist and fashion_mnist");
  CHECK_THROWS_WITH(load_images("mnist", "tset"), "mnist has the parts train and test, not tset");
  CHECK_THROWS_WITH(load_images("mnist", "test", 10'001),
                    "mnist test has 10000 samples, not 10001");
  CHECK_THROWS_AS(load_images("mnist", "test", -1), Error);
}
