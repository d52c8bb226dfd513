#include "datasets/read_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <system_error>

#include "datasets/gzip.hpp"
#include "datasets/idx.hpp"
#include "datasets/png.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace fs = std::filesystem;
namespace {

bool begins_with(const Bytes& bytes, std::string_view text) {
  return bytes.size() >= text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin(), [](char c, unsigned char byte) {
           return static_cast<unsigned char>(c) == byte;
         });
}

// train-images-idx3-ubyte.gz → train-labels-idx1-ubyte.gz, if that is there, with or without .gz.
fs::path labels_beside(const fs::path& images) {
  std::string name = images.filename().string();
  for (const auto& [of_images, of_labels] :
       {std::pair<std::string_view, std::string_view>{"images", "labels"}, {"idx3", "idx1"}}) {
    const std::size_t at = name.find(of_images);
    if (at == std::string::npos) return {};
    name.replace(at, of_images.size(), of_labels);
  }
  const std::string bare = name.ends_with(".gz") ? name.substr(0, name.size() - 3) : name;
  for (const std::string& candidate : {name, bare, bare + ".gz"}) {
    const fs::path path = images.parent_path() / candidate;
    std::error_code ignored;
    if (fs::is_regular_file(path, ignored)) return path;
  }
  return {};
}

Dataset idx_pair(const Bytes& bytes, const fs::path& path, const FileOptions& options) {
  fs::path labels = options.labels;
  if (labels.empty() && options.labelled) labels = labels_beside(path);
  if (labels.empty()) return idx_dataset(bytes, path.string(), nullptr, "", options.csv.n);
  const Bytes names = read_bytes(labels);
  Dataset data = idx_dataset(bytes, path.string(), &names, labels.string(), options.csv.n);
  if (options.csv.class_names.size() == data.classes.size()) {
    data.classes = options.csv.class_names;
  }
  return data;
}

NpzOptions array_options(const FileOptions& options) {
  NpzOptions of;
  of.features = options.features_name;
  of.targets = options.targets_name;
  of.part = options.part;
  of.classes = options.csv.classes;
  of.class_names = options.csv.class_names;
  of.scale = options.csv.scale;
  of.labelled = options.labelled;
  of.feature_count = options.csv.features;
  of.n = options.csv.n;
  return of;
}

}  // namespace

Dataset load_file(const fs::path& path, const FileOptions& options) {
  const Bytes bytes = read_bytes(path);
  const std::string name = path.string();
  if (is_idx_images(bytes)) return idx_pair(bytes, path, options);
  if (begins_with(bytes, {"\x89PNG", 4})) {
    return read_png(path, options.image_rows, options.image_columns);
  }
  if (begins_with(bytes, "PK")) return npz_dataset(Npz(bytes, name), array_options(options));
  if (begins_with(bytes, {"\x93NUMPY", 6})) {
    const NpyArray x = parse_npy(bytes, name);
    if (options.labels.empty()) return npy_dataset(x, nullptr, array_options(options), name);
    const NpyArray y = read_npy(options.labels);
    return npy_dataset(x, &y, array_options(options), name);
  }
  if (begins_with(bytes, {"\0\0\x08\x01", 4})) {
    throw Error(fmt::format("{}: this is a file of labels; name the file of pictures", name));
  }
  if (std::ranges::find(bytes, 0) != bytes.end()) {
    throw Error(fmt::format("{}: is of no kind that can be read: csv, npz, npy, idx, png", name));
  }
  CsvOptions of_csv = options.csv;
  if (!options.labelled) of_csv.label = CsvOptions::NoLabel{};
  return parse_csv({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, name, of_csv);
}

}  // namespace tracer
