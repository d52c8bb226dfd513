#include "tests/step/tmux.hpp"

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <thread>

#include <fmt/format.h>

#include "tests/catch.hpp"

namespace tracer {
namespace {

std::string quoted(const std::string& text) {
  std::string made = "'";
  for (const char c : text) made += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return made + "'";
}

}  // namespace

bool has_tmux() { return std::system("command -v tmux >/dev/null 2>&1") == 0; }

Tmux::Tmux(int columns, int rows, const std::string& environment) {
  // the window keeps its size whatever else would like another
  const int status = run(fmt::format(
      "new-session -d -s t -x {} -y {} -c {} {}", columns, rows, quoted(folder_.path().string()),
      quoted(fmt::format("env TRACER_LESSONS={} TERM=screen LC_ALL=C.UTF-8 PS1='$ ' {} sh",
                         quoted(lessons_folder().string()), environment))));
  if (status != 0) throw std::runtime_error("tmux can't be started");
}

Tmux::~Tmux() { run("kill-server"); }

int Tmux::run(const std::string& arguments) const {
  const std::string command = fmt::format("tmux -u -f /dev/null -S {} {} 2>/dev/null",
                                          quoted((folder_ / "socket").string()), arguments);
  return std::system(command.c_str());
}

void Tmux::press(const std::vector<std::string>& keys) const {
  std::string all = "send-keys -t t --";
  for (const std::string& key : keys) all += " " + quoted(key);
  run(all);
}

void Tmux::type(const std::string& line) const {
  run("send-keys -t t -l -- " + quoted(line));
  press({"Enter"});
}

void Tmux::resize(int columns, int rows) const {
  run(fmt::format("resize-window -t t -x {} -y {}", columns, rows));
}

std::string Tmux::screen() const {
  run("capture-pane -p -t t > " + quoted((folder_ / "screen").string()));
  return read_text(folder_ / "screen");
}

bool Tmux::wait_for(const std::string& text) const {
  using namespace std::chrono;
  const auto end = steady_clock::now() + seconds(30);
  while (steady_clock::now() < end) {
    if (has(screen(), text)) return true;
    std::this_thread::sleep_for(milliseconds(20));
  }
  return false;
}

}  // namespace tracer
