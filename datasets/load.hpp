// A data set from its files: finds those of a known image set on this machine, or reads any that is
// named.
//
//   const Dataset train = load_images("mnist", "train");
//
// Looked in, in this order: $TRACER_DATA/mnist, $XDG_CACHE_HOME/tracer/mnist (~/.cache/tracer/mnist
// where XDG_CACHE_HOME is not set); each file with or without .gz. Next: idx.hpp, csv.hpp,
// npz.hpp, png.hpp, download.hpp.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "datasets/dataset.hpp"
#include "datasets/file_options.hpp"

namespace tracer {

// The image sets that this program knows by name: their files, where they can be downloaded, and
// the digests by which they are recognised.

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

/// Features 784 × m in [0, 1] (float32 nearest to pixel/255), targets one-hot 10 × m, class names
/// from the catalogue. part: "train" or "test"; n: the first n only, 0: all.
/// Throws Error: no such set or part, n larger than the set, a file that is not there (naming the
/// folders looked in and `tracer data download ...`) or not right.
Dataset load_images(std::string_view set, std::string_view part, int n = 0);

/// Folders that are looked in for this set, first to last; they need not exist.
std::vector<std::filesystem::path> image_folders(const ImageSet&);
/// Where a download goes: $XDG_CACHE_HOME/tracer/... or ~/.cache/tracer/.... Throws Error where
/// neither XDG_CACHE_HOME nor HOME says where that is.
std::filesystem::path cache_folder(const ImageSet&);
/// The file, with or without .gz, in the first folder that has it.
std::optional<std::filesystem::path> find_image_file(const ImageSet&, const CatalogueFile&);

/// A data set from a file of any kind: csv, npz, npy, idx or png, chosen by what the file holds.
/// Throws Error: what the readers throw, and a binary file of no known kind.
Dataset load_file(const std::filesystem::path&, const FileOptions& = {});

}  // namespace tracer
