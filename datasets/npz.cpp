#include "datasets/npz.hpp"

#include <fmt/format.h>
#include <zip.h>

#include <algorithm>
#include <cstring>
#include <memory>

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

}  // namespace tracer
