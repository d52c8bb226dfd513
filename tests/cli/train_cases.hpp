// What the tests of tracer train share.
#pragma once

#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "tests/lessons/run_program.hpp"
#include "tracer/train/model_file.hpp"

namespace tracer {

using Json = nlohmann::json;

// Two rings, learnt in some 20 epochs; fast enough to be run in every test.
inline const std::vector<std::string> rings{
    "train", "--layers", "2,8,1",    "--data", "circles(200, factor=0.4, noise=0.05)",
    "--lr",  "0.05",     "--epochs", "30",     "--seed",
    "3"};

inline std::vector<std::string> with(std::vector<std::string> arguments,
                                     const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

// So long that no machine is through with it before a test has stopped it.
inline const std::string endless =
    "# Endless\nparam W1 = kaiming(64, 2)\nparam b1 = zeros(64, 1)\nparam W2 = kaiming(1, 64)\n"
    "param b2 = zeros(1, 1)\ndata X, Y = circles(2000, factor=0.4, noise=0.1)\n"
    "A = relu(W1 @ X + b1)\nP = sigmoid(W2 @ A + b2)\nL = bce(P, Y)\n"
    "train L with adam(lr=0.001), batch_size=8, epochs=100000, shuffle=true, validation=0.1\n";

inline std::vector<Json> json_lines(const std::string& text) {
  std::vector<Json> all;
  for (const std::string& line : lines_of(text)) all.push_back(Json::parse(line));
  return all;
}

// Parameters of two model files, bit for bit.
inline bool same_parameters(const Model& a, const Model& b) {
  if (a.parameters.size() != b.parameters.size() || a.parameters.empty()) return false;
  for (const auto& [name, tensor] : a.parameters) {
    const auto& one = std::get<Array<float>>(tensor);
    const auto& other = std::get<Array<float>>(b.parameters.at(name));
    if (one.rows() != other.rows() || one.cols() != other.cols() || !(one == other).all())
      return false;
  }
  return true;
}

}  // namespace tracer
