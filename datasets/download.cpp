#include "datasets/download.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>
#include <new>
#include <system_error>

#include "datasets/gzip.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace fs = std::filesystem;
namespace {

// One transfer: from an address to the end of a .part file.
struct Fetch {
  std::string address;
  const fs::path& part;     // appended to, where the server can continue; else begun anew
  std::int64_t most_bytes;  // a server that sends more is stopped
  const DownloadOptions& options;
  std::function<bool(std::int64_t done, std::int64_t total)> progress;  // false: stop
};

struct FetchEnd {
  std::string why;  ///< empty: all that the server had to send has arrived; else half a sentence
  bool was_cut_off = false;  ///< and may be continued from the same address, at once
};

// What libcurl's callbacks work on. They are called from C: nothing may be thrown through it.
struct Transfer {
  const Fetch& wanted;
  CURL* curl;
  std::FILE* file;
  std::int64_t start;        // bytes of an earlier attempt
  std::int64_t written = 0;  // by this one
  bool has_begun = false;    // the first byte of the content is here
  int write_error = 0;       // errno
  bool is_too_long = false;
  bool is_stopped = false;
  std::exception_ptr thrown = nullptr;  // by progress
};

// Headers are over: does the server continue where we were (206), or send it all again (200)?
bool begin(Transfer& transfer) {
  transfer.has_begun = true;
  long status = 0;
  curl_easy_getinfo(transfer.curl, CURLINFO_RESPONSE_CODE, &status);
  if (status == 206 || transfer.start == 0) return true;
  transfer.start = 0;
  return ::ftruncate(::fileno(transfer.file), 0) == 0;
}

std::size_t write(char* content, std::size_t one, std::size_t count, void* to) {
  auto& transfer = *static_cast<Transfer*>(to);
  const std::size_t bytes = one * count;
  if (!transfer.has_begun && !begin(transfer)) {
    transfer.write_error = errno;
    return 0;
  }
  transfer.written += static_cast<std::int64_t>(bytes);
  if (transfer.start + transfer.written > transfer.wanted.most_bytes) {
    transfer.is_too_long = true;
    return 0;
  }
  if (std::fwrite(content, 1, bytes, transfer.file) != bytes) {
    transfer.write_error = errno;
    return 0;
  }
  return bytes;
}

int report(void* to, curl_off_t total, curl_off_t /*done*/, curl_off_t, curl_off_t) {
  auto& transfer = *static_cast<Transfer*>(to);
  if (!transfer.wanted.progress) return 0;
  try {
    transfer.is_stopped = !transfer.wanted.progress(
        transfer.start + transfer.written,
        total > 0 ? transfer.start + static_cast<std::int64_t>(total) : 0);
  } catch (...) {
    transfer.thrown = std::current_exception();
    transfer.is_stopped = true;
  }
  return transfer.is_stopped ? 1 : 0;
}

void set_options(Transfer& transfer, std::array<char, CURL_ERROR_SIZE>& why) {
  CURL* curl = transfer.curl;
  const Fetch& wanted = transfer.wanted;
  curl_easy_setopt(curl, CURLOPT_URL, wanted.address.c_str());
  curl_easy_setopt(curl, CURLOPT_USERAGENT, "tracer");
#if LIBCURL_VERSION_NUM >= 0x075500
  curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#endif
  curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L);
  curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);  // 404's page is not our file
  curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(wanted.options.connect_seconds));
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1000L);
  curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(wanted.options.silence_seconds));
  curl_easy_setopt(curl, CURLOPT_TIMEOUT, static_cast<long>(wanted.options.total_seconds));
  curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why.data());
  curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &write);
  curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, &report);
  curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
  // CURLOPT_RANGE and not CURLOPT_RESUME_FROM, which fails where a server ignores it.
  if (transfer.start > 0) {
    curl_easy_setopt(curl, CURLOPT_RANGE,
                     fmt::format("{}-", transfer.start).c_str());  // libcurl copies it
  }
}

[[noreturn]] void fail(const fs::path& part, int error) {
  throw Error(fmt::format("{}: can't be written: {}", part.string(), std::strerror(error)));
}

// Throws Error where another address would be no better: the .part can't be written, another
// process writes it, `progress` said stop.
FetchEnd fetched(const Fetch& wanted) {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);  // once a process
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(
      started == CURLE_OK ? curl_easy_init() : nullptr, &curl_easy_cleanup);
  if (curl == nullptr) throw Error("libcurl can't be started");
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(wanted.part.c_str(), "ab"),
                                                       &std::fclose);
  if (file == nullptr) fail(wanted.part, errno);
  if (::flock(::fileno(file.get()), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    throw Error(fmt::format("{}: another download writes this file; wait for it to end",
                            wanted.part.string()));
  }
  std::fseek(file.get(), 0, SEEK_END);
  Transfer transfer{wanted, curl.get(), file.get(), std::ftell(file.get())};
  std::array<char, CURL_ERROR_SIZE> why{};
  set_options(transfer, why);
  const CURLcode code = curl_easy_perform(curl.get());

  if (transfer.thrown) std::rethrow_exception(transfer.thrown);
  if (transfer.is_stopped) {
    throw Error(fmt::format("{}: the download was stopped; it continues when it is started again",
                            wanted.part.string()));
  }
  errno = 0;
  if (std::fclose(file.release()) != 0 && transfer.write_error == 0) transfer.write_error = errno;
  if (transfer.write_error != 0) fail(wanted.part, transfer.write_error);
  if (transfer.is_too_long) {
    fs::remove(wanted.part);
    return {fmt::format("sends more than {} bytes", wanted.most_bytes)};
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 416) {
    fs::remove(wanted.part);  // has all that there is, and still was not right
    return {"has nothing behind what was fetched before", true};
  }
  if (code == CURLE_OK) return {};
  if (code == CURLE_HTTP_RETURNED_ERROR) return {fmt::format("answers {}", status)};
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return {fmt::format("is too slow or silent ({} bytes came)", transfer.written)};
  }
  return {why[0] != '\0' ? why.data() : curl_easy_strerror(code), transfer.written > 0};
}

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
  Fetch fetch{address, part, static_cast<std::int64_t>(file.bytes) + 100'000, options, {}};
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

std::string sha256(std::span<const unsigned char> bytes) {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   &EVP_MD_CTX_free);
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  if (context == nullptr || EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) != 1 ||
      EVP_DigestUpdate(context.get(), bytes.data(), bytes.size()) != 1 ||
      EVP_DigestFinal_ex(context.get(), digest.data(), &length) != 1) {
    throw std::bad_alloc();  // the only way in which SHA-256 fails
  }
  return fmt::format("{:02x}", fmt::join(std::span(digest).first(length), ""));
}

std::string sha256_of_text(std::string_view bytes) {
  return sha256(std::span(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
}

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
