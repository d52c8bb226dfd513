// Adam: each entry of the parameter gets a step length of its own. Next: adamw.hpp.
#pragma once

#include "tracer/optimize/rule.hpp"

namespace tracer::optimize {

///   m ← β₁·m + (1 − β₁)·g       a running mean of the gradient
///   v ← β₂·v + (1 − β₂)·g²      and of its square, entry by entry
///   m̂ = m/(1 − β₁ᵗ)             both started at 0, so that
///   v̂ = v/(1 − β₂ᵗ)             the weights (1 − β)·βⁱ, i < t, add up to 1 − βᵗ: this makes it 1
///   w ← w − lr·m̂/(√v̂ + ε)
/// Over Exact √v̂ is an interval unless v̂ is a square. There is no amsgrad.
struct Adam {
  static constexpr std::string_view name = "adam";
  static constexpr std::string_view title = "Adam";
  static constexpr std::string_view description =
      "running means of the gradient and of its square; the step is one over the root of the other";
  static constexpr std::string_view source = "PyTorch 2, torch.optim.Adam";
  static constexpr std::array settings{rate_setting("0.001"),
                                       Setting{"beta1", "β₁", "β₁", "0.9", Range::below_one,
                                               "memory of the mean gradient, PyTorch's betas[0]"},
                                       Setting{"beta2", "β₂", "β₂", "0.999", Range::below_one,
                                               "memory of the mean square, PyTorch's betas[1]"},
                                       eps_setting("1e-8"), weight_decay_setting};

  static void run(auto& page) {
    const auto& [lr, beta1, beta2, eps, weight_decay] = page.numbers;
    descend(page, page.w, with_weight_decay(page, weight_decay));
  }

  static void descend(auto& page, const auto& w, const auto& g) {
    const auto& [lr, beta1, beta2, eps, weight_decay] = page.numbers;
    const auto m = page.keep("m", beta1 * page.old("m") + (1 - beta1) * g);
    const auto v = page.keep("v", beta2 * page.old("v") + (1 - beta2) * squared(g));
    const auto m_hat = page.line("m̂", m / (1 - power(beta1, page.t)));
    const auto v_hat = page.line("v̂", v / (1 - power(beta2, page.t)));
    page.update(w - lr * m_hat / (sqrt(v_hat) + eps));
  }
};

}  // namespace tracer::optimize
