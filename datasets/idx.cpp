#include "datasets/idx.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "tracer/error.hpp"

namespace tracer {
namespace {

// 00 00: always; 08: unsigned bytes; then the number of sizes that follow.
constexpr std::uint32_t images_magic = 0x00000803;
constexpr std::uint32_t labels_magic = 0x00000801;

std::uint32_t word(std::span<const unsigned char> bytes, std::size_t at) {
  return std::uint32_t{bytes[at]} << 24U | std::uint32_t{bytes[at + 1]} << 16U |
         std::uint32_t{bytes[at + 2]} << 8U | std::uint32_t{bytes[at + 3]};
}

struct Header {
  std::size_t count = 0, rows = 1, columns = 1;
  std::span<const unsigned char> content;
};

Header header_of(std::span<const unsigned char> bytes, const std::string& name,
                 std::uint32_t wanted) {
  const bool of_images = wanted == images_magic;
  const std::size_t length = of_images ? 16 : 8;
  if (bytes.size() >= 4) {
    const std::uint32_t magic = word(bytes, 0);
    if (magic != wanted) {
      throw Error(fmt::format("{}: magic number is {}, expected {}{}", name, magic, wanted,
                              magic == labels_magic   ? " (is this the label file?)"
                              : magic == images_magic ? " (is this the file of pictures?)"
                                                      : " (is this an IDX file?)"));
    }
  }
  if (bytes.size() < length) {
    throw Error(fmt::format("{}: ends in its header: {} bytes, expected {} and more", name,
                            bytes.size(), length));
  }
  Header header;
  header.count = word(bytes, 4);
  if (of_images) {
    header.rows = word(bytes, 8);
    header.columns = word(bytes, 12);
  }
  header.content = bytes.subspan(length);
  // Each size is below 2³², and limits keep the product below 2⁶³.
  if (header.count == 0) throw Error(fmt::format("{}: its header counts no samples", name));
  if (header.rows == 0 || header.columns == 0 || header.rows > 10'000 || header.columns > 10'000) {
    throw Error(fmt::format("{}: pictures of {} by {} pixels, expected 1 to 10000 each", name,
                            header.rows, header.columns));
  }
  const std::size_t size = header.count * header.rows * header.columns;
  if (header.content.size() != size) {
    throw Error(fmt::format(
        "{}: {} bytes follow the header, expected {} ({}){}", name, header.content.size(), size,
        of_images ? fmt::format("{} pictures of {}×{}", header.count, header.rows, header.columns)
                  : fmt::format("{} labels", header.count),
        header.content.size() < size ? "; the file is cut off" : ""));
  }
  return header;
}

void add_labels(Dataset& data, const Header& pictures, const std::string& images_name,
                const Bytes& bytes, const std::string& name) {
  const Header header = header_of(bytes, name, labels_magic);
  if (header.count != pictures.count) {
    throw Error(
        fmt::format("{} has {} labels, but {} has {} pictures; do the files belong together?", name,
                    header.count, images_name, pictures.count));
  }
  // Classes by the whole file, so that its first samples have the same.
  const int classes = std::max(10, *std::ranges::max_element(header.content) + 1);
  const auto first = header.content.first(static_cast<std::size_t>(data.count()));
  data.targets = one_hot(std::vector<int>(first.begin(), first.end()), classes);
  for (int k = 0; k < classes; ++k) data.classes.push_back(std::to_string(k));
}

}  // namespace

bool is_idx_images(std::span<const unsigned char> bytes) {
  return bytes.size() >= 4 && word(bytes, 0) == images_magic;
}

Dataset idx_dataset(const Bytes& images, const std::string& images_name, const Bytes* labels,
                    const std::string& labels_name, int n) {
  const Header header = header_of(images, images_name, images_magic);
  if (n < 0 || static_cast<std::size_t>(n) > header.count) {
    throw Error(
        fmt::format("{}: n is {}, but there are {} pictures", images_name, n, header.count));
  }
  const std::size_t count = n == 0 ? header.count : static_cast<std::size_t>(n);
  const std::size_t pixels = header.rows * header.columns;

  std::array<float, 256> shade{};  // a division each, not 47 million of them
  for (std::size_t k = 0; k < shade.size(); ++k) shade[k] = static_cast<float>(k) / 255.0F;

  Dataset data;
  data.name = images_name;
  data.image_rows = static_cast<int>(header.rows);
  data.image_columns = static_cast<int>(header.columns);
  // Labels first: where they are wrong no time is spent on the pictures.
  data.features.resize(static_cast<Eigen::Index>(pixels), static_cast<Eigen::Index>(count));
  if (labels != nullptr) add_labels(data, header, images_name, *labels, labels_name);
  std::ranges::transform(header.content.first(pixels * count), data.features.data(),
                         [&](unsigned char pixel) { return shade[pixel]; });
  return data;
}

Dataset read_idx(const std::filesystem::path& images, const std::filesystem::path& labels, int n) {
  const Bytes pictures = read_bytes(images);
  if (labels.empty()) return idx_dataset(pictures, images.string(), nullptr, "", n);
  const Bytes names = read_bytes(labels);
  return idx_dataset(pictures, images.string(), &names, labels.string(), n);
}

}  // namespace tracer
