// Ranks by MPI: a module of its own, which a program that runs alone never loads. MPI moves bytes here
// and adds nothing up: in which order its own sums are taken is its own affair, and another for another
// number of bytes. Sources: MPI 3.1, chapters 3 and 5; Thakur, Rabenseifner & Gropp 2005 (a long sum is
// a reduce-scatter and an all-gather). Next: ranks.hpp.
#include <mpi.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>

#include "tracer/ranks/started.hpp"

namespace tracer {
namespace {

using Clock = std::chrono::steady_clock;
constexpr int text_tag = 1;

class MpiRanks final : public Ranks {
 public:
  MpiRanks() {
    int provided = 0;
    MPI_Init_thread(nullptr, nullptr, MPI_THREAD_SERIALIZED, &provided);
    MPI_Comm_dup(MPI_COMM_WORLD, &all_);
    MPI_Comm_rank(all_, &rank_);
    MPI_Comm_size(all_, &size_);
    errors_ = dup(STDERR_FILENO);
    find_neighbours();
    crowded_ = on_this_machine_ > static_cast<int>(std::thread::hardware_concurrency());
    watcher_ = std::thread([this] { watch(); });
  }
  // Where an error is on its way, the others wait for what this one will not send any more.
  ~MpiRanks() override {
    if (!finished_) abort(1);
    close(errors_);
  }
  MpiRanks(const MpiRanks&) = delete;
  MpiRanks& operator=(const MpiRanks&) = delete;

  int rank() const override { return rank_; }
  int size() const override { return size_; }
  int on_this_machine() const override { return on_this_machine_; }

  void sum(std::span<float> entries) override { sum_of(entries, MPI_FLOAT); }
  void sum(std::span<double> entries) override { sum_of(entries, MPI_DOUBLE); }
  void broadcast(std::span<float> entries) override { broadcast_of(entries, MPI_FLOAT); }
  void broadcast(std::span<double> entries) override { broadcast_of(entries, MPI_DOUBLE); }

  std::vector<std::string> gather(std::string_view own) override {
    const int length = static_cast<int>(own.size());
    std::vector<int> lengths(static_cast<std::size_t>(size_));
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Iallgather(&length, 1, MPI_INT, lengths.data(), 1, MPI_INT, all_, &request);
    wait(request);
    std::vector<int> starts(lengths.size());
    int sum = 0;
    for (std::size_t r = 0; r < lengths.size(); ++r) {
      starts[r] = sum;
      sum += lengths[r];
    }
    std::string joined(static_cast<std::size_t>(sum), '\0');
    MPI_Iallgatherv(own.data(), length, MPI_CHAR, joined.data(), lengths.data(), starts.data(),
                    MPI_CHAR, all_, &request);
    wait(request);
    std::vector<std::string> texts;
    for (std::size_t r = 0; r < lengths.size(); ++r) {
      texts.push_back(
          joined.substr(static_cast<std::size_t>(starts[r]), static_cast<std::size_t>(lengths[r])));
    }
    return texts;
  }

  void send(int to, std::string_view text) override {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Isend(text.data(), static_cast<int>(text.size()), MPI_CHAR, to, text_tag, all_, &request);
    wait(request);
  }
  std::optional<Message> receive() override {
    int is_there = 0;
    MPI_Status status;
    MPI_Iprobe(MPI_ANY_SOURCE, text_tag, all_, &is_there, &status);
    if (is_there == 0) return std::nullopt;
    int length = 0;
    MPI_Get_count(&status, MPI_CHAR, &length);
    Message message{status.MPI_SOURCE, std::string(static_cast<std::size_t>(length), '\0')};
    MPI_Recv(message.text.data(), length, MPI_CHAR, message.from, text_tag, all_,
             MPI_STATUS_IGNORE);
    return message;
  }

