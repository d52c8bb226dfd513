// Fetches the files of a known image set, checks what they hold, and only then gives them their
// names. An interrupted download stays as .part and is continued by the next one. Next: load.hpp.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/load.hpp"

namespace tracer {

struct DownloadProgress {
  std::string_view file;    ///< "train-images-idx3-ubyte.gz"
  std::string_view mirror;  ///< the address it comes from
  std::int64_t done;        ///< bytes, those of an earlier attempt included
  std::int64_t total;       ///< 0: not known yet
};

struct DownloadOptions {
  std::vector<std::string> mirrors;  ///< addresses of folders; empty: the catalogue's
  /// Called some times a second; false ends the download (with an Error; the .part stays).
  std::function<bool(const DownloadProgress&)> progress;
  /// Called when a mirror has failed and the next is tried: a sentence saying why.
  std::function<void(const std::string&)> remark;
  int connect_seconds = 20;
  int silence_seconds = 30;  ///< less than 1000 bytes a second for so long: the mirror is given up
  int total_seconds = 1800;  ///< for one file from one mirror
};

enum class DownloadResult { fetched, was_there };

/// One file into `folder` (made if need be) as NAME.gz, from the first mirror whose content has the
/// right digest. A file that is there already, with or without .gz, and right, is left alone.
/// Throws Error with what each mirror did wrong; nothing stands under the final name then.
DownloadResult download_file(const CatalogueFile&, std::span<const std::string> mirrors,
                             const std::filesystem::path& folder, const DownloadOptions& = {});

/// The four files of the set, into `folder`. Returns how many were fetched.
int download_images(const ImageSet&, const std::filesystem::path& folder,
                    const DownloadOptions& = {});

/// Lower-case hexadecimal SHA-256.
std::string sha256(std::span<const unsigned char>);
std::string sha256_of_text(std::string_view bytes);

}  // namespace tracer
