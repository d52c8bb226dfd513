#pragma once

#include "tracer/op/matrices.hpp"
#include "tracer/op/ratio.hpp"
#include "tracer/op/sqrt.hpp"
#include "tracer/op/variance.hpp"

namespace tracer::op {

/// y = √(Σ (x − mean x)²/(n − ddof)), over all or along one side; with[0] is ddof (0)
///   x̄ = ȳ (x − mean x)/((n − ddof) y), and 0 where y is 0 (PyTorch's choice)
template <Over over>
struct StandardDeviation {
  static Symbol expansion(const With<Symbol>& with, const Symbol& x) {
    return sqrt(sum<over>(power(deviation<over>(x), 2)) / degrees_of_freedom<over>(with, x));
  }
  static auto pullback(const With<Symbol>& with, const Symbol& y_bar, const Symbol& y,
                       const Symbol& x) {
    return std::tuple{
        broadcast<over>(y_bar, x) *
        ratio(deviation<over>(x), broadcast<over>(degrees_of_freedom<over>(with, x) * y, x))};
  }
  // 0 where all entries are equal
  static void corner(auto& c, const auto& x) {
    using S = typename std::decay_t<decltype(x)>::Scalar;
    const Array<S> mean = broadcast<over>(sum<over>(x) / count<over>(x), x);
    const Array<S> from_mean = x - mean;
    c = broadcast<over>(sum<over>(from_mean * from_mean), x);
  }
  // of one entry it is always 0, and has no slope
  static Shape shape(std::span<const Shape> x, const Attributes&) {
    const bool one_row = over != Over::each_row && x[0].rows.is_one();
    const bool one_column = over != Over::each_column && x[0].columns.is_one();
    if (over == Over::all ? one_row && one_column : one_row || one_column)
      throw ShapeError("std: of a single entry it is always 0, and this is " + to_string(x[0]));
    return reduced(over, x[0]);
  }

  static constexpr std::string_view name =
      name_over(over, "std", "standard deviation of each column", "standard deviation of each row");
  static constexpr std::string_view call = "std";
  static constexpr std::array settings = variance_settings;
  static constexpr Reference reference{"√var(x); std(x, axis=0|1, ddof=0), torch.std has ddof=1",
                                       "m×n gives 1×1, 1×n, m×1", "(x − mean x)/((n − ddof)·std)",
                                       "all entries equal: 0 is taken", "numpy.std (keepdims)"};

  static Notation notation(std::span<const Operand> x, const Attributes& with) {
    return notation_of_spread(over, "std", "standard deviations", x[0].notation, with);
  }
};

}  // namespace tracer::op
