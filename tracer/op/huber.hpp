#pragma once

#include <fmt/format.h>

#include "tracer/op/huber_of_one.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

/// L = (1/n) Σ H(P − Y) over all n entries; with[0] is δ (1), and
///   H(d) = d²/2 where |d| ≤ δ, else δ(|d| − δ/2)
///   P̄ = (1/n) clip(P − Y, −δ, δ)
/// No corner: the pieces meet with the same slope. Source: Huber 1964; torch.nn.HuberLoss.
struct Huber {
  static Symbol expansion(const With<Symbol>& with, const Symbol& p, const Symbol& y) {
    return sum<Over::all>(huber_of_one(p - y, with.attributes)) / count<Over::all>(p);
  }

  static constexpr std::string_view name = "huber";
  static constexpr std::array<std::string_view, 1> other_names{"huber_loss"};
  static constexpr std::array settings = huber_settings;
  static constexpr Loss loss{.mean = Loss::Mean::of_entries};
  static constexpr Reference reference{
      "huber(P, Y, delta=1): (1/n) Σ H(P − Y), H(d) = d²/2 for |d| ≤ delta, else delta·(|d| − "
      "delta/2)",
      "same shapes; a scalar", "(1/n) clip(P − Y, −delta, delta)", "none", "torch.nn.HuberLoss"};

  static constexpr std::array samples{-2.25, 0.5, 1.75};

  static std::vector<std::string> reasons(const std::string& /*y*/, const std::string& /*x*/,
                                          const Shape& /*shape*/, const Attributes& with) {
    if (with.numbers[0] == 1) return {"H(d) = ½d² where |d| ≤ 1, else |d| − ½"};
    const std::string delta = write_number(with.numbers[0], true).text;
    return {fmt::format("H(d) = ½d² where |d| ≤ {0}, else {0}·(|d| − {1})", delta,
                        write_number(Rational(with.numbers[0] / 2), true).text)};
  }

  struct NotCut {
    static constexpr MistakeKind kind{"huber_not_cut", 0};
    static constexpr std::string_view says =
        "the slope is taken as that of the squared error everywhere; beyond delta it stays at "
        "delta";
    static Symbol pullback(const Symbol& l_bar, const Symbol& /*l*/, const Symbol& p,
                           const Symbol& y) {
      return l_bar * (p - y) / count<Over::all>(p);
    }
  };
  using mistakes = Mistakes<NotCut>;
};

}  // namespace tracer::op
