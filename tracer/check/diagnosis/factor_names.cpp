#include "tracer/check/diagnosis/factor_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "tracer/number/decimal.hpp"
#include "tracer/number/uncertain.hpp"

namespace tracer {

std::vector<LessonNumber> numbers_of(const BatchGraph& batch) {
  std::vector<LessonNumber> numbers;
  const auto add = [&](const std::string& name, int count) {
    const Rational value(count);
    if (count > 1 && std::ranges::find(numbers, value, &LessonNumber::value) == numbers.end())
      numbers.push_back({name, value});
  };
  add("m", batch.batch_size);
  for (NodeId id = batch.graph.size() - 1; id >= 0; --id) {
    const Node& node = batch.graph[id];
    if (!node.is_named() || node.leaf == LeafKind::constant) continue;
    const int rows = node.shape.rows.count;
    const int columns = node.shape.columns.count;
    add(fmt::format("the number of rows of {}", node.name), rows);
    add(fmt::format("the number of columns of {}", node.name), columns);
    if (rows > 1 && columns > 1)
      add(fmt::format("the number of entries of {}", node.name), rows * columns);
  }
  // 0.01, as it stands before a penalty
  for (NodeId id = 0; id < batch.graph.size(); ++id) {
    const Node& node = batch.graph[id];
    if (node.leaf != LeafKind::constant || !node.shape.is_scalar()) continue;
    const Exact& number = (*node.constant)(0, 0);
    if (!number.is_rational() || number.rational() <= 0 || number.rational() >= 1 ||
        number.rational() == Rational(1, 2) ||
        std::ranges::find(numbers, number.rational(), &LessonNumber::value) != numbers.end())
      continue;
    const std::string name = node.is_named() ? node.name : "the number in the lesson";
    numbers.push_back({name, number.rational()});
  }
  return numbers;
}

namespace {

// 16, 0.03, 1/3
std::string written(const Rational& value) {
  const Decimal decimal = to_decimal(Exact(value), 6, true);
  return decimal.exact ? decimal.text : to_string(value);
}

bool near(long double k, const Rational& value, long double tolerance) {
  const long double wanted = to_long_double(Exact(value));
  return std::fabs(k - wanted) <= tolerance * std::fabs(wanted);
}

}  // namespace

std::optional<FactorName> name_factor(long double k, const std::vector<LessonNumber>& numbers,
                                      long double tolerance) {
  std::vector<FactorName> candidates;
  const auto plain = [&](const Rational& value) {
    std::string text = to_string(value);
    if (text.starts_with('-')) text = "−" + text.substr(1);
    candidates.push_back({value, text});
  };
  plain(2);
  plain(Rational(1, 2));
  for (const LessonNumber& n : numbers) {
    const std::string size = written(n.value);
    candidates.push_back({n.value, fmt::format("{} ({})", size, n.name)});
    candidates.push_back({1 / n.value, fmt::format("1/{} (one over {})", size, n.name)});
  }
  plain(1);
  plain(-1);
  plain(0);
  for (const LessonNumber& n : numbers) {
    const std::string size = written(n.value);
    candidates.push_back({2 * n.value, fmt::format("2·{} (twice {})", size, n.name)});
    candidates.push_back({2 / n.value, fmt::format("2/{} (two over {})", size, n.name)});
    candidates.push_back({n.value / 2, fmt::format("{}/2 (half of {})", size, n.name)});
    candidates.push_back(
        {1 / (2 * n.value), fmt::format("1/(2·{}) ({} being {})", size, size, n.name)});
    candidates.push_back(
        {1 / (n.value * n.value), fmt::format("1/{0}² ({0} being {1})", size, n.name)});
  }
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    for (std::size_t j = i + 1; j < numbers.size(); ++j) {
      const auto& [a, a_value] = numbers[i];
      const auto& [b, b_value] = numbers[j];
      const std::string first = written(a_value);
      const std::string second = written(b_value);
      const std::string both = fmt::format("{} is {}, {} is {}", first, a, second, b);
      candidates.push_back({a_value * b_value, fmt::format("{}·{} ({})", first, second, both)});
      candidates.push_back(
          {1 / (a_value * b_value), fmt::format("1/({}·{}) ({})", first, second, both)});
      candidates.push_back({a_value / b_value, fmt::format("{}/{} ({})", first, second, both)});
      candidates.push_back({b_value / a_value, fmt::format("{}/{} ({})", second, first, both)});
    }
  }
  for (int n = 3; n <= 10; ++n) {
    plain(n);
    plain(Rational(1, n));
    plain(-n);
  }
  plain(-2);
  plain(Rational(-1, 2));
  plain(Rational(3, 2));
  plain(Rational(2, 3));
  for (const FactorName& candidate : candidates) {
    if (candidate.value == 0 ? std::fabs(k) <= tolerance : near(k, candidate.value, tolerance))
      return candidate;
  }
  return std::nullopt;
}

}  // namespace tracer
