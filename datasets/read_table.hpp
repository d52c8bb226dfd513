// A data set from a file of any kind: csv, npz, npy, idx or png, chosen by what the file holds.
// Next: csv.hpp, npz.hpp, idx.hpp, png.hpp.
#pragma once

#include <filesystem>

#include "datasets/dataset.hpp"
#include "datasets/file_options.hpp"

namespace tracer {

/// Throws Error: what the readers throw, and a binary file of no known kind.
Dataset load_file(const std::filesystem::path&, const FileOptions& = {});

}  // namespace tracer
