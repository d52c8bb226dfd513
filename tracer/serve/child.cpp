#include "tracer/serve/child.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <mutex>
#include <optional>
#include <utility>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tracer/claims/process.hpp"
#include "tracer/error.hpp"

namespace tracer::serve {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t most_errors = std::size_t{1} << 18U;  // bytes; what comes after is dropped

int status_of_shell(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

ProcessStart start_of(const std::filesystem::path& program, const Task& task) {
  ProcessStart start{program.string(), {"tracer"}};
  start.words.insert(start.words.end(), task.arguments.begin(), task.arguments.end());
  start.folder = task.folder.string();
  start.environment = task.environment;
  if (!task.files_below.empty())
    start.environment.push_back("TRACER_FILES_BELOW=" + task.files_below.string());
  start.memory = task.memory;
  // its threads' seconds add up; the clock is ours, and this one for what we can't end any more
  start.seconds = 4 * static_cast<std::uint64_t>(task.longest.count());
  return start;
}

}  // namespace

class ChildRunner::Child : public Run {
 public:
  /// Waits for its input.
  Child(const std::filesystem::path& program, Task task, const sigset_t& signals)
      : most_(task.output),
        is_taken_(task.is_taken),
        longest_(task.longest),
        wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
        process_(start_of(program, task), signals) {}

  /// Before wait().
  void give(std::string input) {
    input_ = std::move(input);
    end_ = Clock::now() + longest_;
  }
  Ended wait() override;

  void cancel() override {
    cancelled_ = true;
    const std::uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(wake_.get(), &one, sizeof one);
  }

  void interrupt() override {
    const std::lock_guard lock(ending_);
    if (!is_over_) process_.interrupt();
  }

  std::string take() override {
    const std::lock_guard lock(taking_);
    return std::exchange(output_, {});
  }

 private:
  // Nothing: it goes on.
  std::optional<Ended::Why> step();
  bool is_full() {
    const std::lock_guard lock(taking_);
    return output_.size() > most_;
  }
  void write_some();

  std::string input_;
  std::size_t written_ = 0, most_;
  bool is_taken_;
  std::chrono::seconds longest_;
  Clock::time_point end_{};
  Handle wake_;
  Process process_;
  std::atomic<bool> cancelled_ = false;
  std::mutex taking_, ending_;
  std::string output_, errors_;
  bool is_over_ = false;
};

void ChildRunner::Child::write_some() {
  const ssize_t n =
      ::write(process_.input.get(), input_.data() + written_, input_.size() - written_);
  if (n >= 0)
    written_ += static_cast<std::size_t>(n);
  else if (errno != EAGAIN && errno != EINTR)
    written_ = input_.size();  // it reads no more, which it need not
}

namespace {

std::string read_piece(Handle& handle) {
  std::array<char, std::size_t{1} << 16U> piece;  // what a pipe holds
  const ssize_t n = ::read(handle.get(), piece.data(), piece.size());
  if (n > 0) return {piece.data(), static_cast<std::size_t>(n)};
  if (n == 0 || (errno != EAGAIN && errno != EINTR)) handle.close();
  return {};
}

}  // namespace

std::optional<Ended::Why> ChildRunner::Child::step() {
  if (written_ == input_.size()) process_.input.close();
  const bool full = is_full();
  if (full && !is_taken_) return Ended::Why::too_much;
  if (!process_.output.is_open() && !process_.errors.is_open() && process_.has_ended())
    return Ended::Why::by_itself;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end_ - Clock::now()).count();
  if (left <= 0) return Ended::Why::too_long;
  // its streams are closed shortly before it has ended; a full one is looked at again soon
  const bool soon = full || !(process_.output.is_open() || process_.errors.is_open());
  std::array<pollfd, 4> handles{pollfd{process_.input.get(), POLLOUT, 0},
                                pollfd{full ? -1 : process_.output.get(), POLLIN, 0},
                                pollfd{process_.errors.get(), POLLIN, 0},
                                pollfd{wake_.get(), POLLIN, 0}};
  ::poll(handles.data(), handles.size(),
         static_cast<int>(std::min<long long>(left, soon ? 2 : 1000)));
  if (cancelled_) return Ended::Why::cancelled;
  if (handles[0].revents != 0) write_some();
  if (handles[1].revents != 0) {
    const std::string piece = read_piece(process_.output);
    const std::lock_guard lock(taking_);
    output_ += piece;
  }
  if (handles[2].revents != 0) {
    const std::string piece = read_piece(process_.errors);
    if (errors_.size() < most_errors) errors_ += piece;
  }
  return std::nullopt;
}

Ended ChildRunner::Child::wait() {
  const NoBrokenPipe guard;
  std::optional<Ended::Why> why;
  while (!why) why = step();
  const std::lock_guard lock(ending_);
  is_over_ = true;
  return {*why, status_of_shell(process_.end()), take(), errors_};
}

ChildRunner::ChildRunner(std::filesystem::path program) : program_(std::move(program)) {}
ChildRunner::~ChildRunner() = default;

std::shared_ptr<ChildRunner::Child> ChildRunner::child_of(Task task) const {
  const NoBrokenPipe guard;  // the child begins with the signals that were held back before
  return std::make_shared<Child>(program_, std::move(task), guard.before());
}

std::shared_ptr<Run> ChildRunner::start(Task task) {
  std::shared_ptr<Child> child;
  {
    const std::lock_guard lock(preparing_);
    if (spare_ && task == expected_) child = std::exchange(spare_, nullptr);
  }
  std::string input = std::move(task.input);
  if (!child) child = child_of(std::move(task));
  child->give(std::move(input));
  return child;
}

void ChildRunner::prepare(Task task) {
  const std::lock_guard lock(preparing_);
  if (spare_ && task == expected_) return;
  expected_ = task;
  spare_ = child_of(std::move(task));
}

}  // namespace tracer::serve
