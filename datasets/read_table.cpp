#include "datasets/read_table.hpp"

#include <fmt/format.h>

#include <string_view>
#include <system_error>

#include "datasets/csv.hpp"
#include "datasets/idx.hpp"
#include "datasets/npz.hpp"
#include "datasets/png.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace fs = std::filesystem;
namespace {

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
  if (labels.empty()) return idx_dataset(bytes, path.string(), nullptr, "", options.n);
  const Bytes names = read_bytes(labels);
  Dataset data = idx_dataset(bytes, path.string(), &names, labels.string(), options.n);
  if (options.class_names.size() == data.classes.size()) {
    data.classes = options.class_names;
  }
  return data;
}

}  // namespace

Dataset load_file(const fs::path& path, const FileOptions& options) {
  const Bytes bytes = read_bytes(path);
  const std::string name = path.string();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (is_idx_images(bytes)) return idx_pair(bytes, path, options);
  if (text.starts_with("\x89PNG"))
    return png_dataset(bytes, name, options.image_rows, options.image_columns);
  if (text.starts_with("PK")) return npz_dataset(Npz(bytes, name), options);
  if (text.starts_with("\x93NUMPY")) {
    const NpyArray x = parse_npy(bytes, name);
    if (options.labels.empty()) return npy_dataset(x, nullptr, options, name);
    const NpyArray y = read_npy(options.labels);
    return npy_dataset(x, &y, options, name);
  }
  if (text.starts_with({"\0\0\x08\x01", 4}))
    throw Error(fmt::format("{}: this is a file of labels; name the file of pictures", name));
  if (text.find('\0') != std::string_view::npos)
    throw Error(fmt::format("{}: is of no kind that can be read: csv, npz, npy, idx, png", name));
  return parse_csv(text, name, options);
}

}  // namespace tracer
