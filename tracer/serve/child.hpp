// Computations as processes of the program that runs (/proc/self/exe).
#pragma once

#include <mutex>

#include "tracer/serve/runner.hpp"

namespace tracer::serve {

class ChildRunner : public Runner {
 public:
  /// `program`: the file that is run.
  explicit ChildRunner(std::filesystem::path program = "/proc/self/exe");
  ~ChildRunner() override;
  std::shared_ptr<Run> start(Task) override;
  /// Starts a process that waits for its input: loading the program takes longer than a small lesson.
  void prepare(Task) override;

 private:
  class Child;
  std::shared_ptr<Child> child_of(Task) const;

  std::filesystem::path program_;
  std::mutex preparing_;
  Task expected_;
  std::shared_ptr<Child> spare_;  // at most one
};

}  // namespace tracer::serve