  void say(std::string_view text) override {
    while (!text.empty()) {
      const ssize_t written = write(errors_, text.data(), text.size());
      if (written <= 0) return;
      text.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  void when_one_dies(std::function<std::string(int)> words) override {
    const std::lock_guard lock(watching_);
    words_ = std::move(words);
  }

  void finish() override {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibarrier(all_, &request);
    wait(request);
    finished_ = true;
    watcher_.join();
    MPI_Comm_free(&all_);
    MPI_Finalize();
  }
  [[noreturn]] void abort(int status) override {
    finished_ = true;
    if (watcher_.joinable()) watcher_.detach();
    MPI_Abort(MPI_COMM_WORLD, status);
    _exit(status);
  }

 private:
  // ---- sums

  /// The entries that process r adds up: [begin_of(r), begin_of(r + 1)).
  std::size_t begin_of(std::size_t n, int r) const {
    return n * static_cast<std::size_t>(r) / static_cast<std::size_t>(size_);
  }

  /// sum[i] = part 0's i + part 1's i + ..., of parts that lie one after the other.
  template <class S>
  void add_up(const S* parts, std::size_t n, S* __restrict sum) const {
    std::copy_n(parts, n, sum);
    for (int r = 1; r < size_; ++r) {
      const S* const part = parts + static_cast<std::size_t>(r) * n;
      for (std::size_t i = 0; i < n; ++i) sum[i] += part[i];
    }
  }

  template <class S>
  S* room(std::size_t entries) {
    if (room_.size() < entries * sizeof(S)) room_.resize(entries * sizeof(S));
    return reinterpret_cast<S*>(room_.data());
  }

  /// Short ones go to everybody, who adds up all; of a long one each process adds up its part for the
  /// others. The order of the summands is the same.
  template <class S>
  void sum_of(std::span<S> entries, MPI_Datatype type) {
    constexpr std::size_t short_ones =
        16 * 1024;  // bytes: fewer messages count more than fewer bytes
    const std::size_t n = entries.size();
    const auto processes = static_cast<std::size_t>(size_);
    MPI_Request request = MPI_REQUEST_NULL;
    if (entries.size_bytes() <= short_ones) {
      S* const parts = room<S>(n * processes);
      MPI_Iallgather(entries.data(), static_cast<int>(n), type, parts, static_cast<int>(n), type,
                     all_, &request);
      wait(request);
      add_up(parts, n, entries.data());
      return;
    }
    const std::size_t own_begin = begin_of(n, rank_);
    const std::size_t own = begin_of(n, rank_ + 1) - own_begin;
    S* const parts = room<S>(own * processes);
    counts_.resize(4 * processes);
    int* const sent = counts_.data();
    int* const sent_from = sent + size_;
    int* const received = sent_from + size_;
    int* const received_at = received + size_;
    for (int r = 0; r < size_; ++r) {
      sent_from[r] = static_cast<int>(begin_of(n, r));
      sent[r] = static_cast<int>(begin_of(n, r + 1)) - sent_from[r];
      received[r] = static_cast<int>(own);
      received_at[r] = r * static_cast<int>(own);
    }
    MPI_Ialltoallv(entries.data(), sent, sent_from, type, parts, received, received_at, type, all_,
                   &request);
    wait(request);
    add_up(parts, own, entries.data() + own_begin);
    MPI_Iallgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, entries.data(), sent, sent_from, type, all_,
                    &request);
    wait(request);
  }

  template <class S>
  void broadcast_of(std::span<S> entries, MPI_Datatype type) {
    MPI_Request request = MPI_REQUEST_NULL;
    MPI_Ibcast(entries.data(), static_cast<int>(entries.size()), type, 0, all_, &request);
    wait(request);
  }

  /// Looks all the time at first, then leaves the processor to whoever wants it: where there are more
  /// processes than cores, to the one that is waited for.
  void wait(MPI_Request& request) {
    constexpr int eager = 2000;
    constexpr std::chrono::milliseconds soon{50};
    const Clock::time_point begin = Clock::now();
    bool is_late = false;  // what takes so long is no step: it may have the processor to itself
    for (int look = 0;; ++look) {
      int done = 0;
      MPI_Test(&request, &done, MPI_STATUS_IGNORE);
      if (done != 0) return;
      if (is_late) {
        usleep(200);
        continue;
      }
      if (crowded_ || look > eager) sched_yield();
      if (look % 256 == 255) is_late = Clock::now() - begin > soon;
    }
  }

  // ---- the others' lives

  struct Neighbour {
    int rank;
    pid_t process;
  };
  void find_neighbours() {
    std::array<char, 256> host{};
    gethostname(host.data(), host.size() - 1);
    const std::string own = std::string(host.data()) + " " + std::to_string(getpid());
    const std::vector<std::string> others = gather(own);
    for (int r = 0; r < size_; ++r) {
      const std::string& other = others[static_cast<std::size_t>(r)];
      const std::size_t space = other.find(' ');
      if (other.substr(0, space) != host.data()) continue;
      ++on_this_machine_;
      const auto process = static_cast<pid_t>(std::stol(other.substr(space + 1)));
      // a container of the same name may have other numbers
      if (r != rank_ && lives(process)) neighbours_.push_back({r, process});
    }
  }
  static bool lives(pid_t process) { return kill(process, 0) == 0 || errno != ESRCH; }

  // mpirun notices a death too, and ends the others within a second: what is to be said is said before.
  void watch() {
    sigset_t every;
    sigfillset(&every);
    pthread_sigmask(SIG_BLOCK, &every, nullptr);
    while (!finished_) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
      int dead = -1;
      int least_alive = rank_;
      for (const Neighbour& other : neighbours_) {
        if (lives(other.process)) {
          least_alive = std::min(least_alive, other.rank);
        } else if (dead < 0) {
          dead = other.rank;
        }
      }
      if (dead < 0 || finished_) continue;
      if (least_alive == rank_) speak(dead);
      std::this_thread::sleep_for(std::chrono::seconds(4));  // it is mpirun's to end the job
      if (least_alive == rank_) MPI_Abort(MPI_COMM_WORLD, 1);
      std::this_thread::sleep_for(std::chrono::seconds(4));
      _exit(1);
    }
  }
  void speak(int dead) {
    const std::lock_guard lock(watching_);
    if (words_) say(words_(dead));
  }

  MPI_Comm all_ = MPI_COMM_NULL;
  int rank_ = 0;
  int size_ = 1;
  int on_this_machine_ = 0;
  int errors_ = -1;
  bool crowded_ = false;
  std::vector<char> room_;
  std::vector<int> counts_;
  std::vector<Neighbour> neighbours_;
  std::mutex watching_;
  std::function<std::string(int)> words_;
  std::atomic<bool> finished_{false};
  std::thread watcher_;
};

}  // namespace
}  // namespace tracer

extern "C" tracer::Ranks* tracer_ranks_1() { return new tracer::MpiRanks; }
