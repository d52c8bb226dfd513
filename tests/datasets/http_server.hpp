// A small HTTP server on the loopback, for the tests of the downloads: it answers well, or as badly
// as servers do.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace tracer {

struct HttpRequest {
  std::string path;     ///< "/a/train-images-idx3-ubyte.gz"
  long first_byte = 0;  ///< of its Range header
  bool has_range = false;
};

struct HttpAnswer {
  int status = 200;
  std::string content;
  long says_length = -1;         ///< Content-Length, if another than the content's
  bool never_ends = false;       ///< after the content nothing comes, and the line stays open
  bool goes_on_forever = false;  ///< content is sent over and over again
  std::string location = {};     ///< of a redirection
};

/// One request after the other, each on a connection of its own, until the object is gone.
class HttpServer {
 public:
  /// `answer` is called in the server's thread. Throws std::runtime_error: no port is to be had.
  explicit HttpServer(std::function<HttpAnswer(const HttpRequest&)> answer);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string address() const;                ///< "http://127.0.0.1:40123"
  std::vector<HttpRequest> requests() const;  ///< so far

 private:
  void serve();
  void converse(int connection);

  std::function<HttpAnswer(const HttpRequest&)> answer_;
  int listener_ = -1;
  int port_ = 0;
  std::atomic<bool> is_over_ = false;
  mutable std::mutex mutex_;
  std::vector<HttpRequest> requests_;
  std::thread thread_;
};

/// What a good server does with a file: all of it, or from the byte on that was asked for.
HttpAnswer served(const std::string& content, const HttpRequest&);

}  // namespace tracer
