#include "datasets/catalogue.hpp"

#include <fmt/format.h>

#include <array>
#include <vector>

#include "tracer/error.hpp"

namespace tracer {
namespace {

using Names = std::array<std::string_view, 10>;
constexpr Names digits{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
constexpr Names clothes{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                        "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};

constexpr std::array<std::string_view, 2> mnist_mirrors{
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/"};
// Zalando's own address has no https; what comes from there is judged by its digest all the same.
constexpr std::array<std::string_view, 2> fashion_mirrors{
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"};

struct Content {
  std::string_view sha256;
  std::size_t gz_bytes;
};
// Both sets have the files of MNIST, in name, number and size; what is in them differs.
constexpr ImageSet in_files_of_mnist(ImageSet set, const std::array<Content, 4>& of) {
  set.train_images = {"train-images-idx3-ubyte", of[0].sha256, 16 + 60'000 * 784, of[0].gz_bytes};
  set.train_labels = {"train-labels-idx1-ubyte", of[1].sha256, 8 + 60'000, of[1].gz_bytes};
  set.test_images = {"t10k-images-idx3-ubyte", of[2].sha256, 16 + 10'000 * 784, of[2].gz_bytes};
  set.test_labels = {"t10k-labels-idx1-ubyte", of[3].sha256, 8 + 10'000, of[3].gz_bytes};
  set.train_count = 60'000;
  set.test_count = 10'000;
  return set;
}

constexpr std::array sets{
    in_files_of_mnist(
        {.name = "mnist",
         .title = "MNIST",
         .folder = "mnist",
         .about = "handwritten digits, 28×28 pixels, 60,000 to train on and 10,000 to test",
         .authors = "Yann LeCun, Corinna Cortes, Christopher J. C. Burges",
         .licence = "CC BY-SA 3.0, as generally stated",
         .classes = digits,
         .mirrors = mnist_mirrors},
        {{{"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", 9'912'422},
          {"65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", 28'881},
          {"0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", 1'648'877},
          {"ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", 4'542}}}),
    in_files_of_mnist(
        {.name = "fashion_mnist",
         .title = "Fashion-MNIST",
         .folder = "fashion-mnist",
         .about = "pieces of clothing, 28×28 pixels, 60,000 to train on and 10,000 to test",
         .authors = "Han Xiao, Kashif Rasul, Roland Vollgraf (Zalando SE)",
         .licence = "MIT",
         .classes = clothes,
         .mirrors = fashion_mirrors},
        {{{"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888", 26'421'880},
          {"bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9", 29'515},
          {"5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b", 4'422'102},
          {"0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34", 5'148}}})};

const ImageSet* found(std::string_view name) {
  for (const ImageSet& set : sets) {
    if (name == set.name || name == set.folder) return &set;
  }
  return nullptr;
}

}  // namespace

std::span<const ImageSet> image_sets() { return sets; }

bool is_image_set(std::string_view name) { return found(name) != nullptr; }

const ImageSet& image_set(std::string_view name) {
  if (const ImageSet* set = found(name)) return *set;
  std::vector<std::string_view> names;
  for (const ImageSet& set : sets) names.push_back(set.name);
  throw Error(fmt::format("there is no image set called {}; there are {}", name,
                          fmt::join(names, " and ")));
}

}  // namespace tracer
