#include "datasets/fetch.hpp"

#include <curl/curl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <memory>

#include "tracer/error.hpp"

namespace tracer {
namespace {

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

template <class Value>
void set(CURL* curl, CURLoption option, Value value) {
  curl_easy_setopt(curl, option, value);
}

void set_options(Transfer& transfer, std::array<char, CURL_ERROR_SIZE>& why) {
  CURL* curl = transfer.curl;
  const Fetch& wanted = transfer.wanted;
  set(curl, CURLOPT_URL, wanted.address.c_str());
  set(curl, CURLOPT_USERAGENT, "tracer");
#if LIBCURL_VERSION_NUM >= 0x075500
  set(curl, CURLOPT_PROTOCOLS_STR, "http,https");
  set(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#endif
  set(curl, CURLOPT_FOLLOWLOCATION, 1L);
  set(curl, CURLOPT_MAXREDIRS, 5L);
  set(curl, CURLOPT_FAILONERROR, 1L);  // 404's page is not our file
  set(curl, CURLOPT_NOSIGNAL, 1L);
  set(curl, CURLOPT_CONNECTTIMEOUT, static_cast<long>(wanted.connect_seconds));
  set(curl, CURLOPT_LOW_SPEED_LIMIT, 1000L);
  set(curl, CURLOPT_LOW_SPEED_TIME, static_cast<long>(wanted.silence_seconds));
  set(curl, CURLOPT_TIMEOUT, static_cast<long>(wanted.total_seconds));
  set(curl, CURLOPT_ERRORBUFFER, why.data());
  set(curl, CURLOPT_WRITEFUNCTION, &write);
  set(curl, CURLOPT_WRITEDATA, &transfer);
  set(curl, CURLOPT_NOPROGRESS, 0L);
  set(curl, CURLOPT_XFERINFOFUNCTION, &report);
  set(curl, CURLOPT_XFERINFODATA, &transfer);
  // CURLOPT_RANGE and not CURLOPT_RESUME_FROM, which fails where a server ignores it.
  if (transfer.start > 0) {
    set(curl, CURLOPT_RANGE, fmt::format("{}-", transfer.start).c_str());  // libcurl copies it
  }
}

[[noreturn]] void fail(const std::filesystem::path& part, int error) {
  throw Error(fmt::format("{}: can't be written: {}", part.string(), std::strerror(error)));
}

}  // namespace

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
    std::filesystem::remove(wanted.part);
    return {fmt::format("sends more than {} bytes", wanted.most_bytes)};
  }
  long status = 0;
  curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status == 416) {
    std::filesystem::remove(wanted.part);  // has all that there is, and still was not right
    return {"has nothing behind what was fetched before", true};
  }
  if (code == CURLE_OK) return {};
  if (code == CURLE_HTTP_RETURNED_ERROR) return {fmt::format("answers {}", status)};
  if (code == CURLE_OPERATION_TIMEDOUT) {
    return {fmt::format("is too slow or silent ({} bytes came)", transfer.written)};
  }
  return {why[0] != '\0' ? why.data() : curl_easy_strerror(code), transfer.written > 0};
}

}  // namespace tracer
