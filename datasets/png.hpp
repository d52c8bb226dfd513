// A picture of a digit, made into what MNIST's pictures are; and pictures as PNGs. Next: load.hpp.
#pragma once

#include <string>

#include "datasets/dataset.hpp"
#include "datasets/gzip.hpp"

namespace tracer {

/// One sample, features (rows·columns) × 1 in [0, 1], no targets. Any PNG; colours become gray,
/// transparency the background white.
/// Where the border is light the picture is inverted, for MNIST is white on black. A picture of
/// rows × columns pixels is then taken as it is. Any other is treated as MNIST's were: cropped to
/// what is drawn, scaled (keeping its proportions, averaging) into a box of 20/28 of the size, and
/// placed so that the centre of mass is in the middle.
/// Throws Error naming the file (`name`): no PNG, damaged, larger than 10,000 × 10,000, an empty
/// picture.
/// Source: LeCun, Cortes & Burges, "The MNIST database of handwritten digits" (how it was made).
Dataset png_dataset(const Bytes&, const std::string& name, int rows = 28, int columns = 28);

/// Pixels as a PNG, row by row: 1 byte each, from black to white, or 3, red, green and blue. Throws
/// Error where it has not rows · columns of them.
Bytes png_bytes(const Bytes& pixels, int rows, int columns);

}  // namespace tracer
