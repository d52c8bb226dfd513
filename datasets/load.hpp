// Finds the files of a known image set on this machine and reads them.
//
//   const Dataset train = load_images("mnist", "train");
//
// Looked in, in this order: $TRACER_DATA/mnist, $XDG_CACHE_HOME/tracer/mnist (~/.cache/tracer/mnist
// where XDG_CACHE_HOME is not set); each file with or without .gz. Next: idx.hpp, download.hpp.
#pragma once

#include <filesystem>
#include <optional>
#include <string_view>
#include <vector>

#include "datasets/catalogue.hpp"
#include "datasets/dataset.hpp"

namespace tracer {

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

}  // namespace tracer
