#include "tracer/claims/leaf_values.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "tracer/error.hpp"

namespace tracer {
namespace {

bool is_float(double x) { return static_cast<double>(static_cast<float>(x)) == x; }

}  // namespace

LeafValue leaf_value(const Array<double>& values) {
  if (values.unaryExpr(&is_float).all()) return Array<float>(values.cast<float>());
  return Array<Exact>(values.unaryExpr([](double x) { return Exact::from_double(x); }));
}

LeafValue leaf_value(const Reals& values, const NamedArray& of, const std::string& source) {
  // An exact number takes some hundred bytes.
  constexpr Eigen::Index most = 4'000'000;
  const Array<double> doubles = values.cast<double>();
  if (values.size() > most && !doubles.unaryExpr(&is_float).all()) {
    throw Error(fmt::format(
        "{}: {} has {} numbers in float64, too many to be kept exactly; hand over the batch that "
        "the gradient is of, or save it as float32",
        source, of.name, values.size()));
  }
  if (!of.short_text || values.size() > most) return leaf_value(doubles);
  // The shortest decimal of the float64 is the one that was written, for that had few digits.
  return Array<Exact>(
      doubles.unaryExpr([](double x) { return Exact(parse_rational(fmt::format("{}", x))); }));
}

Array<double> doubles(const Array<Exact>& values) {
  return values.unaryExpr([](const Exact& x) { return x.to_double(); });
}

void take_all_in_order(Training& training) {
  training.validation.reset();
  training.test.reset();
  training.folds = 0;
  training.train_size.reset();
  training.shuffle = false;
}

Entries entries_of(const Array<double>& value, bool samples_are_rows) {
  const auto all = [&](auto holds) { return value.unaryExpr(holds).all(); };
  if (value.size() == 0) return Entries::numbers;
  if (all([](double x) { return x == -1 || x == 1; }) && (value < 0).any()) return Entries::signs;
  if (!all([](double x) { return x >= 0 && x <= 1; })) return Entries::numbers;
  const bool several = (samples_are_rows ? value.cols() : value.rows()) > 1;
  const Array<double> sums =
      samples_are_rows ? Array<double>(value.rowwise().sum().transpose()) : value.colwise().sum();
  // 1e-6: shares that were computed in float32 add up to 1 within some of its units
  const bool adds_up = several && ((sums - 1).abs() < 1e-6).all();
  if (all([](double x) { return x == 0 || x == 1; }))
    return adds_up ? Entries::one_hot : Entries::zeros_ones;
  return adds_up ? Entries::shares : Entries::probabilities;
}

Entries entries_of(const Samples& data, std::size_t name, int most) {
  std::vector<int> some(static_cast<std::size_t>(std::min(data.count, most)));
  std::iota(some.begin(), some.end(), 0);
  return entries_of(doubles(exact_value(data.batch(name, some))), data.rows);
}

}  // namespace tracer
