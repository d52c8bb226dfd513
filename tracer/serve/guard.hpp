// What is asked of every request before anything is done for it. A page of somebody else's that is
// open in the same browser can send requests to 127.0.0.1 too, under any name that its owner lets
// resolve to that (DNS rebinding): so the Host is compared as a whole, a POST must come from our own
// page and be JSON (which no form can send), and without the cookie there is nothing but a refusal.
#pragma once

#include <cstddef>
#include <optional>

#include "tracer/serve/request.hpp"
#include "tracer/serve/session.hpp"

namespace tracer::serve {

struct Limits {
  static constexpr std::size_t target = 2048, headers = 8192, body = std::size_t{1} << 20;  // bytes
};

/// Why the request is refused, in this order: 414 too long an address, 431 headers, 403 another
/// Host, 405 a method that is neither GET nor POST, 413 too large a body; of a POST 403 another
/// Origin, 415 not JSON; then 403 without the cookie, unless it brings a token. Nothing: it
/// may be answered.
std::optional<Response> refusal(const Request&, const Session&, int port);

/// The token of GET /?token=...; "": it is no such request.
std::string_view token_of(const Request&);

}  // namespace tracer::serve
