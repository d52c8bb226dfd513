#include "tracer/claims/program.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include <fmt/format.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include "datasets/csv_fields.hpp"
#include "tracer/claims/process.hpp"
#include "tracer/error.hpp"

namespace tracer {
namespace {

constexpr std::size_t kept_errors = std::size_t{1} << 16U;

[[noreturn]] void fail_program(const std::string& command, const std::string& what) {
  throw Error(fmt::format("program '{}' {}", command, what));
}

class Talk {
 public:
  Talk(const std::string& command, const std::string& input, double seconds, std::size_t most)
      : command_(command),
        input_(input),
        seconds_(seconds),
        // a clock, below cli: a program that hangs can't be told otherwise
        end_(std::chrono::steady_clock::now() +
             std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                 std::chrono::duration<double>(std::min(seconds, 1e6)))),
        most_(most),
        process_(command, guard_.before()) {}

  ProgramAnswer run() {
    bool more = true;
    while (more && (process_.output.is_open() || process_.errors.is_open())) {
      // What it started in the background may hold its streams open: then there is more only as
      // long as it runs itself, or has written before its end. (Asked before looking: what it
      // wrote until then is there.)
      const bool has_ended = process_.has_ended();
      more = read_for(has_ended ? 0 : std::min(20, milliseconds_left())) || !has_ended;
    }
    while (!process_.has_ended()) {  // it closed its output and goes on
      if (milliseconds_left() == 0) fail_late();
      poll(nullptr, 0, std::min(10, milliseconds_left()));
    }
    check(process_.end());
    return std::move(answer_);
  }

 private:
  int milliseconds_left() const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        end_ - std::chrono::steady_clock::now());
    return static_cast<int>(std::clamp<long long>(left.count() + 1, 0, 1'000'000));
  }

  // Waits so long for it at most, and takes what is there. False: it gave nothing.
  bool read_for(int milliseconds) {
    if (written_ == input_.size()) process_.input.close();
    // a negative handle is one that poll leaves out
    std::array<pollfd, 3> handles{pollfd{process_.input.get(), POLLOUT, 0},
                                  pollfd{process_.output.get(), POLLIN, 0},
                                  pollfd{process_.errors.get(), POLLIN, 0}};
    if (milliseconds_left() == 0) fail_late();
    if (poll(handles.data(), handles.size(), milliseconds) < 0 && errno != EINTR)
      fail_program(command_, fmt::format("can't be waited for: {}", std::strerror(errno)));
    if (handles[0].revents != 0) write_some();
    if (handles[1].revents != 0) read_some(process_.output, answer_.output);
    if (handles[2].revents != 0) read_some(process_.errors, answer_.errors);
    if (answer_.output.size() > most_) {
      fail_program(command_,
                   fmt::format("printed more than {} bytes, and was ended; expected one JSON text "
                               "on its standard output",
                               most_));
    }
    if (answer_.errors.size() > 2 * kept_errors)
      answer_.errors.erase(0, answer_.errors.size() - kept_errors);
    return handles[1].revents != 0 || handles[2].revents != 0;
  }

  void write_some() {
    const ssize_t n =
        ::write(process_.input.get(), input_.data() + written_, input_.size() - written_);
    if (n >= 0) {
      written_ += static_cast<std::size_t>(n);
    } else if (errno != EAGAIN && errno != EINTR) {
      process_.input.close();  // it reads no more, which it need not
      written_ = input_.size();
    }
  }

  static void read_some(Handle& handle, std::string& to) {
    std::array<char, 1U << 16U> piece;
    const ssize_t n = read(handle.get(), piece.data(), piece.size());
    if (n > 0) {
      to.append(piece.data(), static_cast<std::size_t>(n));
    } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
      handle.close();
    }
  }

  [[noreturn]] void fail_late() {
    process_.end();
    fail_program(
        command_,
        fmt::format("gave no answer within {:g} s, and was ended; it has to read one JSON text to "
                    "the end of its standard input, print its answer, and end{}",
                    seconds_, errors_text()));
  }

  void check(int status) const {
    if (WIFSIGNALED(status)) {
      fail_program(command_, fmt::format("was ended by signal {} ({}){}", WTERMSIG(status),
                                         strsignal(WTERMSIG(status)), errors_text()));
    }
    if (const int code = WEXITSTATUS(status); code != 0) {
      fail_program(command_, fmt::format("ended with status {}{}{}", code,
                                         code == 127   ? ": the shell does not find it"
                                         : code == 126 ? ": the shell may not run it"
                                                       : "",
                                         errors_text()));
    }
  }

  // its last 20 lines, each indented
  std::string errors_text() const {
    constexpr int most_lines = 20;
    const std::string& all = answer_.errors;
    const std::size_t end = all.find_last_not_of(" \n\r\t") + 1;  // npos + 1 is 0
    if (end == 0) return "; it said nothing on its standard error";
    std::size_t begin = end;
    for (int lines = 0; begin > 0; --begin) {
      if (all[begin - 1] == '\n' && ++lines == most_lines) break;
    }
    std::string text = "; its standard error ends so:\n  ";
    for (const char c : all.substr(begin, end - begin)) {
      if (c == '\n')
        text += "\n  ";
      else
        text += static_cast<unsigned char>(c) < ' ' && c != '\t' ? ' ' : c;  // no colours, no bells
    }
    return text;
  }

  const std::string& command_;
  const std::string& input_;
  double seconds_;
  std::chrono::steady_clock::time_point end_;
  std::size_t most_;
  NoBrokenPipe guard_;
  Process process_;
  std::size_t written_ = 0;
  ProgramAnswer answer_;
};

