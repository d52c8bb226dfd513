#include "tracer/serve/socket.hpp"

#include <atomic>
#include <cctype>
#include <chrono>
#include <csignal>
#include <utility>

#include <fmt/format.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>

#include "tracer/error.hpp"
#include "tracer/serve/guard.hpp"

namespace tracer::serve {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using Tcp = asio::ip::tcp;

namespace {

constexpr int first_port = 8765, ports_tried = 100;
constexpr std::size_t most_connections = 64, most_threads = 16;
constexpr std::chrono::seconds to_ask{20}, to_take{20}, to_leave{2};

using Respond = std::function<Response(const Request&)>;

Request read_request(const http::request<http::string_body>& read) {
  Request request{std::string(read.method_string()), std::string(read.target()), {}, read.body()};
  for (const auto& field : read) {
    std::string name(field.name_string());
    for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    request.headers.push_back({std::move(name), std::string(field.value())});
  }
  return request;
}

// One connection, a request after the other. All of it runs on the one thread of the network but
// respond(), which has threads of its own.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Tcp::socket socket, asio::thread_pool& workers, const Respond& respond,
             std::atomic<std::size_t>& count)
      : stream_(std::move(socket)), workers_(workers), respond_(respond), count_(count) {
    ++count_;
  }
  ~Connection() { --count_; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void read() {
    parser_.emplace();
    parser_->header_limit(static_cast<std::uint32_t>(Limits::target + Limits::headers));
    parser_->body_limit(Limits::body);
    stream_.expires_after(to_ask);  // for all of it, however slowly it comes
    http::async_read(
        stream_, buffer_, *parser_,
        [self = shared_from_this()](beast::error_code failed, std::size_t) { self->take(failed); });
  }

 private:
  void take(beast::error_code failed) {
    if (failed == http::error::body_limit)
      return write(said(413, "this is larger than 1 MiB; tracer on the command line takes it"),
                   false);
    if (failed == http::error::header_limit || failed == http::error::buffer_overflow)
      return write(said(431, "these headers are too long"), false);
    if (failed == http::error::end_of_stream || failed == beast::error::timeout) return close();
    if (failed.category() == http::make_error_code(http::error::bad_method).category())
      return write(said(400, "this is no request of HTTP"), false);
    if (failed) return close();
    stream_.expires_never();
    asio::post(workers_, [self = shared_from_this()] {
      const auto& read = self->parser_->get();
      Response response = self->respond_(read_request(read));
      const bool goes_on = read.keep_alive();
      asio::post(self->stream_.get_executor(),
                 [self, response = std::move(response), goes_on]() mutable {
                   self->write(std::move(response), goes_on);
                 });
    });
  }

  void write(Response response, bool goes_on) {
    answer_.emplace();
    answer_->version(11);
    answer_->result(static_cast<unsigned>(response.status));
    answer_->set(http::field::content_type, response.type);
    if (response.headers.empty()) answer_->set("x-content-type-options", "nosniff");
    for (const Header& header : response.headers) answer_->set(header.name, header.value);
    answer_->body() = std::move(response.body);
    answer_->keep_alive(goes_on);
    answer_->prepare_payload();
    stream_.expires_after(to_take);
    http::async_write(stream_, *answer_,
                      [self = shared_from_this(), goes_on](beast::error_code failed, std::size_t) {
                        if (failed) return;
                        if (goes_on)
                          self->read();
                        else
                          self->leave();
                      });
  }

  // What still comes is read, or the system would throw our answer away with it.
  void leave() {
    beast::error_code ignored;
    stream_.socket().shutdown(Tcp::socket::shutdown_send, ignored);
    stream_.expires_after(to_leave);
    drain();
  }
  void drain() {
    buffer_.clear();
    stream_.async_read_some(buffer_.prepare(std::size_t{1} << 16U),
                            [self = shared_from_this()](beast::error_code failed, std::size_t n) {
                              self->drained_ += n;
                              constexpr std::size_t most = std::size_t{64} << 20U;
                              if (!failed && self->drained_ < most) self->drain();
                            });
  }
  void close() {
    beast::error_code ignored;
    stream_.socket().shutdown(Tcp::socket::shutdown_both, ignored);
  }

  beast::tcp_stream stream_;
  beast::flat_buffer buffer_{std::size_t{1} << 17U};
  std::optional<http::request_parser<http::string_body>> parser_;
  std::optional<http::response<http::string_body>> answer_;
  std::size_t drained_ = 0;
  asio::thread_pool& workers_;
  const Respond& respond_;
  std::atomic<std::size_t>& count_;
};

}  // namespace

struct Socket::Network {
  std::atomic<std::size_t> connections{0};  // outlives them
  asio::io_context context{1};
  Tcp::acceptor acceptor{context};

  // What is wrong; nothing: it listens.
  beast::error_code listen(int port) {
    beast::error_code failed;
    const Tcp::endpoint here(asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(port));
    acceptor.open(here.protocol(), failed);
    // a port that was ours a moment ago is free
    if (!failed) acceptor.set_option(Tcp::acceptor::reuse_address(true), failed);
    if (!failed) acceptor.bind(here, failed);
    if (!failed) acceptor.listen(asio::socket_base::max_listen_connections, failed);
    beast::error_code ignored;
    if (failed) acceptor.close(ignored);
    return failed;
  }

  void accept(asio::thread_pool& workers, const Respond& respond) {
    acceptor.async_accept([this, &workers, &respond](beast::error_code failed, Tcp::socket socket) {
      if (failed == asio::error::operation_aborted) return;
      if (!failed && connections < most_connections)
        std::make_shared<Connection>(std::move(socket), workers, respond, connections)->read();
      accept(workers, respond);
    });
  }
};

Socket::Socket(std::optional<int> port) : network_(std::make_unique<Network>()) {
  const int first = port.value_or(first_port);
  const int last = port ? first : first + ports_tried - 1;
  beast::error_code failed;
  for (int tried = first; tried <= last; ++tried)
    if (failed = network_->listen(tried); !failed) return;
  if (port)
    throw Error(fmt::format(
        "--port {}: {}; leave --port out, and the first free one is taken", first,
        failed == asio::error::address_in_use ? "this port is in use" : failed.message()));
  throw Error(fmt::format("no port from {} to {} is free: {}", first, last, failed.message()));
}

Socket::~Socket() = default;

int Socket::port() const { return network_->acceptor.local_endpoint().port(); }

void Socket::serve(const Respond& respond, const std::function<void()>& ending) {
  asio::thread_pool workers(most_threads);
  asio::signal_set signals(network_->context, SIGINT, SIGTERM);
  signals.async_wait([this](beast::error_code failed, int) {
    if (!failed) network_->context.stop();
  });
  network_->accept(workers, respond);
  network_->context.run();
  beast::error_code ignored;
  network_->acceptor.close(ignored);
  ending();
  workers.join();
}

}  // namespace tracer::serve
