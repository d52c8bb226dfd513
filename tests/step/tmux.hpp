// A real terminal for tests: tmux, with a shell in it. It has a server of its own, which ends with
// the object.
#pragma once

#include <string>
#include <vector>

#include "tests/lessons/run_program.hpp"

namespace tracer {

bool has_tmux();

class Tmux {
 public:
  /// `environment`: "TERM=dumb LANG=C", of the shell. Files that it writes are in folder().
  Tmux(int columns, int rows, const std::string& environment = "");
  ~Tmux();
  Tmux(const Tmux&) = delete;
  Tmux& operator=(const Tmux&) = delete;

  const TemporaryFolder& folder() const { return folder_; }
  /// Keys by tmux's names: "Right", "Enter"; what is no name is typed as it is.
  void press(const std::vector<std::string>& keys) const;
  /// A line for the shell, or a prompt.
  void type(const std::string& line) const;
  void resize(int columns, int rows) const;
  /// What is to be seen.
  std::string screen() const;
  /// Waits until it shows that; false: it has not within half a minute.
  bool wait_for(const std::string& text) const;

 private:
  int run(const std::string& arguments) const;
  TemporaryFolder folder_;
};

}  // namespace tracer
