#pragma once

#include <fmt/format.h>

#include "tracer/op/mean.hpp"
#include "tracer/op/power.hpp"
#include "tracer/op/room.hpp"

namespace tracer::op {

inline constexpr std::array variance_settings{
    Setting{"ddof",
            "ddof",
            "ddof",
            "0",
            Range::not_negative,
            "what is taken off the number of entries that the squares are divided by",
            {"correction", ""}}};

/// x minus the mean of its group, and what the squares of that are divided by: n − ddof.
template <Over over>
Symbol deviation(const Symbol& x) {
  return x - broadcast<over>(apply<Mean<over>>(x), x);
}
template <Over over>
Symbol degrees_of_freedom(const With<Symbol>& with, const Symbol& x) {
  const Rational& off = with.attributes.numbers[0];
  const Symbol n = count<over>(x);
  if (off == 0) return n;
  return n.is_number() ? Symbol(Rational(n.number() - off)) : n - Symbol(off);
}

/// "var(x)", "column variances of x"; ddof is said where it is not 0.
inline Notation notation_of_spread(Over over, std::string_view call, std::string_view plural,
                                   const Notation& x, const Attributes& with) {
  const bool off = !with.numbers.empty() && with.numbers[0] != 0;
  if (over == Over::all) {
    std::vector<Notation> arguments{x};
    if (off)
      arguments.push_back(notation::name("ddof=" + write_number(with.numbers[0], true).text));
    return notation::call(std::string(call), std::move(arguments));
  }
  return notation::words(
      fmt::format("{} {}{} of", over == Over::each_column ? "column" : "row", plural,
                  off ? fmt::format(" (ddof={})", write_number(with.numbers[0], true).text) : ""),
      {x});
}

/// y = Σ (x − mean x)²/(n − ddof), over all or along one side; with[0] is ddof (0)
///   x̄ = ȳ 2(x − mean x)/(n − ddof)      each x moves the mean too, but Σ (x − mean x) is 0
/// Source: numpy.var.
template <Over over>
struct Variance {
  static Symbol expansion(const With<Symbol>& with, const Symbol& x) {
    return sum<over>(power(deviation<over>(x), 2)) / degrees_of_freedom<over>(with, x);
  }
  static auto pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& /*y*/,
                       const Symbol& x) {
    return std::tuple{broadcast<over>(y_bar, x) *
                      (2 * deviation<over>(x) / degrees_of_freedom<over>(with, x))};
  }
  static Shape shape(std::span<const Shape> x, const Attributes&) { return reduced(over, x[0]); }

  static constexpr std::string_view name =
      name_over(over, "var", "variance of each column", "variance of each row");
  static constexpr std::string_view call = "var";
  static constexpr bool quadratic = true;
  static constexpr std::array settings = variance_settings;
  static constexpr Reference reference{
      "Σ (x − mean x)²/(n − ddof); var(x, axis=0|1, ddof=0), torch.var has ddof=1",
      "m×n gives 1×1, 1×n, m×1", "2(x − mean x)/(n − ddof)", "none", "numpy.var (keepdims)"};

  static Notation notation(std::span<const Operand> x, const Attributes& with) {
    return notation_of_spread(over, "var", "variances", x[0].notation, with);
  }
  static std::string gradient_reason(std::size_t /*operand*/, const std::string& /*above*/,
                                     std::span<const std::string> names,
                                     const Attributes& /*with*/) {
    return names[0] +
           " moves its mean, too; but the deviations from it sum to 0, so that adds "
           "nothing";
  }
};

}  // namespace tracer::op
