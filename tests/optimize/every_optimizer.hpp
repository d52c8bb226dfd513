// Every optimizer with every combination of its options, for tests that hold for all: they come
// from Optimizer::all(), so a new rule is tested without being named. And a parameter and gradients
// to run them on.
#pragma once

#include <fmt/core.h>

#include <string>
#include <vector>

#include "tracer/error.hpp"
#include "tracer/optimize/optimizer.hpp"

namespace tracer {

/// What is 0 by default is tried at 0 and at 1/5, each flag off and on; combinations that are
/// refused are left out.
inline std::vector<OptimizerSettings> every_optimizer() {
  std::vector<OptimizerSettings> tried;
  for (const OptimizerHelp& rule : Optimizer::all()) {
    std::vector<OptimizerSettings> variants{
        {std::string(rule.name), {{"lr", Rational(1, 10)}}, {}}};
    const auto fork = [&](auto&& change) {
      const std::size_t n = variants.size();
      for (std::size_t i = 0; i < n; ++i) {
        variants.push_back(variants[i]);
        change(variants.back());
      }
    };
    for (const Setting& setting : rule.settings.subspan(1)) {
      const bool optional =
          setting.standard == "0" || setting.name == "weight_decay" || setting.name == "momentum";
      if (!optional) continue;
      for (OptimizerSettings& variant : variants) variant.numbers[std::string(setting.name)] = 0;
      fork([&](OptimizerSettings& variant) {
        variant.numbers[std::string(setting.name)] = Rational(1, 5);
      });
    }
    for (const Flag& flag : rule.flags) {
      for (OptimizerSettings& variant : variants) variant.flags[std::string(flag.name)] = false;
      fork([&](OptimizerSettings& variant) { variant.flags[std::string(flag.name)] = true; });
    }
    for (OptimizerSettings& variant : variants) {
      try {
        Optimizer::make(variant);
        tried.push_back(std::move(variant));
      } catch (const Error&) {  // nesterov without momentum, say
      }
    }
  }
  return tried;
}

/// "sgd(lr=1/10, nesterov=true)"
inline std::string text_of(const OptimizerSettings& settings) {
  std::string text = settings.name + "(";
  for (const auto& [name, number] : settings.numbers)
    text += fmt::format("{}={}, ", name, to_string(number));
  for (const auto& [name, flag] : settings.flags) text += fmt::format("{}={}, ", name, flag);
  return text.substr(0, text.size() - 2) + ")";
}

inline Array<Exact> exact_array(Eigen::Index rows, const std::vector<const char*>& row_by_row) {
  const auto columns = static_cast<Eigen::Index>(row_by_row.size()) / rows;
  Array<Exact> made(rows, columns);
  for (Eigen::Index i = 0; i < rows; ++i) {
    for (Eigen::Index j = 0; j < columns; ++j) {
      made(i, j) = Exact(parse_rational(row_by_row[static_cast<std::size_t>(i * columns + j)]));
    }
  }
  return made;
}

inline Array<Exact> example_parameter() { return exact_array(2, {"1", "-2", "0.5", "3"}); }

/// The gradient of step 1, 2, ...: from 4 on they come again.
inline Array<Exact> example_gradient(int step) {
  switch ((step - 1) % 3) {
    case 0:
      return exact_array(2, {"0.5", "-1", "2", "0.25"});
    case 1:
      return exact_array(2, {"-0.75", "-1.5", "1", "0.125"});
    default:
      return exact_array(2, {"0.25", "0.5", "3", "-2"});
  }
}

template <class S>
Array<S> array_as(const Array<Exact>& x) {
  return x.unaryExpr([](const Exact& v) { return static_cast<S>(v); });
}
template <>
inline Array<Exact> array_as<Exact>(const Array<Exact>& x) {
  return x;
}

/// The example parameter after that many steps with the example gradients.
template <class S>
Array<S> run_example(const Optimizer& optimizer, int steps) {
  Array<S> w = array_as<S>(example_parameter());
  auto state = optimizer.start<S>(w.rows(), w.cols());
  for (int step = 1; step <= steps; ++step) {
    const Array<S> g = array_as<S>(example_gradient(step));
    optimizer.step<S>(View<S>(w.data(), w.rows(), w.cols()),
                      ConstView<S>(g.data(), g.rows(), g.cols()), state, {.step = step});
  }
  return w;
}

}  // namespace tracer
