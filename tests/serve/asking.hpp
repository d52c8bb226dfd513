// A browser that has been let into a workbench, without a socket.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "tests/lessons/run_program.hpp"
#include "tracer/serve/child.hpp"
#include "tracer/serve/workbench.hpp"

namespace tracer {

inline constexpr int bench_port = 8765;

inline serve::Request asked_by_get(std::string target) {
  return {.method = "GET", .target = std::move(target), .headers = {{"host", "127.0.0.1:8765"}}};
}

inline serve::Request asked_by_post(std::string target, std::string body) {
  return {"POST",
          std::move(target),
          {{"host", "127.0.0.1:8765"},
           {"origin", "http://127.0.0.1:8765"},
           {"content-type", "application/json"}},
          std::move(body)};
}

inline std::string header_of(const serve::Response& response, const std::string& name) {
  for (const serve::Header& header : response.headers)
    if (header.name == name) return header.value;
  return "";
}

/// With a folder of its own. The cookie is the browser's.
class Bench {
 public:
  explicit Bench(
      serve::Patience patience = {},
      std::unique_ptr<serve::Runner> runner = std::make_unique<serve::ChildRunner>(TRACER_PROGRAM))
      : folder(place.path()),
        runner_(std::move(runner)),
        workbench(folder, {{"relu-1-1-1", "a title", lessons_folder() / "relu-1-1-1.lesson"}},
                  bench_port, *runner_, patience) {
    const std::string address = workbench.address();
    const serve::Response entry =
        workbench.respond(asked_by_get(address.substr(address.find("/?"))));
    const std::string cookie = header_of(entry, "set-cookie");
    cookie_ = cookie.substr(0, cookie.find(';'));
  }

  serve::Response get(const std::string& target) { return with_cookie(asked_by_get(target)); }
  serve::Response post(const std::string& target, const nlohmann::json& body) {
    return with_cookie(asked_by_post(target, body.dump()));
  }
  serve::Response with_cookie(serve::Request request) {
    request.headers.push_back({"cookie", cookie_});
    return workbench.respond(request);
  }
  /// What a lesson gives; of page "p".
  nlohmann::json compute(const std::string& command, nlohmann::json body) {
    body.update({{"page", "p"}, {"number", ++number_}});
    return nlohmann::json::parse(post("/" + command, body).body);
  }
  const std::string& cookie() const { return cookie_; }

  TemporaryFolder place;
  serve::Folder folder;

 private:
  std::unique_ptr<serve::Runner> runner_;
  std::string cookie_;
  int number_ = 0;

 public:
  serve::Workbench workbench;
};

inline const std::string small_lesson = "# Small\nparam w = 2\nL = w**2\n";

}  // namespace tracer
