#include "datasets/npz.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <vector>

#include <fmt/format.h>
#include <zip.h>

#include "datasets/dataset.hpp"

namespace tracer {
namespace {

std::string without_ending(std::string name) {
  if (name.ends_with(".npy")) name.resize(name.size() - 4);
  return name;
}

}  // namespace

Npz::Npz(const std::filesystem::path& path) : Npz(read_bytes(path), path.string()) {}

// Reads from memory: the file was read whole, so libzip never sees it change.
Npz::Npz(Bytes bytes, std::string name) : bytes_(std::move(bytes)), name_(std::move(name)) {
  zip_error_t error;
  zip_error_init(&error);
  zip_source_t* source = zip_source_buffer_create(bytes_.data(), bytes_.size(), 0, &error);
  if (source != nullptr) zip_ = zip_open_from_source(source, ZIP_RDONLY, &error);
  if (zip_ == nullptr) {
    const std::string why = zip_error_strerror(&error);
    zip_error_fini(&error);
    if (source != nullptr) zip_source_free(source);
    fail_file(name_, fmt::format("can't be read as an .npz, which is a zip archive: {} (perhaps it "
                                 "was cut short: save it again)",
                                 why));
  }
  zip_error_fini(&error);
}

Npz::~Npz() { zip_discard(zip_); }

std::vector<std::string> Npz::names() const {
  std::vector<std::string> found;
  for (zip_int64_t k = 0; k < zip_get_num_entries(zip_, 0); ++k) {
    const char* name = zip_get_name(zip_, static_cast<zip_uint64_t>(k), 0);
    if (name != nullptr) found.push_back(without_ending(name));
  }
  return found;
}

bool Npz::has(std::string_view array) const { return std::ranges::count(names(), array) > 0; }

// for messages
std::string Npz::called(std::size_t member) const {
  return fmt::format("{}, array {}", name_, names().at(member));
}

// Of a member, decompressed, as the archive says.
std::size_t Npz::size(std::size_t member) const {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat_index(zip_, member, 0, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0) {
    fail_file(called(member), zip_strerror(zip_));
  }
  // Deflate makes at most about 1032 bytes of one: a header that says more is wrong.
  if (stat.size > largest_file || stat.size / 1100 > bytes_.size()) {
    fail_file(called(member),
              fmt::format("its size can't be {} bytes; get the file again", stat.size));
  }
  return stat.size;
}

NpyArray Npz::read_member(std::size_t member) const {
  const std::string shown = called(member);
  const std::size_t expected = size(member);
  const std::unique_ptr<zip_file_t, int (*)(zip_file_t*)> file(zip_fopen_index(zip_, member, 0),
                                                               &zip_fclose);
  if (file == nullptr) fail_file(shown, zip_strerror(zip_));
  Bytes content(expected);
  std::size_t got = 0;
  while (got < content.size()) {
    const zip_int64_t piece = zip_fread(file.get(), content.data() + got, content.size() - got);
    if (piece <= 0) fail_file(shown, fmt::format("is damaged: {}", zip_file_strerror(file.get())));
    got += static_cast<std::size_t>(piece);
  }
  // libzip compares the checksum when it reads past the end.
  unsigned char beyond = 0;
  if (zip_fread(file.get(), &beyond, 1) != 0) {
    fail_file(shown, fmt::format("is damaged: {}", zip_file_strerror(file.get())));
  }
  return parse_npy(content, shown);
}

NpyArray Npz::read(std::string_view array) const {
  const std::vector<std::string> there = names();
  const auto found = std::ranges::find(there, array);
  if (found == there.end()) {
    fail_file(name_, there.empty()
                         ? "has no arrays"
                         : fmt::format("has no array called {}; there {} {}", array,
                                       there.size() == 1 ? "is" : "are", fmt::join(there, ", ")));
  }
  return read_member(static_cast<std::size_t>(found - there.begin()));
}

std::vector<NamedNpy> Npz::read_all(std::size_t limit) const {
  std::vector<NamedNpy> arrays;
  std::size_t left = limit;
  const std::vector<std::string> members = names();
  for (std::size_t k = 0; k < members.size(); ++k) {
    if (members[k].ends_with('/')) continue;  // a folder, as zip -r writes one
    const std::size_t bytes = size(k);
    if (bytes > left)
      fail_file(name_, fmt::format("its arrays have more than {} bytes when decompressed", limit));
    left -= bytes;
    arrays.push_back({members[k], read_member(k)});
  }
  return arrays;
}

void write_npz(const std::filesystem::path& path, const std::vector<NamedNpy>& arrays,
               bool compressed) {
  std::vector<Bytes> members;  // libzip reads them when it closes the archive
  members.reserve(arrays.size());
  zip_error_t error;
  zip_error_init(&error);
  // The archive is made in memory, and write_bytes puts it in its place whole.
  zip_source_t* target = zip_source_buffer_create(nullptr, 0, 0, &error);
  if (target == nullptr) fail_file(path.string(), zip_error_strerror(&error));
  zip_source_keep(target);  // zip_close lets go of it once
  const std::unique_ptr<zip_source_t, void (*)(zip_source_t*)> kept(target, &zip_source_free);
  zip_t* zip = zip_open_from_source(target, ZIP_TRUNCATE, &error);
  if (zip == nullptr) {
    zip_source_free(target);
    fail_file(path.string(), zip_error_strerror(&error));
  }
  const auto fail_here = [&] {
    const std::string why = zip_strerror(zip);
    zip_discard(zip);
    fail_file(path.string(), "can't be written: " + why);
  };
  for (const NamedNpy& array : arrays) {
    members.push_back(npy_bytes(array.array));
    zip_source_t* source = zip_source_buffer(zip, members.back().data(), members.back().size(), 0);
    if (source == nullptr) fail_here();
    const zip_int64_t index = zip_file_add(zip, (array.name + ".npy").c_str(), source,
                                           ZIP_FL_OVERWRITE | ZIP_FL_ENC_UTF_8);
    if (index < 0) {
      zip_source_free(source);
      fail_here();
    }
    const auto at = static_cast<zip_uint64_t>(index);
    const zip_int32_t method = compressed ? ZIP_CM_DEFLATE : ZIP_CM_STORE;
    // DOS dates begin in 1980: 0x0021 is the first of January.
    if (zip_set_file_compression(zip, at, method, 0) != 0 ||
        zip_file_set_dostime(zip, at, 0, 0x0021, 0) != 0) {
      fail_here();
    }
  }
  if (zip_close(zip) != 0) fail_here();

  if (zip_source_open(target) != 0) fail_file(path.string(), "can't be written");
  zip_source_seek(target, 0, SEEK_END);
  Bytes bytes(static_cast<std::size_t>(zip_source_tell(target)));
  zip_source_seek(target, 0, SEEK_SET);
  zip_source_read(target, bytes.data(), bytes.size());
  zip_source_close(target);
  write_bytes(path, bytes);
}

std::vector<NamedNpy> arrays_of(const Dataset& set) {
  std::vector<NamedNpy> arrays{{"X", npy_array(Array<float>(set.features.transpose()))}};
  if (set.targets.size() == 0) return arrays;
  NpyArray y = npy_array(Array<float>(set.targets.transpose()));
  if (!set.classes.empty()) {
    const std::vector<int> labels = labels_of(set);
    y.values = std::vector<float>(labels.begin(), labels.end());
  }
  if (!set.classes.empty() || set.targets.rows() == 1) y.shape = {set.count()};
  arrays.push_back({"y", std::move(y)});
  return arrays;
}

namespace {

std::string first_there(const std::vector<std::string>& names,
                        const std::vector<std::string>& wanted) {
  for (const std::string& name : wanted) {
    if (std::ranges::find(names, name) != names.end()) return name;
  }
  return "";
}

bool is_flat(const NpyArray& array) {
  return array.shape.size() <= 1 || array.rows() == 1 || array.columns() == 1;
}

// Whether the second index counts the samples.
bool samples_are_columns(const NpyArray& x, const NpyArray* y, int feature_count) {
  if (x.shape.size() != 2) return false;
  const std::int64_t rows = x.rows(), columns = x.columns();
  if (feature_count > 0 && rows != columns && (rows == feature_count || columns == feature_count)) {
    return rows == feature_count;
  }
  if (y == nullptr || rows == columns) return false;
  if (is_flat(*y)) {
    const auto count = static_cast<std::int64_t>(y->size());
    return columns == count && rows != count;
  }
  return x.columns() == y->columns() && x.rows() != y->rows();
}

void set_targets_from(Dataset& data, const NpyArray& y, const FileOptions& options,
                      std::int64_t samples, bool in_columns, const std::string& name) {
  const Where where = [&](std::size_t k) { return fmt::format("{}, sample {}", name, k + 1); };
  if (is_flat(y) && static_cast<std::int64_t>(y.size()) == samples) {
    std::vector<double> labels;
    for (std::size_t k = 0; k < y.size(); ++k) {
      if (!std::isfinite(y.at(k))) fail_file(where(k), fmt::format("the target is {}", y.at(k)));
      labels.push_back(y.at(k));
    }
    set_targets(data, labels, {options.classes, options.class_names, options.wants_classes}, where);
    return;
  }
  const std::int64_t count = in_columns ? y.columns() : y.rows();
  if (count != samples || y.shape.size() > 2) {
    fail_file(name,
              fmt::format("targets of shape {} for {} samples of {} features; expected one target "
                          "(or row of targets) a sample",
                          y.shape_text(), samples, data.features.rows()));
  }
  data.targets = in_columns ? matrix_of<float>(y) : transposed_matrix_of<float>(y);
  if (!data.targets.isFinite().all()) fail_file(name, "the targets hold NaN or infinity");
  const Array<float>& t = data.targets;
  const bool is_one_hot = (t == 0 || t == 1).all() && (t.colwise().sum() == 1).all();
  if (!is_one_hot || options.classes == 0) return;
  if (options.classes && *options.classes != t.rows()) {
    fail_file(name,
              fmt::format("the targets have {} classes, expected {}", t.rows(), *options.classes));
  }
  for (Eigen::Index k = 0; k < t.rows(); ++k) data.classes.push_back(std::to_string(k));
  if (options.class_names.size() == data.classes.size()) data.classes = options.class_names;
}

}  // namespace

Dataset npy_dataset(const NpyArray& x, const NpyArray* y, const FileOptions& options,
                    const std::string& name) {
  const bool in_columns = samples_are_columns(x, y, options.features);
  Dataset data;
  data.name = name;
  // C order of m × features is Eigen's order of features × m: a plain copy.
  data.features = in_columns ? matrix_of<float>(x) : transposed_matrix_of<float>(x);
  const std::int64_t samples = data.features.cols();
  if (samples > 2'000'000'000 || data.features.rows() > 2'000'000'000) {
    fail_file(name, fmt::format("an array of shape {} is too large", x.shape_text()));
  }
  if (options.features > 0 && data.features.rows() != options.features) {
    fail_file(name, fmt::format("has {} features (an array of shape {}), expected {}",
                                data.features.rows(), x.shape_text(), options.features));
  }
  if (!data.features.isFinite().all()) fail_file(name, "the features hold NaN or infinity");

  // n × r × c, and n × r × c × 1, are pictures; so are bytes in the size of MNIST's.
  const bool has_sides = x.shape.size() == 3 || (x.shape.size() == 4 && x.shape[3] == 1);
  if (has_sides) {
    data.image_rows = static_cast<int>(x.shape[1]);
    data.image_columns = static_cast<int>(x.shape[2]);
  } else if (x.dtype == "u1" && data.features.rows() == 784) {
    data.image_rows = data.image_columns = 28;
  }
  const bool is_bytes = data.is_images() && x.dtype == "u1" && data.features.maxCoeff() > 1;
  const double by = options.scale.value_or(is_bytes ? 255 : 1);
  if (by != 1) data.features /= static_cast<float>(by);

  if (y != nullptr) set_targets_from(data, *y, options, samples, in_columns, name);
  if (options.n < 0 || options.n > data.count()) {
    fail_file(name, fmt::format("has {} samples, not {}", data.count(), options.n));
  }
  if (options.n > 0 && options.n < data.count()) {
    data.features.conservativeResize(Eigen::NoChange, options.n);
    if (data.targets.size() > 0) data.targets.conservativeResize(Eigen::NoChange, options.n);
  }
  return data;
}

Dataset npz_dataset(const Npz& archive, const FileOptions& options) {
  const std::vector<std::string> names = archive.names();
  std::string features = options.features_name;
  if (features.empty()) {
    features = first_there(
        names, {"x_" + options.part, "X_" + options.part, "X", "x", "images", "data", "features"});
  }
  if (features.empty()) {
    fail_file(archive.name(),
              fmt::format("none of its arrays ({}) is called X; say which holds the "
                          "features",
                          fmt::join(names, ", ")));
  }
  std::string targets = options.targets_name;
  if (targets.empty()) {
    targets = first_there(names, {"y_" + options.part, "Y_" + options.part, "Y", "y", "labels",
                                  "label", "targets", "target"});
  }
  const NpyArray x = archive.read(features);
  if (targets.empty() || !options.labelled) {
    return npy_dataset(x, nullptr, options, archive.name());
  }
  const NpyArray y = archive.read(targets);
  return npy_dataset(x, &y, options, archive.name());
}

}  // namespace tracer
