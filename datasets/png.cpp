#include "datasets/png.hpp"

#include <fmt/format.h>
#include <png.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace tracer {
namespace {

using Picture = Array<float>;  // rows × columns; 0 is background, 1 full ink

constexpr unsigned largest_side = 10'000;
constexpr float faintest = 0.1F;  // less ink than that is paper, or the noise of a photograph

Picture decoded(const Bytes& bytes, const std::string& name) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  if (png_image_begin_read_from_memory(&image, bytes.data(), bytes.size()) == 0) {
    fail_file(name, fmt::format("can't be read as a PNG: {}", image.message));
  }
  if (image.width > largest_side || image.height > largest_side) {
    const auto size = fmt::format("{}×{}", image.width, image.height);
    png_image_free(&image);
    fail_file(name, fmt::format("is a picture of {} pixels, larger than {}", size, largest_side));
  }
  image.format = PNG_FORMAT_GRAY;
  using RowMajor = Eigen::Array<unsigned char, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  RowMajor shades(image.height, image.width);
  const png_color white{255, 255, 255};
  if (png_image_finish_read(&image, &white, shades.data(), 0, nullptr) == 0 ||
      PNG_IMAGE_FAILED(image)) {
    fail_file(name, fmt::format("is a damaged PNG: {}", image.message));
  }
  return shades.cast<float>() / 255.0F;
}

std::vector<float> border_of(const Picture& picture) {
  std::vector<float> border;
  for (Eigen::Index j = 0; j < picture.cols(); ++j) {
    border.push_back(picture(0, j));
    border.push_back(picture(picture.rows() - 1, j));
  }
  for (Eigen::Index i = 0; i < picture.rows(); ++i) {
    border.push_back(picture(i, 0));
    border.push_back(picture(i, picture.cols() - 1));
  }
  std::ranges::sort(border);
  return border;
}

// What stands out from the background, stretched to [0, 1].
Picture ink_of(const Picture& picture, float background, const std::string& name) {
  const float most = picture.maxCoeff();
  if (most - background < faintest) {
    fail_file(name, "is an empty picture: nothing stands out from the background");
  }
  const Picture ink = ((picture - background) / (most - background)).max(0.0F);
  return (ink < faintest).select(0.0F, ink);
}

Picture cropped(const Picture& ink) {
  Eigen::Index top = ink.rows(), bottom = -1, left = ink.cols(), right = -1;
  for (Eigen::Index j = 0; j < ink.cols(); ++j) {
    for (Eigen::Index i = 0; i < ink.rows(); ++i) {
      if (ink(i, j) == 0) continue;
      top = std::min(top, i);
      bottom = std::max(bottom, i);
      left = std::min(left, j);
      right = std::max(right, j);
    }
  }
  return ink.block(top, left, bottom - top + 1, right - left + 1);
}

// to × from: row i averages the part of the old pixels that new pixel i covers.
Matrix<float> averaging(Eigen::Index to, Eigen::Index from) {
  Matrix<float> weights = Matrix<float>::Zero(to, from);
  const double step = static_cast<double>(from) / static_cast<double>(to);
  for (Eigen::Index i = 0; i < to; ++i) {
    const double start = static_cast<double>(i) * step;
    const double end = start + step;
    for (auto k = static_cast<Eigen::Index>(start); k < from && static_cast<double>(k) < end; ++k) {
      const double covered =
          std::min(end, static_cast<double>(k + 1)) - std::max(start, static_cast<double>(k));
      weights(i, k) = static_cast<float>(covered / step);
    }
  }
  return weights;
}

Picture resized(const Picture& picture, Eigen::Index rows, Eigen::Index columns) {
  return (averaging(rows, picture.rows()) * picture.matrix() *
          averaging(columns, picture.cols()).transpose())
      .array();
}

// Where the first of `size` pixels goes among `room`, so that `center` (of the mass, in pixels from
// the first one's edge) comes to the middle; all of them stay inside.
Eigen::Index placed(double center, Eigen::Index size, Eigen::Index room) {
  const auto start = static_cast<Eigen::Index>(std::lround(static_cast<double>(room) / 2 - center));
  return std::clamp<Eigen::Index>(start, 0, room - size);
}

Picture centered(const Picture& ink, Eigen::Index rows, Eigen::Index columns) {
  const auto mass = static_cast<double>(ink.sum());
  double y = 0, x = 0;
  for (Eigen::Index j = 0; j < ink.cols(); ++j) {
    for (Eigen::Index i = 0; i < ink.rows(); ++i) {
      y += static_cast<double>(ink(i, j)) * (static_cast<double>(i) + 0.5) / mass;
      x += static_cast<double>(ink(i, j)) * (static_cast<double>(j) + 0.5) / mass;
    }
  }
  Picture out = Picture::Zero(rows, columns);
  out.block(placed(y, ink.rows(), rows), placed(x, ink.cols(), columns), ink.rows(), ink.cols()) =
      ink;
  return out;
}

Picture like_mnist(const Picture& ink, Eigen::Index rows, Eigen::Index columns) {
  const Picture digit = cropped(ink);
  const double factor = 20.0 / 28.0 *
                        std::min(static_cast<double>(rows) / double(digit.rows()),
                                 static_cast<double>(columns) / double(digit.cols()));
  const auto scaled = [factor](Eigen::Index size, Eigen::Index most) {
    return std::clamp<Eigen::Index>(std::lround(static_cast<double>(size) * factor), 1, most);
  };
  const Picture small = resized(digit, scaled(digit.rows(), rows), scaled(digit.cols(), columns));
  // Thin strokes fade when they are averaged with the paper beside them.
  return centered(small / small.maxCoeff(), rows, columns);
}

}  // namespace

Dataset png_dataset(const Bytes& bytes, const std::string& name, int rows, int columns) {
  Picture picture = decoded(bytes, name);
  std::vector<float> border = border_of(picture);
  if (border[border.size() / 2] > 0.5F) {
    picture =
        (255.0F - (picture * 255.0F).round()) / 255.0F;  // of whole shades, so that they stay k/255
    border = border_of(picture);
  }
  if (picture.rows() != rows || picture.cols() != columns) {
    picture = like_mnist(ink_of(picture, border[border.size() / 2], name), rows, columns);
  } else {
    ink_of(picture, border[border.size() / 2], name);  // throws where there is nothing
  }
  Dataset data;
  data.name = name;
  data.image_rows = rows;
  data.image_columns = columns;
  // A picture lies row by row in a sample, a matrix column by column.
  data.features = picture.transpose().reshaped(Eigen::Index{rows} * columns, 1);
  return data;
}

Bytes png_bytes(const Bytes& pixels, int rows, int columns) {
  const std::size_t count = static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns);
  if (count == 0 || (pixels.size() != count && pixels.size() != 3 * count))
    throw Error(fmt::format("a PNG of {} × {} pixels can't be made of {} bytes", rows, columns,
                            pixels.size()));
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<png_uint_32>(columns);
  image.height = static_cast<png_uint_32>(rows);
  image.format = pixels.size() == count ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
  png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
  Bytes bytes(size);
  if (png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels.data(), 0, nullptr) == 0)
    throw Error(fmt::format("a PNG can't be made: {}", image.message));
  bytes.resize(size);
  return bytes;
}

}  // namespace tracer
