// Adagrad: the gradient over the root of the sum of all its squares so far.
#pragma once

#include "tracer/optimize/rule.hpp"

namespace tracer::optimize {

///   sum ← sum + g²
///   w ← w − lr·g/(√sum + ε)
/// With lr_decay δ the learning rate is lr/(1 + (t − 1)·δ). Source: PyTorch 2, torch.optim.Adagrad.
struct Adagrad {
  static constexpr std::string_view name = "adagrad";
  static constexpr std::string_view title = "Adagrad";
  static constexpr std::string_view description =
      "the gradient over the root of the sum of all its squares so far";
  static constexpr std::string_view source = "PyTorch 2, torch.optim.Adagrad";
  static constexpr std::array settings{
      rate_setting("0.01"),
      Setting{"lr_decay", "δ", "lr decay", "0", Range::not_negative,
              "divides the learning rate by 1 + (t − 1)·δ"},
      weight_decay_setting,
      Setting{"initial_accumulator_value", "sum₀", "initial sum", "0", Range::not_negative,
              "what the sum starts at"},
      eps_setting("1e-10")};

  static void run(auto& page) {
    const auto& [lr, lr_decay, weight_decay, initial_sum, eps] = page.numbers;
    const auto g = with_weight_decay(page, weight_decay);
    const auto sum = page.keep("sum", page.old("sum", initial_sum) + squared(g));
    const auto rate = page.is_on(lr_decay) ? lr / (1 + (page.t - 1) * lr_decay) : lr;
    page.update(page.w - rate * g / (sqrt(sum) + eps));
  }
};

}  // namespace tracer::optimize
