#include "tracer/serve/session.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <sys/random.h>

#include "tracer/error.hpp"

namespace tracer::serve {
namespace {

std::string random_name() {
  std::array<unsigned char, 32> bytes{};
  ssize_t got = 0;
  do {
    got = ::getrandom(bytes.data(), bytes.size(), 0);
  } while (got < 0 && errno == EINTR);
  // up to 256 bytes come whole (getrandom(2))
  if (got != static_cast<ssize_t>(bytes.size()))
    throw Error(fmt::format("the system gives no random numbers: {}", std::strerror(errno)));
  std::string text;
  for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
  return text;
}

// Takes as long wherever the first difference is.
bool is_same(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i)
    difference |=
        static_cast<unsigned char>(a[i]) ^ static_cast<unsigned>(static_cast<unsigned char>(b[i]));
  return difference == 0;
}

}  // namespace

Session::Session(int port)
    : name_(fmt::format("tracer-{}", port)), token_(random_name()), secret_(random_name()) {}

std::optional<std::string> Session::exchange(std::string_view token) {
  const std::lock_guard lock(exchanging_);
  if (exchanged_ || !is_same(token, token_)) return std::nullopt;
  exchanged_ = true;
  return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict", name_, secret_);
}

bool Session::admits(std::string_view cookies) const {
  while (!cookies.empty()) {
    const std::size_t end = std::min(cookies.find(';'), cookies.size());
    std::string_view one = cookies.substr(0, end);
    cookies.remove_prefix(std::min(end + 1, cookies.size()));
    one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
    const std::size_t equals = one.find('=');
    if (equals == std::string_view::npos || one.substr(0, equals) != name_) continue;
    if (is_same(one.substr(equals + 1), secret_)) return true;
  }
  return false;
}

}  // namespace tracer::serve
