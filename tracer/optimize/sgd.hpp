// Gradient descent, plain and with momentum: the simplest rule.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "tracer/optimize/rule.hpp"

namespace tracer::optimize {

/// Plain:          w ← w − lr·g
/// With momentum:  velocity ← μ·velocity + (1 − τ)·g, in the first step the gradient itself
///                 w ← w − lr·velocity
/// With dampen_first the velocity starts at 0 and the first step is as the others: with τ = μ it is
/// the running mean of the gradients that some courses call momentum. PyTorch has no such option.
/// Nesterov:       w ← w − lr·(g + μ·velocity)
/// The learning rate multiplies the velocity and is not part of it, so a schedule acts at once.
struct Sgd {
  static constexpr std::string_view name = "sgd";
  static constexpr std::string_view title = "SGD";
  static constexpr std::string_view description =
      "a step against the gradient, with momentum if wanted";
  static constexpr std::string_view source = "PyTorch 2, torch.optim.SGD";
  static constexpr std::array settings{
      rate_setting("0.001"),
      Setting{"momentum", "μ", "momentum", "0", Range::not_negative,
              "how much of the velocity is kept"},
      Setting{"dampening", "τ", "dampening", "0", Range::any,
              "the share of the gradient left out of the velocity"},
      weight_decay_setting};
  static constexpr Flag dampen_first{
      "dampen_first", false,
      "the first velocity is dampened too; with dampening = momentum a running mean"};
  static constexpr std::array flags{Flag{"nesterov", false, "look ahead along the velocity"},
                                    dampen_first};

  static std::optional<Complaint> complaint(std::span<const Rational> numbers,
                                            const std::vector<bool>& flags_on) {
    if (flags_on[1] && (numbers[1] == 0 || numbers[2] == 0))
      return Complaint{"dampen_first",
                       "needs momentum and dampening, such as momentum=0.9, dampening=0.9"};
    if (!flags_on[0]) return std::nullopt;
    if (numbers[1] == 0)
      return Complaint{"nesterov", "needs a momentum above 0, such as momentum=0.9"};
    if (numbers[2] != 0)
      return Complaint{"nesterov", "goes only with dampening 0; leave one of the two out"};
    return std::nullopt;
  }

  static void run(auto& page) {
    const auto& [lr, momentum, dampening, weight_decay] = page.numbers;
    const auto& [nesterov, dampens_first] = page.flags;
    const auto g = with_weight_decay(page, weight_decay);
    if (!page.is_on(momentum)) return page.update(page.w - lr * g);

    const auto velocity = next_velocity(page, g, page.first && !dampens_first);
    page.update(page.w -
                lr * (nesterov ? page.line("direction", g + momentum * velocity) : velocity));
  }

  static auto next_velocity(auto& page, const auto& g, bool is_gradient) {
    const auto& [lr, momentum, dampening, weight_decay] = page.numbers;
    if (is_gradient) return page.keep("velocity", g);
    if (!page.is_on(dampening)) return page.keep("velocity", momentum * page.old("velocity") + g);
    return page.keep("velocity", momentum * page.old("velocity") + (1 - dampening) * g);
  }
};

/// sgd under the name that lectures give it.
struct Momentum : Sgd {
  static constexpr std::string_view name = "momentum";
  static constexpr std::string_view title = "SGD with momentum";
  static constexpr std::string_view description =
      "sgd with momentum 0.9: a step along a decaying sum of the gradients";
  static constexpr auto settings = with_standard(Sgd::settings, "momentum", "0.9");
};

struct Nesterov : Momentum {
  static constexpr std::string_view name = "nesterov";
  static constexpr std::string_view title = "SGD with Nesterov momentum";
  static constexpr std::string_view description =
      "sgd with momentum 0.9 that looks ahead along the velocity";
  static constexpr std::array flags{Flag{"nesterov", true, "look ahead along the velocity"},
                                    dampen_first};
};

}  // namespace tracer::optimize
