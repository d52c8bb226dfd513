// A lesson whose gradients can be worked out in the head, in a folder of its own, and claims about
// it: what the tests of `tracer check --claimed` and `--program` share.
#pragma once

#include <string>
#include <vector>

#include "tests/lessons/run_program.hpp"

namespace tracer {

/// Z = (5.5, −1), Z − y = (4, −2), divided by the two samples: ∂L/∂Z = (2, −1). So ∂L/∂w =
/// 2·(1, 2) − (0.5, −1) = (1.5, 5), ∂L/∂b = 2 − 1 = 1, and L = (16 + 4)/(2·2) = 5.
inline const std::string neuron =
    "# A neuron\n"
    "param w = [[1, 2]]\n"
    "param b = 0.5\n"
    "data X, y in ([1, 2], 1.5), ([0.5, -1], 1)\n"
    "Z = w @ X + b\n"
    "L = half_mse(Z, y)\n"
    "train L with sgd(lr=0.5), batch_size=all\n";

inline const std::string right_claim = R"({"dL/dw": [[1.5, 5]], "dL/db": 1, "L": 5})";
inline const std::string wrong_claim = R"({"dL/dw": [[1.5, 5.25]], "dL/db": 1})";

/// A folder with my.lesson in it, which `tracer check` is run in.
class NeuronFolder {
 public:
  explicit NeuronFolder(const std::string& lesson = neuron) { write("my.lesson", lesson); }

  std::filesystem::path path() const { return folder_.path(); }
  void write(const std::string& name, const std::string& content) const {
    write_text(path() / name, content);
  }
  ProgramRun check(std::vector<std::string> more) const {
    more.insert(more.begin(), {"check", "my.lesson"});
    return run_program(more, path());
  }
  /// check --claimed NAME, a file with this content.
  ProgramRun claim(const std::string& content, const std::string& name = "c.json") const {
    write(name, content);
    return check({"--claimed", name});
  }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(path()))
      names.push_back(entry.path().filename().string());
    return names;
  }

 private:
  TemporaryFolder folder_;
};

}  // namespace tracer
