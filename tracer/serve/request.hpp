// What a browser asks and what it is answered, as values: all of serve/ but socket.hpp speaks of
// these, so that tests ask without a socket. Next: guard.hpp, workbench.hpp.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tracer::serve {

struct Header {
  std::string name;  ///< in small letters
  std::string value;
};

struct Request {
  std::string method;  ///< "GET", "POST"
  std::string target;  ///< as it was sent: "/page/7?download"
  std::vector<Header> headers = {};
  std::string body = {};

  std::string_view path() const { return std::string_view(target).substr(0, target.find('?')); }
  /// What stands after the question mark.
  std::string_view query() const {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view()
                                     : std::string_view(target).substr(mark + 1);
  }
  /// Of every header of that name.
  std::vector<std::string_view> values(std::string_view name) const {
    std::vector<std::string_view> found;
    for (const Header& header : headers)
      if (header.name == name) found.emplace_back(header.value);
    return found;
  }
  /// The value, where there is exactly one such header.
  std::string_view only(std::string_view name) const {
    const std::vector<std::string_view> found = values(name);
    return found.size() == 1 ? found.front() : std::string_view();
  }
};

struct Response {
  int status = 200;
  std::string type = "text/plain; charset=utf-8";
  std::string body = {};
  std::vector<Header> headers = {};
};

/// A refusal or a failure in words.
inline Response said(int status, std::string words) {
  return {.status = status, .body = std::move(words) + "\n"};
}

}  // namespace tracer::serve
