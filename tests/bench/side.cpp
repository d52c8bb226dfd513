#include "tests/bench/side.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer::bench {

Side::Side(std::string name, std::string setting, const std::vector<std::string>& command,
           const std::map<std::string, std::string>& environment)
    : name_(std::move(name)), setting_(std::move(setting)) {
  int down[2];
  int up[2];
  if (pipe2(down, O_CLOEXEC) != 0 || pipe2(up, O_CLOEXEC) != 0)
    throw Error(fmt::format("no pipe to {}: {}", name_, std::strerror(errno)));
  process_ = fork();
  if (process_ < 0)
    throw Error(fmt::format("{} can't be started: {}", name_, std::strerror(errno)));
  if (process_ == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);  // a stopped process would otherwise outlive a killed parent
    dup2(down[0], STDIN_FILENO);
    dup2(up[1], STDOUT_FILENO);
    for (const auto& [variable, value] : environment) setenv(variable.c_str(), value.c_str(), 1);
    std::vector<char*> arguments;
    for (const std::string& word : command) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    dprintf(STDOUT_FILENO, "{\"absent\": \"%s can't be run\"}\n", arguments[0]);
    _exit(127);
  }
  close(down[0]);
  close(up[1]);
  to_ = down[1];
  from_ = up[0];
}

Side::~Side() {
  close(to_);
  close(from_);
  kill(process_, SIGKILL);  // it may be stopped, and has nothing to put in order
  waitpid(process_, nullptr, 0);
}

nlohmann::json Side::answer() {
  std::size_t end = 0;
  while ((end = unread_.find('\n')) == std::string::npos) {
    pollfd readable{.fd = from_, .events = POLLIN, .revents = 0};
    const int ready = poll(&readable, 1, 600'000);
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) throw Error("it has been silent for ten minutes");
    char bytes[4096];
    const ssize_t count = read(from_, bytes, sizeof bytes);
    if (count <= 0) throw Error("it has ended");
    unread_.append(bytes, static_cast<std::size_t>(count));
  }
  const std::string line = unread_.substr(0, end);
  unread_.erase(0, end + 1);
  const nlohmann::json json = nlohmann::json::parse(line, nullptr, false);
  if (json.is_discarded()) throw Error("it has said what is not JSON: " + line);
  if (json.contains("absent")) throw Error(json["absent"].get<std::string>());
  return json;
}

nlohmann::json Side::ask(const nlohmann::json& question) {
  const std::string line = question.dump() + "\n";
  kill(process_, SIGCONT);
  if (write(to_, line.data(), line.size()) != static_cast<ssize_t>(line.size()))
    throw Error("it has ended");
  nlohmann::json json = answer();
  // Idle threads of OpenMP and OpenBLAS wait actively for a while: not in the turn of others.
  kill(process_, SIGSTOP);
  return json;
}

void Side::wait_for_hello() {
  hello_ = answer().at("hello").get<std::string>();
  kill(process_, SIGSTOP);
}

void Side::start(const nlohmann::json& workload) {
  // the system's high-water mark goes back to what is there now
  std::ofstream(fmt::format("/proc/{}/clear_refs", process_)) << 5 << std::flush;
  ask({{"do", "start"}, {"workload", workload}});
}

double Side::peak_memory() const {
  std::ifstream status(fmt::format("/proc/{}/status", process_));
  for (std::string word; status >> word;) {
    double kilobytes = 0;
    if (word == "VmHWM:" && status >> kilobytes) return kilobytes / 1000;
  }
  return 0;
}

Turn Side::epoch() {
  const nlohmann::json json = ask({{"do", "epoch"}});
  return {.seconds = json.at("seconds"), .wall = json.at("wall"), .loss = json.at("loss")};
}

}  // namespace tracer::bench
