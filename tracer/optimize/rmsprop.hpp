// RMSprop: the gradient over the root of a running mean of its square.
#pragma once

#include "tracer/optimize/rule.hpp"

namespace tracer::optimize {

///   v ← α·v + (1 − α)·g²
///   w ← w − lr·g/(√v + ε)
/// Centered:       m ← α·m + (1 − α)·g, and variance = v − m² takes the place of v under the root
/// With momentum:  velocity ← μ·velocity + g/(√v + ε);  w ← w − lr·velocity
/// The ε is added to the root, not under it. Source: PyTorch 2, torch.optim.RMSprop.
struct RmsProp {
  static constexpr std::string_view name = "rmsprop";
  static constexpr std::string_view title = "RMSprop";
  static constexpr std::string_view description =
      "the gradient over the root of a running mean of its square";
  static constexpr std::string_view source = "PyTorch 2, torch.optim.RMSprop";
  static constexpr std::array settings{
      rate_setting("0.01"),
      Setting{"alpha", "α", "α", "0.99", Range::at_most_one, "memory of the mean square"},
      eps_setting("1e-8"), weight_decay_setting,
      Setting{"momentum", "μ", "momentum", "0", Range::not_negative,
              "how much of the velocity is kept"}};
  static constexpr std::array flags{
      Flag{"centered", false, "divide by the deviation from the mean gradient"}};

  static void run(auto& page) {
    const auto& [lr, alpha, eps, weight_decay, momentum] = page.numbers;
    const auto& [centered] = page.flags;
    const auto g = with_weight_decay(page, weight_decay);
    const auto v = page.keep("v", alpha * page.old("v") + (1 - alpha) * squared(g));
    const auto spread = centered ? variance(page, v, g) : v;
    if (!page.is_on(momentum)) return page.update(page.w - lr * g / (sqrt(spread) + eps));

    const auto velocity =
        page.keep("velocity", momentum * page.old("velocity") + g / (sqrt(spread) + eps));
    page.update(page.w - lr * velocity);
  }

  static auto variance(auto& page, const auto& v, const auto& g) {
    const auto& [lr, alpha, eps, weight_decay, momentum] = page.numbers;
    const auto m = page.keep("m", alpha * page.old("m") + (1 - alpha) * g);
    return page.line("variance", v - squared(m));
  }
};

}  // namespace tracer::optimize
