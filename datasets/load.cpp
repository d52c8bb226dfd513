#include "datasets/load.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <string>
#include <system_error>

#include "datasets/idx.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace fs = std::filesystem;
namespace {

std::optional<fs::path> from_environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return fs::path(value);
}

// The XDG Base Directory Specification: a relative path there counts as none.
std::optional<fs::path> cache() {
  if (const auto told = from_environment("XDG_CACHE_HOME"); told && told->is_absolute()) {
    return *told / "tracer";
  }
  if (const auto home = from_environment("HOME")) return *home / ".cache" / "tracer";
  return std::nullopt;
}

fs::path file_of(const ImageSet& set, const CatalogueFile& file) {
  if (const auto path = find_image_file(set, file)) return *path;
  std::vector<std::string> places;
  for (const fs::path& folder : image_folders(set)) places.push_back(folder.string());
  throw Error(fmt::format(
      "{}: {} is not here (looked in {}); `tracer data download {}` fetches it, or say with "
      "TRACER_DATA which folder has {}/",
      set.title, file.name,
      places.empty() ? "no folder at all" : fmt::format("{}", fmt::join(places, ", ")), set.name,
      set.folder));
}

}  // namespace

std::vector<fs::path> image_folders(const ImageSet& set) {
  std::vector<fs::path> folders;
  if (const auto told = from_environment("TRACER_DATA")) folders.push_back(*told / set.folder);
  if (const auto own = cache()) folders.push_back(*own / set.folder);
  return folders;
}

fs::path cache_folder(const ImageSet& set) {
  if (const auto own = cache()) return *own / set.folder;
  throw Error(
      "neither XDG_CACHE_HOME nor HOME says where the cache is; name a folder for the files");
}

std::optional<fs::path> find_image_file(const ImageSet& set, const CatalogueFile& file) {
  for (const fs::path& folder : image_folders(set)) {
    for (const std::string_view ending : {"", ".gz"}) {
      const fs::path path = folder / (std::string(file.name) + std::string(ending));
      std::error_code ignored;
      if (fs::is_regular_file(path, ignored)) return path;
    }
  }
  return std::nullopt;
}

Dataset load_images(std::string_view name, std::string_view part, int n) {
  const ImageSet& set = image_set(name);
  const bool is_train = part == "train";
  if (!is_train && part != "test") {
    throw Error(fmt::format("{} has the parts train and test, not {}", set.name, part));
  }
  const int count = is_train ? set.train_count : set.test_count;
  if (n < 0 || n > count) {
    throw Error(fmt::format("{} {} has {} samples, not {}", set.name, part, count, n));
  }
  const fs::path images = file_of(set, is_train ? set.train_images : set.test_images);
  const fs::path labels = file_of(set, is_train ? set.train_labels : set.test_labels);
  Dataset data = read_idx(images, labels, n);
  data.name = fmt::format("{} {}", set.name, part);
  if (data.classes.size() != set.classes.size()) {
    throw Error(fmt::format("{}: labels go up to {}, expected 9; get the file again",
                            labels.string(), data.classes.size() - 1));
  }
  data.classes.assign(set.classes.begin(), set.classes.end());
  return data;
}

}  // namespace tracer
