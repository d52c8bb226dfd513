// Somebody's program: what it is told, and everything that it may do wrong.
#include <array>
#include <chrono>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

#include "tests/catch.hpp"
#include "tests/claims/claims_of.hpp"
#include "tests/lessons/run_program.hpp"
#include "tracer/claims/program.hpp"
#include "tracer/error.hpp"

using namespace tracer;

namespace {

std::string answer(const std::string& command, const std::string& input = "", double seconds = 20) {
  return run_program(command, input, seconds).output;
}

std::string failure(const std::string& command, double seconds = 20) {
  try {
    arrays_in_answer(run_program(command, "{}", seconds), command);
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a program gets its input and gives its output, however much", "[program]") {
  CHECK(answer("cat", "hello") == "hello");
  std::string much(3'000'000, 'x');
  much += "end";
  CHECK(answer("cat", much) == much);
  // it writes before it reads, and to both sides
  CHECK(answer("head -c 1000000 /dev/zero | tr '\\0' e >&2; cat", much) == much);
  // it reads nothing at all: that must not end us, whatever we were started with
  std::signal(SIGPIPE, SIG_DFL);
  CHECK(answer("echo done", much) == "done\n");
  CHECK(run_program("echo note >&2; echo done", "", 20).errors == "note\n");
}

TEST_CASE("a program that hangs is ended, with all that it started", "[program]") {
  const TemporaryFolder folder;
  const auto begin = std::chrono::steady_clock::now();
  const std::string mark = (folder.path() / "mark").string();
  const std::string said =
      failure("echo thinking >&2; (sleep 2; touch " + mark + ") & sleep 60", 0.3);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
  CHECK(said.find("gave no answer within 0.3 s, and was ended; it has to read one JSON text") !=
        std::string::npos);
  CHECK(said.ends_with("; its standard error ends so:\n  thinking"));
  // closed outputs, and still running
  CHECK(failure("exec >&- 2>&-; sleep 60", 0.3).find("gave no answer within") != std::string::npos);
  run_program("sleep 2.2", "", 20);
  CHECK_FALSE(std::filesystem::exists(mark));
}

TEST_CASE("a program's answer is there once it has ended, whatever it left in the background",
          "[program]") {
  const auto begin = std::chrono::steady_clock::now();
  CHECK(answer("sleep 20 & sleep 0.1; echo done") == "done\n");
  // all of it, although it is more than a pipe holds
  std::string much(1'000'000, 'x');
  CHECK(answer("sleep 20 & cat", much) == much);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

namespace {

// Our own standard streams are closed for as long as it lives.
class ClosedStreams {
 public:
  ClosedStreams() {
    for (int stream = 0; stream < 3; ++stream) {
      kept_[static_cast<std::size_t>(stream)] = fcntl(stream, F_DUPFD_CLOEXEC, 10);
      close(stream);
    }
  }
  ~ClosedStreams() {
    for (int stream = 0; stream < 3; ++stream) {
      dup2(kept_[static_cast<std::size_t>(stream)], stream);
      close(kept_[static_cast<std::size_t>(stream)]);
    }
  }
  ClosedStreams(const ClosedStreams&) = delete;
  ClosedStreams& operator=(const ClosedStreams&) = delete;

 private:
  std::array<int, 3> kept_{};
};

}  // namespace

TEST_CASE("a program gets its own streams where ours are closed", "[program]") {
  ProgramAnswer got;
  {
    const ClosedStreams closed;
    got = run_program("cat; echo note >&2", "hello", 20);
  }
  CHECK(got.output == "hello");
  CHECK(got.errors == "note\n");
}

TEST_CASE("a program that fails is shown with the end of what it said", "[program]") {
  CHECK(failure("for i in $(seq 30); do echo line $i >&2; done; exit 3")
            .starts_with("program 'for i in $(seq 30); do echo line $i >&2; done; exit 3' ended "
                         "with status 3; its standard error ends so:\n  line 11\n  line 12\n"));
  CHECK(failure("exit 1") ==
        "program 'exit 1' ended with status 1; it said nothing on its standard error");
  CHECK(failure("kill -SEGV $$") ==
        "program 'kill -SEGV $$' was ended by signal 11 (Segmentation fault); it said nothing on "
        "its standard error");
  CHECK(failure("no-such-program-anywhere")
            .find("ended with status 127: the shell does not find it") != std::string::npos);
  CHECK(failure("printf 'a\\033[31mb\\n' >&2; exit 1").ends_with("\n  a [31mb"));
}

TEST_CASE("a program that prints too much is ended", "[program]") {
  CHECK_THROWS_WITH(run_program("yes", "", 20, 100'000),
                    "program 'yes' printed more than 100000 bytes, and was ended; expected one "
                    "JSON text on its standard output");
}

TEST_CASE("an answer is JSON and nothing else", "[program]") {
  const std::string like =
      R"(expected nothing but its gradients as JSON, as in {"L": 0.5, "dL/dW1": [[1, 2]]})";
  const std::string people =
      "what is for people belongs on standard error (in Python: print(..., file=sys.stderr))";
  CHECK(failure("true") == "program 'true' printed nothing; " + like);
  CHECK(failure("echo hello") == "program 'echo hello' printed no JSON but 'hello'; " + like);
  CHECK(failure("echo epoch 1; echo '{\"L\": 1}'") ==
        "program 'echo epoch 1; echo '{\"L\": 1}'' printed 'epoch 1' before its JSON; " + people);
  CHECK(failure("echo '{\"L\": 1}'; echo done: 5 s") ==
        "program 'echo '{\"L\": 1}'; echo done: 5 s' printed 'done: 5 s' after its JSON; " +
            people);
  CHECK(failure("echo '{\"a\": {\"L\": 1}, '") ==
        "the answer of 'echo '{\"a\": {\"L\": 1}, '' is cut short: it ends in line 1, in a; write "
        "it again");
  CHECK(failure("echo '{\"L\": NaN}'").find("L is nan;") != std::string::npos);
  CHECK(failure("echo; echo '  {\"L\": 1}'; echo") == "");
}

TEST_CASE("an answer for another network is an error", "[program]") {
  const std::string command = "echo '{\"dL/dW1\": [[1, 2, 3, 4]]}'";
  const auto arrays = arrays_in_answer(run_program(command, "{}", 20), command);
  const Program program = lesson(small_net);
  CHECK_THROWS_WITH(claims_from(arrays, program, *program.graph(4), {command, {}}),
                    "dL/dW1 is 1×4 in " + command +
                        ", W1 is 3×2 in the lesson; a gradient has the shape of what it belongs "
                        "to; if your W1 is 1×4, change the lesson, or hand it over with --params");
}
