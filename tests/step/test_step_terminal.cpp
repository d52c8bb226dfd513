// tracer step where it belongs: in a terminal, which tmux plays.
#include <csignal>
#include <fstream>

#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tests/step/tmux.hpp"

namespace tracer {
namespace {

constexpr const char* no_tmux = "skipped: there is no tmux here";

// The modes of a terminal, but for its size.
constexpr const char* note_modes = "stty -a | sed 's/rows [0-9]*; columns [0-9]*;//' >";

// Starts it in a shell that has noted how the terminal was.
void start(const Tmux& terminal, const std::string& arguments) {
  terminal.type(fmt::format("{} before; '{}' step {} & echo $! > pid; fg >/dev/null", note_modes,
                            TRACER_PROGRAM, arguments));
}

// Whether it has ended so, and the terminal is as it was.
bool is_as_it_was(const Tmux& terminal, int status) {
  if (!terminal.wait_for("stty -a")) return false;  // the screen before it
  terminal.type(fmt::format("echo \"status $?\"; {} after; echo d''one", note_modes));
  if (!terminal.wait_for(fmt::format("status {}", status)) || !terminal.wait_for("done"))
    return false;
  const std::string before = read_text(terminal.folder() / "before");
  return has(before, "icanon") && read_text(terminal.folder() / "after") == before;
}

}  // namespace

TEST_CASE("step: XOR forward to the end and back, a value changed, a result predicted",
          "[step][needs-tmux]") {
  if (!has_tmux()) {
    WARN(no_tmux);
    return;
  }
  const Tmux terminal(80, 24);
  start(terminal, "xor-2-2-1");
  REQUIRE(terminal.wait_for("Sample 1 of 4: given"));
  CHECK(terminal.wait_for("w11 = 0.6"));
  const std::string first = terminal.screen();
  for (int sample = 1; sample <= 4; ++sample) {
    for (int line = 1; line < 32; ++line) terminal.press({"Right"});
    INFO(terminal.screen());
    CHECK(terminal.wait_for(fmt::format("Sample {} of 4: update 9 of 9", sample)));
    terminal.press({"Right"});
  }
  CHECK(terminal.wait_for("this is the end"));
  CHECK(has(terminal.screen(), "Did it help?"));
  for (int line = 1; line < 4 * 32; ++line) terminal.press({"Left"});
  CHECK(terminal.wait_for("Sample 1 of 4: given"));
  CHECK(terminal.screen() == first);

  terminal.press({"="});
  terminal.type("b1 = 2/3");
  CHECK(terminal.wait_for("of the 31 results here have changed"));
  terminal.press({"/"});
  terminal.type("dL/db1");
  CHECK(terminal.wait_for("before the change: ∂L/∂b1 ≈ 0.02173902384"));
  terminal.press({"u", "p"});
  CHECK(terminal.wait_for("predict first"));
  terminal.type("0.0217");
  CHECK(terminal.wait_for("right: ∂L/∂b1 ≈ 0.02173902384"));
  terminal.press({"q"});
  CHECK(is_as_it_was(terminal, 0));
}

TEST_CASE("step: it follows the size of its window", "[step][needs-tmux]") {
  if (!has_tmux()) {
    WARN(no_tmux);
    return;
  }
  const Tmux terminal(80, 24, "COLUMNS=200 LINES=50");  // which says nothing of the window
  start(terminal, "relu-1-1-1");
  REQUIRE(terminal.wait_for("Sample 1 of 3: given"));
  CHECK(terminal.wait_for("? help  q quit"));
  terminal.resize(20, 5);
  CHECK(terminal.wait_for("Enlarge it"));
  terminal.resize(40, 12);
  CHECK(terminal.wait_for("────────────────────────────────────────"));
  terminal.press({"Right"});
  CHECK(terminal.wait_for("z1 = w1·x + b1"));
  terminal.resize(120, 40);
  CHECK(terminal.wait_for("One hidden ReLU neuron, three samples"));
  terminal.press({"q"});
  CHECK(is_as_it_was(terminal, 0));
}

TEST_CASE("step: the terminal is as it was on every way out", "[step][needs-tmux]") {
  if (!has_tmux()) {
    WARN(no_tmux);
    return;
  }
  for (const int signal : {0, SIGINT, SIGTERM, SIGHUP, SIGSEGV}) {
    CAPTURE(signal);
    const Tmux terminal(80, 24);
    terminal.type("set -m; echo here");
    start(terminal, "relu-1-1-1");
    REQUIRE(terminal.wait_for("Sample 1 of 3: given"));
    if (signal == 0) {
      terminal.press({"C-c"});
    } else {
      pid_t pid = 0;
      std::ifstream(terminal.folder() / "pid") >> pid;
      REQUIRE(pid > 0);
      kill(pid, signal);
    }
    CHECK(is_as_it_was(terminal, 128 + (signal == 0 ? SIGINT : signal)));
    CHECK(terminal.wait_for("here"));  // what was there before the full screen
    CHECK(!has(terminal.screen(), "Sample 1 of 3"));
  }
}

TEST_CASE("step: no colours, no Unicode, a terminal that can't do it", "[step][needs-tmux]") {
  if (!has_tmux()) {
    WARN(no_tmux);
    return;
  }
  {
    const Tmux terminal(80, 24, "LC_ALL=C NO_COLOR=1");
    start(terminal, "relu-1-1-1");
    REQUIRE(terminal.wait_for("Sample 1 of 3: given"));
    terminal.press({"PageDown", "PageDown"});
    CHECK(terminal.wait_for("dL/dz2 = z2 - y"));
    terminal.press({"q"});
    CHECK(is_as_it_was(terminal, 0));
  }
  for (const std::string type : {"dumb", "no-such-terminal", ""}) {
    const Tmux terminal(80, 24, "TERM=" + type);
    start(terminal, "relu-1-1-1");
    CHECK(is_as_it_was(terminal, 2));
    CHECK(has(terminal.screen(), "tracer derive"));
  }
}

TEST_CASE("step: without a terminal it says what to do instead", "[step]") {
  const ProgramRun run = run_program({"step", "relu-1-1-1"});
  CHECK(run.status == 2);
  CHECK(run.output == "");
  CHECK(run.errors ==
        "tracer: error: standard input is no terminal, and step fills the screen of one; tracer "
        "derive writes the same lines into a pipe or a file\n");
}

}  // namespace tracer
