#include "tracer/serve/guard.hpp"


#include <fmt/format.h>

namespace tracer::serve {
namespace {

bool is_our_host(std::string_view host, int port) {
  for (const char* name : {"127.0.0.1", "localhost", "[::1]"})
    if (host == fmt::format("{}:{}", name, port)) return true;
  return false;
}

bool is_json(std::string_view type) {
  type = type.substr(0, type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return type == "application/json";
}

// Browsers say where a request comes from; programs need not, but a POST does.
bool comes_from_us(const Request& request, bool must_say) {
  const std::string ours = fmt::format("http://{}", request.only("host"));
  const auto origins = request.values("origin");
  if (origins.empty() ? must_say : origins.size() > 1 || origins.front() != ours) return false;
  const auto sites = request.values("sec-fetch-site");
  return !must_say || sites.empty() || (sites.size() == 1 && sites.front() == "same-origin");
}

std::size_t size_of_headers(const Request& request) {
  std::size_t size = 0;
  for (const Header& header : request.headers) size += header.name.size() + header.value.size() + 4;
  return size;
}

}  // namespace

std::string_view token_of(const Request& request) {
  constexpr std::string_view name = "token=";
  if (request.method != "GET" || request.path() != "/" || !request.query().starts_with(name))
    return {};
  return request.query().substr(name.size());
}

std::optional<Response> refusal(const Request& request, const Session& session, int port) {
  if (request.target.size() > Limits::target) return said(414, "this address is too long");
  if (size_of_headers(request) > Limits::headers) return said(431, "these headers are too long");
  if (!is_our_host(request.only("host"), port))
    return said(403,
                fmt::format("the workbench answers as 127.0.0.1:{0} and localhost:{0} only", port));
  const bool posts = request.method == "POST";
  if (!posts && request.method != "GET") {
    Response refused = said(405, "GET and POST are all there is");
    refused.headers.push_back({"allow", "GET, POST"});
    return refused;
  }
  if (request.body.size() > Limits::body)
    return said(413, "this is larger than 1 MiB; tracer on the command line takes it");
  if (!comes_from_us(request, posts)) return said(403, "this comes from another page");
  if (posts && !is_json(request.only("content-type")))
    return said(415, "a POST is application/json here");
  std::string cookies;
  for (const std::string_view part : request.values("cookie")) cookies.append(part).append(";");
  if (!token_of(request).empty() || session.admits(cookies)) return std::nullopt;
  return said(403,
              "Open the address that tracer serve has printed: it holds a key that is good once. "
              "If it has been used, end tracer serve with Ctrl-C and start it again.");
}

}  // namespace tracer::serve
