#include "datasets/png.hpp"

#include <png.h>

#include <cmath>

#include "tests/catch.hpp"
#include "tests/datasets/files.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

// A PNG of `channels` bytes a pixel (1 gray, 3 colour, 4 with transparency), row by row.
Bytes png(const Bytes& pixels, unsigned width, unsigned height, int channels = 1) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = width;
  image.height = height;
  image.format = channels == 1 ? PNG_FORMAT_GRAY : channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_RGBA;
  png_alloc_size_t size = 0;
  REQUIRE(png_image_write_to_memory(&image, nullptr, &size, 0, pixels.data(), 0, nullptr) != 0);
  Bytes bytes(size);
  REQUIRE(png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr) !=
          0);
  bytes.resize(size);
  return bytes;
}

Dataset read(const Bytes& bytes) { return png_dataset(bytes, "digit.png"); }

// A paper of one shade with a box of ink: rows top ... top + height − 1.
Bytes box(unsigned width, unsigned height, unsigned left, unsigned top, unsigned w, unsigned h,
          unsigned char ink, unsigned char paper) {
  Bytes pixels(std::size_t{width} * height, paper);
  for (unsigned i = top; i < top + h; ++i) {
    for (unsigned j = left; j < left + w; ++j) pixels[i * width + j] = ink;
  }
  return pixels;
}

float pixel(const Dataset& data, int row, int column) {
  return data.features(row * 28 + column, 0);
}

}  // namespace

TEST_CASE("a picture of MNIST's size is taken as it is", "[png]") {
  Bytes pixels = box(28, 28, 5, 4, 3, 9, 200, 0);
  pixels[28 * 6 + 20] = 51;
  const Dataset data = read(png(pixels, 28, 28));
  REQUIRE(data.count() == 1);
  CHECK(data.image_rows == 28);
  CHECK(data.targets.size() == 0);
  for (int k = 0; k < 784; ++k) {
    CHECK(data.features(k, 0) == static_cast<float>(pixels[static_cast<std::size_t>(k)]) / 255);
  }
}

TEST_CASE("a dark digit on white is inverted, shade by shade", "[png]") {
  Bytes pixels = box(28, 28, 5, 4, 3, 9, 10, 255);
  pixels[28 * 6 + 20] = 51;
  const Dataset data = read(png(pixels, 28, 28));
  CHECK(pixel(data, 0, 0) == 0);
  CHECK(pixel(data, 4, 5) == 245 / 255.0F);
  CHECK(pixel(data, 6, 20) == 204 / 255.0F);
}

TEST_CASE("a larger picture is cropped, scaled into 20×20 and centred by its mass", "[png]") {
  // A bar of 20 × 100 pixels, away from the middle: it becomes 4 × 20, from row 4, column 12 on.
  const Dataset data = read(png(box(200, 300, 150, 20, 20, 100, 0, 255), 200, 300));
  for (int i = 0; i < 28; ++i) {
    for (int j = 0; j < 28; ++j) {
      const bool is_ink = i >= 4 && i < 24 && j >= 12 && j < 16;
      CHECK(std::abs(pixel(data, i, j) - (is_ink ? 1.0F : 0.0F)) < 1e-6F);
    }
  }
}

TEST_CASE("the centre of mass is in the middle, not the middle of the box", "[png]") {
  // An L: a tall bar at the left and a foot to the right. Its mass is left of its box's middle.
  Bytes pixels = box(60, 60, 10, 10, 10, 40, 255, 0);
  for (unsigned i = 40; i < 50; ++i) {
    for (unsigned j = 20; j < 50; ++j) pixels[i * 60 + j] = 255;
  }
  const Dataset data = read(png(pixels, 60, 60));
  double mass = 0, x = 0, y = 0;
  for (int i = 0; i < 28; ++i) {
    for (int j = 0; j < 28; ++j) {
      const auto ink = static_cast<double>(pixel(data, i, j));
      mass += ink;
      x += ink * (j + 0.5);
      y += ink * (i + 0.5);
    }
  }
  CHECK(std::abs(x / mass - 14) <= 0.5);  // whole pixels can come no nearer
  CHECK(std::abs(y / mass - 14) <= 0.5);
  CHECK(mass > 100);
}

TEST_CASE("a small picture is enlarged", "[png]") {
  const Dataset data = read(png(box(7, 7, 3, 1, 1, 5, 255, 0), 7, 7));
  CHECK(std::abs(data.features.sum() - 80) < 1e-3F);  // 1 × 5 becomes 4 × 20
}

TEST_CASE("averaging keeps the mass of what it covers", "[png]") {
  // 30 × 30 with a checkerboard of single pixels: every new pixel is half covered; full ink is the
  // darkest of them.
  Bytes pixels(900, 0);
  for (std::size_t k = 0; k < 900; ++k) {
    const std::size_t i = k / 30, j = k % 30;
    if (i >= 5 && i < 25 && j >= 5 && j < 25) pixels[k] = 255;
  }
  const Dataset data = read(png(pixels, 30, 30));
  CHECK(std::abs(data.features.sum() - 400) < 1e-3F);
}

TEST_CASE("colours become gray and transparency is white paper", "[png]") {
  Bytes colour, clear;
  for (const unsigned char shade : box(40, 40, 18, 10, 4, 20, 0, 255)) {
    colour.insert(colour.end(), {shade, shade, shade});
    clear.insert(clear.end(), {0, 0, 0, static_cast<unsigned char>(255 - shade)});
  }
  const Dataset gray = read(png(box(40, 40, 18, 10, 4, 20, 0, 255), 40, 40));
  CHECK((read(png(colour, 40, 40, 3)).features == gray.features).all());
  CHECK((read(png(clear, 40, 40, 4)).features == gray.features).all());
}

TEST_CASE("an empty picture, and what is no picture, are refused", "[png]") {
  for (const int shade : {0, 100, 255}) {
    for (const unsigned side : {28U, 40U}) {
      CHECK_THROWS_AS(
          read(png(Bytes(std::size_t{side} * side, static_cast<unsigned char>(shade)), side, side)),
          Error);
    }
  }
  CHECK_THROWS_AS(read(bytes_of("not a png")), Error);
  CHECK(read(png(box(3, 3, 1, 1, 1, 1, 255, 0), 3, 3)).features.sum() > 0);
  CHECK_THROWS_AS(read(png(box(1, 2, 0, 0, 1, 1, 255, 0), 1, 2)), Error);  // which is the paper?
}
