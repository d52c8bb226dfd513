#include "datasets/download.hpp"

#include <fmt/format.h>

#include <array>
#include <optional>
#include <system_error>

#include "datasets/fetch.hpp"
#include "datasets/gzip.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace fs = std::filesystem;
namespace {

// A transfer that is cut off is continued at once.
constexpr int most_attempts = 5;

// Empty: the file holds what it should, compressed or not; else why not.
std::string wrong_with(const fs::path& path, const CatalogueFile& file) {
  try {
    const std::string digest = sha256(read_bytes(path, file.bytes));
    if (digest == file.sha256) return "";
    return fmt::format("content has the digest {}..., expected {}...", digest.substr(0, 12),
                       file.sha256.substr(0, 12));
  } catch (const Error& error) {
    return error.what();
  }
}

std::int64_t size_of(const fs::path& path) {
  std::error_code problem;
  const auto size = fs::file_size(path, problem);
  return problem ? 0 : static_cast<std::int64_t>(size);
}

void move_into_place(const fs::path& part, const fs::path& folder, const CatalogueFile& file) {
  const bool is_compressed = is_gzip(read_raw_bytes(part));
  const fs::path path = folder / fmt::format("{}{}", file.name, is_compressed ? ".gz" : "");
  std::error_code problem;
  fs::rename(part, path, problem);
  if (problem) throw Error(fmt::format("{}: {}", path.string(), problem.message()));
}

// Tries one mirror until it is done, fails, or gets no further. Empty: the file is right.
std::string tried(const std::string& mirror, const fs::path& part, const CatalogueFile& file,
                  const DownloadOptions& options) {
  const std::string name = fmt::format("{}.gz", file.name);
  const std::string address = mirror + (mirror.ends_with('/') ? "" : "/") + name;
  Fetch fetch{address,
              part,
              static_cast<std::int64_t>(file.bytes) + 100'000,
              options.connect_seconds,
              options.silence_seconds,
              options.total_seconds,
              {}};
  if (options.progress) {
    fetch.progress = [&](std::int64_t done, std::int64_t total) {
      return options.progress({name, mirror, done, total});
    };
  }
  std::string why;
  for (int attempt = 0; attempt < most_attempts; ++attempt) {
    const bool is_new = size_of(part) == 0;
    const FetchEnd end = fetched(fetch);
    why = end.why;
    if (!why.empty() && !end.was_cut_off) break;
    if (!why.empty()) continue;
    why = wrong_with(part, file);
    if (why.empty()) return "";
    std::error_code ignored;
    fs::remove(part, ignored);
    // Two mirrors may have compressed the same content differently: then the end of the one does
    // not fit the beginning of the other, and all of it must come from here.
    if (is_new) break;
  }
  return fmt::format("{}: {}", address, why);
}

bool is_there(const CatalogueFile& file, const fs::path& folder, const DownloadOptions& options) {
  const fs::path bare = folder / file.name;
  if (fs::exists(bare)) {
    const std::string why = wrong_with(bare, file);
    if (why.empty()) return true;
    throw Error(
        fmt::format("{}: is there already, but is not right ({}); remove it", bare.string(), why));
  }
  const fs::path compressed = folder / fmt::format("{}.gz", file.name);
  if (!fs::exists(compressed)) return false;
  const std::string why = wrong_with(compressed, file);
  if (why.empty()) return true;
  if (options.remark) options.remark(fmt::format("fetched again, for it is not right: {}", why));
  return false;
}

}  // namespace

DownloadResult download_file(const CatalogueFile& file, std::span<const std::string> mirrors,
                             const fs::path& folder, const DownloadOptions& options) {
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) {
    throw Error(
        fmt::format("{}: the folder can't be made: {}", folder.string(), problem.message()));
  }
  if (is_there(file, folder, options)) return DownloadResult::was_there;

  const fs::path part = folder / fmt::format("{}.gz.part", file.name);
  if (size_of(part) > 0 && wrong_with(part, file).empty()) {  // ended just before it was renamed
    move_into_place(part, folder, file);
    return DownloadResult::fetched;
  }
  std::vector<std::string> reasons;
  for (const std::string& mirror : mirrors) {
    const std::string why = tried(mirror, part, file, options);
    if (why.empty()) {
      move_into_place(part, folder, file);
      return DownloadResult::fetched;
    }
    if (options.remark) options.remark(why);
    reasons.push_back(why);
  }
  if (size_of(part) == 0) fs::remove(part, problem);
  throw Error(fmt::format("{}.gz can't be fetched from {}: {}{}", file.name,
                          mirrors.size() == 1 ? "its mirror" : "any of its mirrors",
                          fmt::join(reasons, "; "),
                          size_of(part) > 0 ? "; start it again to continue, or name another mirror"
                                            : "; name another mirror"));
}

int download_images(const ImageSet& set, const fs::path& folder, const DownloadOptions& options) {
  std::vector<std::string> mirrors = options.mirrors;
  if (mirrors.empty()) mirrors.assign(set.mirrors.begin(), set.mirrors.end());
  int fetched_files = 0;
  for (const CatalogueFile* file :
       {&set.train_images, &set.train_labels, &set.test_images, &set.test_labels}) {
    const DownloadResult result = download_file(*file, mirrors, folder, options);
    fetched_files += result == DownloadResult::fetched ? 1 : 0;
  }
  return fetched_files;
}

}  // namespace tracer
