#pragma once

#include "tracer/op/abs.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// y = −1 where x < 0, 0 at 0, 1 where x > 0             x̄ = 0, for it is flat
/// Jump at 0, where the slope is taken as 0, too (PyTorch's choice).
struct Sign {
  static auto forward(const auto& x) { return sign_of(x); }
  static auto slope(const auto& x, const auto& /*y*/) { return 0 * x; }
  static auto corner(const auto& x) { return x; }

  static constexpr std::string_view name = "sign function";
  static constexpr std::string_view call = "sign";
  static constexpr std::array<std::string_view, 2> other_names{"sgn", "signum"};
  static constexpr bool quadratic = true;
  static constexpr Reference reference{"−1 for x < 0, 0 for x = 0, 1 for x > 0",
                                       "any; the result has the same", "0: it is flat",
                                       "x = 0, a jump: 0 is taken", "torch.sign"};
  static constexpr std::array samples{-3.0, -0.5, 0.5, 2.0};

  static std::string gradient_reason(std::size_t /*operand*/, const std::string& /*above*/,
                                     std::span<const std::string> /*names*/,
                                     const Attributes& /*with*/) {
    return "sign is flat on both sides of its jump at 0: no slope, so nothing flows back";
  }
};

}  // namespace tracer::op
