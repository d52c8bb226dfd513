// The image sets that this program knows by name: their files, where they can be downloaded, and
// the digests by which they are recognised. Next: load.hpp, download.hpp.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace tracer {

struct CatalogueFile {
  std::string_view name;    ///< without .gz
  std::string_view sha256;  ///< of the decompressed content: the .gz of two mirrors may differ
  std::size_t bytes;        ///< decompressed
  std::size_t gz_bytes;     ///< about: mirrors differ
};

struct ImageSet {
  std::string_view name;    ///< mnist: in lessons and on the command line
  std::string_view title;   ///< MNIST
  std::string_view folder;  ///< fashion-mnist: of its files, below every place that is looked in
  std::string_view about;   ///< one line
  std::string_view authors;
  std::string_view licence;
  CatalogueFile train_images = {}, train_labels = {}, test_images = {}, test_labels = {};
  std::span<const std::string_view> classes;
  std::span<const std::string_view> mirrors;  ///< addresses of folders, ending in /
  int train_count = 0;
  int test_count = 0;
};

std::span<const ImageSet> image_sets();

/// Throws Error naming the sets there are. `fashion-mnist` is accepted for fashion_mnist.
const ImageSet& image_set(std::string_view name);
bool is_image_set(std::string_view name);

}  // namespace tracer
