#include "tests/datasets/http_server.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace tracer {
namespace {

bool is_readable(int socket, int milliseconds) {
  pollfd waiting{socket, POLLIN, 0};
  return ::poll(&waiting, 1, milliseconds) > 0;
}

// False: the other side has gone.
bool sent(int socket, std::string_view text) {
  while (!text.empty()) {
    const ssize_t piece = ::send(socket, text.data(), text.size(), MSG_NOSIGNAL);
    if (piece <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(piece));
  }
  return true;
}

HttpRequest parsed(const std::string& head) {
  HttpRequest request;
  const std::size_t start = head.find(' ') + 1;
  request.path = head.substr(start, head.find(' ', start) - start);
  const std::size_t range = head.find("Range: bytes=");
  if (range != std::string::npos) {
    request.has_range = true;
    request.first_byte = std::strtol(head.c_str() + range + 13, nullptr, 10);
  }
  return request;
}

}  // namespace

HttpServer::HttpServer(std::function<HttpAnswer(const HttpRequest&)> answer)
    : answer_(std::move(answer)), listener_(::socket(AF_INET, SOCK_STREAM, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);  // and port 0: any that is free
  socklen_t size = sizeof address;
  if (listener_ < 0 || ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 8) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    if (listener_ >= 0) ::close(listener_);
    throw std::runtime_error("no port on the loopback");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

HttpServer::~HttpServer() {
  is_over_ = true;
  thread_.join();
  ::close(listener_);
}

std::string HttpServer::address() const { return "http://127.0.0.1:" + std::to_string(port_); }

std::vector<HttpRequest> HttpServer::requests() const {
  const std::scoped_lock lock(mutex_);
  return requests_;
}

void HttpServer::serve() {
  while (!is_over_) {
    if (!is_readable(listener_, 10)) continue;
    const int connection = ::accept(listener_, nullptr, nullptr);
    if (connection < 0) continue;
    converse(connection);
    ::close(connection);
  }
}

void HttpServer::converse(int connection) {
  std::string head;
  char piece[4096];
  while (head.find("\r\n\r\n") == std::string::npos) {
    if (is_over_ || !is_readable(connection, 1000)) return;
    const ssize_t got = ::recv(connection, piece, sizeof piece, 0);
    if (got <= 0) return;
    head.append(piece, static_cast<std::size_t>(got));
  }
  const HttpRequest request = parsed(head);
  {
    const std::scoped_lock lock(mutex_);
    requests_.push_back(request);
  }
  const HttpAnswer answer = answer_(request);
  std::string reply = "HTTP/1.1 " + std::to_string(answer.status) + " as the test wants\r\n";
  if (!answer.location.empty()) reply += "Location: " + answer.location + "\r\n";
  if (!answer.goes_on_forever) {
    const long length =
        answer.says_length >= 0 ? answer.says_length : static_cast<long>(answer.content.size());
    reply += "Content-Length: " + std::to_string(length) + "\r\n";
  }
  if (answer.status == 206) {
    const auto end = request.first_byte + static_cast<long>(answer.content.size());
    reply += "Content-Range: bytes " + std::to_string(request.first_byte) + "-" +
             std::to_string(end - 1) + "/" + std::to_string(end) + "\r\n";
  }
  reply += "Connection: close\r\n\r\n";
  if (!sent(connection, reply + answer.content)) return;
  while (answer.goes_on_forever && !is_over_ && sent(connection, answer.content)) {
  }
  // Readable means that the other side has hung up.
  while (answer.never_ends && !is_over_ && !is_readable(connection, 10)) {
  }
}

HttpAnswer served(const std::string& content, const HttpRequest& request) {
  if (!request.has_range) return {200, content};
  if (request.first_byte >= static_cast<long>(content.size())) return {416, ""};
  return {206, content.substr(static_cast<std::size_t>(request.first_byte))};
}

}  // namespace tracer
