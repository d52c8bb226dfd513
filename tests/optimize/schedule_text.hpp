// A schedule as a lesson writes it, for comparison: "step(step_size=10, gamma=0.1), warmup=2".
#pragma once

#include <fmt/format.h>

#include <string>

#include "tracer/number/decimal.hpp"
#include "tracer/optimize/schedule.hpp"

namespace tracer {

inline std::string to_text(const Schedule& schedule) {
  const auto decimal = [](const Rational& q) -> std::string {
    const Decimal written = to_decimal(Exact(q), 12, true);
    if (!written.exact) return to_string(q);
    std::string text = written.text;
    if (const std::size_t e = text.find("e-0"); e != std::string::npos) text.erase(e + 2, 1);
    return text;
  };
  std::string text;
  switch (schedule.kind) {
    case Schedule::Kind::constant:
      text = "constant";
      break;
    case Schedule::Kind::step:
      text =
          fmt::format("step(step_size={}, gamma={})", schedule.step_size, decimal(schedule.gamma));
      break;
    case Schedule::Kind::exponential:
      text = fmt::format("exponential(gamma={})", decimal(schedule.gamma));
      break;
    case Schedule::Kind::cosine:
      text = schedule.min_lr == 0 ? "cosine"
                                  : fmt::format("cosine(min_lr={})", decimal(schedule.min_lr));
      break;
    case Schedule::Kind::plateau:
      text = fmt::format("reduce_on_plateau(factor={}, patience={}, min_lr={})",
                         decimal(schedule.gamma), schedule.patience, decimal(schedule.min_lr));
      break;
  }
  if (schedule.warmup > 0) text += fmt::format(", warmup={}", schedule.warmup);
  return text;
}

}  // namespace tracer
