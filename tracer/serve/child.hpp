// Computations as processes of the program that runs (/proc/self/exe).
#pragma once

#include "tracer/serve/runner.hpp"

namespace tracer::serve {

class ChildRunner : public Runner {
 public:
  /// `program`: the file that is run.
  explicit ChildRunner(std::filesystem::path program = "/proc/self/exe");
  std::shared_ptr<Run> start(Task) override;

 private:
  std::filesystem::path program_;
};

}  // namespace tracer::serve
