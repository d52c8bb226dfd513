// Lessons written out in tests, and the shipped ones.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "tests/language/elaborated.hpp"
#include "tracer/derive/derive.hpp"

namespace tracer::test {

using tracer::lesson;

inline const std::string one_relu = R"(
param w1 = 1
param b1 = 0
param w2 = 1
param b2 = 0
data x, y in (1, 3), (2, 4), (3, 5)
z1 = w1*x + b1
a1 = relu(z1)
z2 = w2*a1 + b2
L  = 1/2*(z2 - y)**2
train L with sgd(lr=0.01), batch_size=1, epochs=1
)";

/// Without those that read pictures: they need files that are not part of the project.
inline std::vector<std::filesystem::path> shipped() {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(TRACER_SOURCE_DIR "/lessons")) {
    if (entry.path().extension() != ".lesson") continue;
    if (read_source(entry.path()).text().find("mnist(") == std::string::npos)
      paths.push_back(entry.path());
  }
  return paths;
}

/// The gradient of a name in a step of a derivation.
inline const GradientLine& gradient(const DerivationStep& step, const std::string& wrt) {
  for (const GradientLine& line : step.gradients) {
    if (line.wrt == wrt) return line;
  }
  throw Error("no gradient of " + wrt);
}

}  // namespace tracer::test