constexpr std::string_view expected =
    "expected nothing but its gradients as JSON, as in {\"L\": 0.5, \"dL/dW1\": [[1, 2]]}";
constexpr std::string_view elsewhere =
    "what is for people belongs on standard error (in Python: print(..., file=sys.stderr))";

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

// The first line with something in it, for messages.
std::string first_line(std::string_view text) {
  text.remove_prefix(text.find_first_not_of(" \t\r\n"));
  return shown(text.substr(0, text.find_first_of("\r\n")));
}

}  // namespace

ProgramAnswer run_program(const std::string& command, const std::string& input, double seconds,
                          std::size_t most_bytes) {
  return Talk(command, input, seconds, most_bytes).run();
}

std::vector<NamedArray> arrays_in_answer(const ProgramAnswer& answer, const std::string& command) {
  const std::string_view text = answer.output;
  if (is_blank(text)) fail_program(command, fmt::format("printed nothing; {}", expected));
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  std::size_t begin = first;  // of a line that begins with a brace
  while (begin != std::string_view::npos && text[begin] != '{') {
    begin = text.find('\n', begin);
    if (begin != std::string_view::npos) begin = text.find_first_not_of(" \t\r\n", begin);
  }
  if (begin == std::string_view::npos)
    fail_program(command, fmt::format("printed no JSON but '{}'; {}", first_line(text), expected));
  if (begin > first)
    fail_program(command,
                 fmt::format("printed '{}' before its JSON; {}", first_line(text), elsewhere));
  // behind the last brace only another bracket or a comma would go on with the JSON
  const std::string_view rest = text.substr(std::min(text.rfind('}'), text.size() - 1) + 1);
  if (!is_blank(rest) && text.find('}') != std::string_view::npos &&
      std::string_view(",]").find(rest[rest.find_first_not_of(" \t\r\n")]) ==
          std::string_view::npos)
    fail_program(command,
                 fmt::format("printed '{}' after its JSON; {}", first_line(rest), elsewhere));
  return parse_named_arrays(text, fmt::format("the answer of '{}'", command), "answer");
}

}  // namespace tracer
