// Sweeps of small lessons.
#pragma once

#include <string>
#include <vector>

#include "tracer/error.hpp"
#include "tracer/language/settings.hpp"
#include "tracer/sweep/plan.hpp"

namespace tracer::test {

/// Two rings and a net of three hidden units; `unused` is a constant that nothing looks at.
inline Source rings_lesson(const std::string& train = "adam(lr=0.05), batch_size=20, epochs=3") {
  return Source("rings.lesson", R"(
let h = 3
let unused = 1
data X, Y = circles(60, factor=0.4, noise=0.05)
test X, Y = circles(40, factor=0.4, noise=0.05)
param W1 = kaiming(h, 2)
param b1 = zeros(h, 1)
param W2 = xavier(1, h)
param b2 = zeros(1, 1)
A1 = relu(W1 @ X + b1)
P = sigmoid(W2 @ A1 + b2)
L = bce(P, Y)
train L with )" + train + ", shuffle=true, validation=0.25\n");
}

/// What it throws; "" where it throws nothing.
template <class F>
std::string failure_of(const F& f) {
  try {
    f();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

inline SweepRequest request_of(const Source& lesson, std::vector<SweepOption> options,
                               int seeds = 2) {
  SweepRequest request;
  request.name = "rings";
  request.options = options;
  request.seeds = seeds;
  request.version = "test";
  request.lesson_of = [lesson, options](const Candidate& candidate,
                                        std::vector<std::string>* left_out) {
    LessonSettings settings;
    for (std::size_t k = 0; k < options.size(); ++k)
      settings.emplace_back(options[k].name, candidate[k]);
    return Adjustable(lesson).with(settings, left_out);
  };
  return request;
}

inline SweepPlan plan_of_rings(std::vector<SweepOption> options, int seeds = 2) {
  return plan_of(request_of(rings_lesson(), std::move(options), seeds));
}

}  // namespace tracer::test
