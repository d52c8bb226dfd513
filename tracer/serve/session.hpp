// Who may use the workbench: whoever opens the address that was printed. The token in it is good
// once; the browser gets a cookie for it.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace tracer::serve {

class Session {
 public:
  /// `port` is in the cookie's name: cookies of one host are sent to all its ports.
  explicit Session(int port);

  /// Of the printed address; 256 bits from the system.
  const std::string& token() const { return token_; }
  /// The value of Set-Cookie for the token; nothing: it is not that, or it has been used.
  std::optional<std::string> exchange(std::string_view token);
  /// Is the cookie among those of a Cookie header?
  bool admits(std::string_view cookies) const;

 private:
  std::string name_, token_, secret_;
  std::mutex exchanging_;
  bool exchanged_ = false;
};

}  // namespace tracer::serve
