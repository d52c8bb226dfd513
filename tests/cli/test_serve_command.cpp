// tracer serve as a process: its port, its limits as a stranger meets them, its end.
#include <csignal>
#include <regex>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/catch.hpp"
#include "tests/cli/running_program.hpp"

namespace tracer {
namespace {

// What comes back for these bytes, until the other side closes or ten seconds pass.
std::string answer_to(int port, const std::string& bytes) {
  const int connection = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(static_cast<std::uint16_t>(port));
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const timeval patience{10, 0};
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  std::string answer;
  if (connect(connection, reinterpret_cast<const sockaddr*>(&here), sizeof here) == 0) {
    for (std::size_t sent = 0; sent < bytes.size();) {
      const ssize_t n = send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
      if (n <= 0) break;
      sent += static_cast<std::size_t>(n);
    }
    char piece[4096];
    for (ssize_t n = 0; (n = recv(connection, piece, sizeof piece, 0)) > 0;)
      answer.append(piece, static_cast<std::size_t>(n));
  } else {
    answer = "refused";
  }
  close(connection);
  return answer;
}

// Started, and its port.
struct Served {
  TemporaryFolder folder;
  RunningProgram program{{"serve", folder.path().string()}, folder.path()};
  int port = 0;
  std::string token;

  Served() {
    REQUIRE(program.wait_for("Ctrl-C ends it."));
    const std::string text = read_text(folder / "running-output");
    std::smatch found;
    REQUIRE(std::regex_search(text, found,
                              std::regex(R"(http://127\.0\.0\.1:(\d+)/\?token=([0-9a-f]{64})\n)")));
    port = std::stoi(found[1]);
    token = found[2];
  }
  std::string get(const std::string& target, const std::string& host) {
    return answer_to(
        port, "GET " + target + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
  }
};

}  // namespace

TEST_CASE("serve answers on its port, lets one browser in, and ends with Ctrl-C", "[cli][serve]") {
  Served served;
  const std::string host = "127.0.0.1:" + std::to_string(served.port);
  CHECK(served.get("/", "localhost.evil.com:" + std::to_string(served.port))
            .starts_with("HTTP/1.1 403 "));
  CHECK(served.get("/", host).starts_with("HTTP/1.1 403 "));
  const std::string entry = served.get("/?token=" + served.token, host);
  CHECK(entry.starts_with("HTTP/1.1 200 "));
  CHECK(has(entry, "HttpOnly; SameSite=Strict"));
  CHECK(has(entry, "content-security-policy: default-src 'none'"));
  CHECK_FALSE(has(served.get("/?token=" + served.token, host), "set-cookie"));

  served.program.send(SIGINT);
  const ProgramRun run = served.program.end();
  CHECK(run.status == 0);
  CHECK(run.errors.empty());
  CHECK(answer_to(served.port, "GET / HTTP/1.1\r\n\r\n") == "refused");
}

TEST_CASE("serve takes no request that is too large, and nothing that is none", "[cli][serve]") {
  Served served;
  const std::string head =
      "POST /derive HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(served.port) + "\r\n";
  CHECK(answer_to(served.port, head + "Content-Length: 1048577\r\n\r\n")
            .starts_with("HTTP/1.1 413 "));
  CHECK(
      answer_to(served.port, head + "Content-Length: 3000000\r\n\r\n" + std::string(3'000'000, 'a'))
          .starts_with("HTTP/1.1 413 "));
  CHECK(answer_to(served.port, head + "X: " + std::string(20'000, 'a') + "\r\n\r\n")
            .starts_with("HTTP/1.1 431 "));
  std::string many = head;
  for (int i = 0; i < 2000; ++i) many += "X-" + std::to_string(i) + ": a\r\n";
  CHECK(answer_to(served.port, many + "\r\n").starts_with("HTTP/1.1 431 "));
  CHECK(answer_to(served.port, "\x16\x03\x01 hello\r\n\r\n").starts_with("HTTP/1.1 400 "));
  // two lengths: a request in a request
  CHECK(answer_to(served.port, head + "Content-Length: 3\r\nContent-Length: 30\r\n\r\nabc")
            .starts_with("HTTP/1.1 400 "));
}

TEST_CASE("a second serve takes the next port; one that is asked for and in use is an error",
          "[cli][serve]") {
  Served first, second;
  CHECK(first.port != second.port);
  const ProgramRun run = run_program({"serve", "--port", std::to_string(first.port)});
  CHECK(run.status == 2);
  CHECK(run.output.empty());
  CHECK(run.errors == "tracer: error: --port " + std::to_string(first.port) +
                          ": this port is in use; leave --port out, and the first free one is "
                          "taken\n");
}

TEST_CASE("serve wants a folder that is there", "[cli][serve]") {
  const ProgramRun run = run_program({"serve", "/nowhere/at/all"});
  CHECK(run.status == 2);
  CHECK(run.errors ==
        "tracer: error: /nowhere/at/all: there is no such folder; name the one your lessons are "
        "in\n");
}

TEST_CASE("a lesson is read from standard input where - stands", "[cli]") {
  // standard input is empty there
  const ProgramRun run = run_program({"derive", "-"});
  CHECK(run.status == 2);
  CHECK(has(run.errors, "the lesson is empty"));
}

}  // namespace tracer
