#include "datasets/load.hpp"

#include <array>
#include <cstdlib>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>

#include "datasets/csv.hpp"
#include "datasets/idx.hpp"
#include "datasets/npz.hpp"
#include "datasets/png.hpp"
#include "datasets/text_parts.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

using Names = std::array<std::string_view, 10>;
constexpr Names digits{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"};
constexpr Names clothes{"T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
                        "Sandal",      "Shirt",   "Sneaker",  "Bag",   "Ankle boot"};

constexpr std::array<std::string_view, 2> mnist_mirrors{
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/"};
// Zalando's own address has no https; what comes from there is judged by its digest all the same.
constexpr std::array<std::string_view, 2> fashion_mirrors{
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"};

struct Content {
  std::string_view sha256;
  std::size_t gz_bytes;
};
// Both sets have the files of MNIST, in name, number and size; what is in them differs.
constexpr ImageSet in_files_of_mnist(ImageSet set, const std::array<Content, 4>& of) {
  set.train_images = {"train-images-idx3-ubyte", of[0].sha256, 16 + 60'000 * 784, of[0].gz_bytes};
  set.train_labels = {"train-labels-idx1-ubyte", of[1].sha256, 8 + 60'000, of[1].gz_bytes};
  set.test_images = {"t10k-images-idx3-ubyte", of[2].sha256, 16 + 10'000 * 784, of[2].gz_bytes};
  set.test_labels = {"t10k-labels-idx1-ubyte", of[3].sha256, 8 + 10'000, of[3].gz_bytes};
  set.train_count = 60'000;
  set.test_count = 10'000;
  return set;
}

constexpr std::array sets{
    in_files_of_mnist(
        {.name = "mnist",
         .title = "MNIST",
         .folder = "mnist",
         .about = "handwritten digits, 28×28 pixels, 60,000 to train on and 10,000 to test",
         .authors = "Yann LeCun, Corinna Cortes, Christopher J. C. Burges",
         .licence = "CC BY-SA 3.0, as generally stated",
         .classes = digits,
         .mirrors = mnist_mirrors},
        {{{"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db", 9'912'422},
          {"65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5", 28'881},
          {"0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7", 1'648'877},
          {"ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2", 4'542}}}),
    in_files_of_mnist(
        {.name = "fashion_mnist",
         .title = "Fashion-MNIST",
         .folder = "fashion-mnist",
         .about = "pieces of clothing, 28×28 pixels, 60,000 to train on and 10,000 to test",
         .authors = "Han Xiao, Kashif Rasul, Roland Vollgraf (Zalando SE)",
         .licence = "MIT",
         .classes = clothes,
         .mirrors = fashion_mirrors},
        {{{"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888", 26'421'880},
          {"bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9", 29'515},
          {"5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b", 4'422'102},
          {"0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34", 5'148}}})};

const ImageSet* found(std::string_view name) {
  for (const ImageSet& set : sets) {
    if (name == set.name || name == set.folder) return &set;
  }
  return nullptr;
}

}  // namespace

std::span<const ImageSet> image_sets() { return sets; }

bool is_image_set(std::string_view name) { return found(name) != nullptr; }

const ImageSet& image_set(std::string_view name) {
  if (const ImageSet* set = found(name)) return *set;
  std::vector<std::string_view> names;
  for (const ImageSet& set : sets) names.push_back(set.name);
  throw Error(fmt::format("there is no image set called {}; there are {}", name,
                          fmt::join(names, " and ")));
}

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

enum class Kind { png, zip, npy, other };

Kind kind_of(std::string_view text) {
  if (text.starts_with("\x89PNG")) return Kind::png;
  if (text.starts_with("PK")) return Kind::zip;
  return text.starts_with("\x93NUMPY") ? Kind::npy : Kind::other;
}

// What is no other kind of file, as far as its first bytes tell: it need not be in memory as a whole.
bool begins_as_csv(const fs::path& path) {
  const auto parts = TextParts::of(path, std::numeric_limits<std::size_t>::max());
  if (parts == nullptr) return false;
  std::string start;
  try {
    parts->more(start);
  } catch (const Error&) {  // a zero byte
    return false;
  }
  return kind_of(start) == Kind::other;
}

}  // namespace

Dataset load_file(const fs::path& path, const FileOptions& options) {
  if (begins_as_csv(path)) return read_csv(path, options);
  const Bytes bytes = read_bytes(path);
  const std::string name = path.string();
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (is_idx_images(bytes)) return idx_pair(bytes, path, options);
  switch (kind_of(text)) {
    case Kind::png:
      return png_dataset(bytes, name, options.image_rows, options.image_columns);
    case Kind::zip:
      return npz_dataset(Npz(bytes, name), options);
    case Kind::npy: {
      const NpyArray x = parse_npy(bytes, name);
      if (options.labels.empty()) return npy_dataset(x, nullptr, options, name);
      const NpyArray y = read_npy(options.labels);
      return npy_dataset(x, &y, options, name);
    }
    case Kind::other:
      break;
  }
  if (text.starts_with({"\0\0\x08\x01", 4}))
    throw Error(fmt::format("{}: this is a file of labels; name the file of pictures", name));
  if (text.find('\0') != std::string_view::npos)
    throw Error(fmt::format("{}: is of no kind that can be read: csv, npz, npy, idx, png", name));
  return parse_csv(text, name, options);
}

}  // namespace tracer
