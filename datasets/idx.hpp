// The format of the MNIST files: a big-endian header (magic number, sizes), then one byte a pixel
// or label. Pictures and their labels are two files. Next: load.hpp.
//
//   00 00 08 03 | count | rows | columns | pixels, row by row      pictures
//   00 00 08 01 | count | labels                                   labels
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "datasets/dataset.hpp"
#include "datasets/gzip.hpp"

namespace tracer {

/// Pictures: features (rows·columns) × m, each pixel k as the float32 nearest to k/255. Without
/// labels (an empty path) there are no targets; with them classes are "0" ... "9" (or up to the
/// largest label) and targets one-hot. n: only the first n; 0: all.
/// Either file may be compressed by gzip.
/// Throws Error naming the file: magic number (and whether the two were swapped), size of the file,
/// counts that differ, n larger than the count.
Dataset read_idx(const std::filesystem::path& images, const std::filesystem::path& labels = {},
                 int n = 0);

/// The same, from what has been read already; the names are for messages.
Dataset idx_dataset(const Bytes& images, const std::string& images_name, const Bytes* labels,
                    const std::string& labels_name, int n = 0);

/// Whether these bytes begin as an IDX file of pictures does.
bool is_idx_images(std::span<const unsigned char>);

}  // namespace tracer
