#include "tests/bench/images.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <random>
#include <string>
#include <vector>

#include "datasets/load.hpp"
#include "tests/data_folder.hpp"
#include "tracer/error.hpp"

namespace tracer::bench {

namespace {

constexpr int count = 60'000;
constexpr int side = 28;
constexpr int pixels = side * side;

// IDX: a magic number and the sizes, big-endian, then the bytes
void write_idx(const std::filesystem::path& path, std::vector<std::uint32_t> header,
               const std::vector<std::uint8_t>& bytes) {
  std::ofstream file(path, std::ios::binary);
  for (const std::uint32_t number : header) {
    for (const int shift : {24, 16, 8, 0}) file.put(static_cast<char>(number >> shift & 0xFFU));
  }
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  if (!file.flush()) throw Error(path.string() + ": could not be written");
}

// A sum of bumps, of which the highest 19 % of the pixels are kept
std::array<float, pixels> shape_of_class(std::mt19937& random) {
  std::uniform_real_distribution<float> inside(8.0F, 20.0F);
  std::array<float, pixels> shape{};
  for (int bump = 0; bump < 5; ++bump) {
    const float row = inside(random);
    const float column = inside(random);
    for (int p = 0; p < pixels; ++p) {
      const float down = static_cast<float>(p / side) - row;
      const float across = static_cast<float>(p % side) - column;
      shape[static_cast<std::size_t>(p)] += std::exp(-(down * down + across * across) / 12);
    }
  }
  std::array<float, pixels> sorted = shape;
  std::ranges::sort(sorted, std::greater());
  const float least = sorted[pixels * 19 / 100];
  const float most = sorted[0];
  for (float& v : shape) v = std::max(0.0F, (v - least) / (most - least));
  return shape;
}

void write_made_up(const std::filesystem::path& folder) {
  std::mt19937 random(20);
  std::vector<std::array<float, pixels>> shapes;
  for (int k = 0; k < 10; ++k) shapes.push_back(shape_of_class(random));
  std::uniform_int_distribution<int> any_class(0, 9);
  std::uniform_int_distribution<int> shift(-3, 3);
  std::uniform_real_distribution<float> strength(0.4F, 1.0F);
  std::vector<std::uint8_t> images(static_cast<std::size_t>(count) * pixels);
  std::vector<std::uint8_t> labels;
  for (std::size_t i = 0; i < count; ++i) {
    const int label = any_class(random);
    labels.push_back(static_cast<std::uint8_t>(label));
    const int down = shift(random);
    const int across = shift(random);
    for (int p = 0; p < pixels; ++p) {
      const int row = p / side - down;
      const int column = p % side - across;
      if (row < 0 || row >= side || column < 0 || column >= side) continue;
      const float value =
          shapes[static_cast<std::size_t>(label)][static_cast<std::size_t>(row * side + column)];
      if (value > 0) {
        images[i * pixels + static_cast<std::size_t>(p)] =
            static_cast<std::uint8_t>(1 + 254 * std::sqrt(value) * strength(random));
      }
    }
  }
  std::filesystem::create_directories(folder);
  write_idx(folder / "train-images-idx3-ubyte", {2051, count, side, side}, images);
  write_idx(folder / "train-labels-idx1-ubyte", {2049, count}, labels);
}

}  // namespace

Images find_images(const std::filesystem::path& scratch, bool made_up) {
  if (!made_up) {
    data_folder();  // tells the loader of the folder beside the project
    const ImageSet& mnist = image_set("mnist");
    if (const auto found = find_image_file(mnist, mnist.train_images))
      return {.folder = found->parent_path().parent_path(), .real = true};
  }
  write_made_up(scratch / "mnist");
  return {.folder = scratch, .real = false};
}

}  // namespace tracer::bench
