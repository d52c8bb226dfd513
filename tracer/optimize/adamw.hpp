// AdamW: Adam whose weight decay goes past the running means.
#pragma once

#include "tracer/optimize/adam.hpp"

namespace tracer::optimize {

///   decayed = w − lr·λ·w
/// and from there Adam's step, with the gradient of the loss alone. In Adam λ·w is part of g and is
/// divided by √v̂ with it, so that weights with large gradients hardly decay; here all decay alike.
struct AdamW {
  static constexpr std::string_view name = "adamw";
  static constexpr std::string_view title = "AdamW";
  static constexpr std::string_view description =
      "Adam with a weight decay of its own, apart from the gradient";
  static constexpr std::string_view source = "PyTorch 2, torch.optim.AdamW";
  static constexpr auto settings =
      with_standard(Adam::settings, "weight_decay", "0.01", "takes lr·λ·w off the weight");

  static void run(auto& page) {
    const auto& [lr, beta1, beta2, eps, weight_decay] = page.numbers;
    const auto w = page.is_on(weight_decay)
                       ? page.line("decayed", page.w - lr * weight_decay * page.w)
                       : page.w;
    Adam::descend(page, w, page.g);
  }
};

}  // namespace tracer::optimize
