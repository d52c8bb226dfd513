// The one place that knows the network: requests of a browser on this machine, by Boost.Beast, whose
// headers take long to compile. Of the Debian packages of HTTP servers it needs no new one, and has
// limits of size and time for whole requests, so that a slow client holds no thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "tracer/serve/request.hpp"

namespace tracer::serve {

class Socket {
 public:
  /// Listens on 127.0.0.1: at this port, or else at the first free one from 8765 on. Throws Error that
  /// names the port.
  explicit Socket(std::optional<int> port);
  ~Socket();
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;

  int port() const;
  /// Answers, some requests at the same time, until SIGINT or SIGTERM; `ending` is called then, and
  /// makes those that are being answered end soon.
  void serve(const std::function<Response(const Request&)>& respond,
             const std::function<void()>& ending);

 private:
  struct Network;
  std::unique_ptr<Network> network_;
};

}  // namespace tracer::serve
