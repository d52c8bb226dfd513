#include "tracer/diagnosis/factor_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "tracer/number/decimal.hpp"
#include "tracer/number/uncertain.hpp"

namespace tracer {

std::vector<LessonNumber> numbers_of(const BatchGraph& batch, std::vector<LessonNumber> given) {
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
  given.insert(given.end(), numbers.begin(), numbers.end());
  return given;
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

// 0.01, 0.3: a number of at most two digits, as people choose them.
std::optional<FactorName> short_decimal(long double k, long double tolerance) {
  const std::string text = fmt::format("{:.2g}", static_cast<double>(k));
  if (!std::isfinite(static_cast<double>(k))) return std::nullopt;
  const Rational value = parse_rational(text);
  if (value == 0 || !near(k, value, std::min(tolerance, 1e-4L))) return std::nullopt;
  return FactorName{value, written(value), 2};
}

}  // namespace

FactorNames::FactorNames(std::vector<LessonNumber> numbers) : numbers_(std::move(numbers)) {
  const auto add = [&](const Rational& value, std::string text, int odd) {
    all_.push_back({value, std::move(text), odd});
  };
  const auto plain = [&](const Rational& value, int odd) {
    const std::string text = to_string(value);
    add(value, text.starts_with('-') ? "−" + text.substr(1) : text, odd);
  };
  for (const Rational& k : {Rational(2), Rational(1, 2), Rational(1), Rational(-1), Rational(0)})
    plain(k, 0);
  for (const auto& [name, n] : numbers_) {
    const int odd = name == "m" || name == "the learning rate" ? 0 : 1;
    add(n, fmt::format("{} ({})", written(n), name), odd);
    add(1 / n, fmt::format("1/{} (one over {})", written(n), name), odd);
  }
  for (const auto& [name, n] : numbers_) {
    if (n <= 1) continue;
    const Rational root(static_cast<double>(std::sqrt(to_long_double(Exact(n)))));
    add(root, fmt::format("√{} ({})", written(n), name), 1);
    add(1 / root, fmt::format("1/√{0} ({0} being {1})", written(n), name), 1);
  }
  for (int n = 3; n <= 10; ++n) {
    plain(n, 1);
    plain(Rational(1, n), 1);
  }
  for (const Rational& k : {Rational(3, 2), Rational(2, 3), Rational(-2), Rational(-1, 2)})
    plain(k, 1);
  for (int n = 3; n <= 12; ++n) {
    plain(Rational(n, n + 1), 2);
    plain(Rational(n + 1, n), 2);
  }
  // a rate, or a number in the lesson, stands alone; what is counted makes products
  std::vector<LessonNumber> counted;
  std::ranges::copy_if(numbers_, std::back_inserter(counted),
                       [](const LessonNumber& number) { return number.value > 1; });
  for (const auto& [name, n] : counted) {
    const std::string size = written(n);
    const int odd = name == "m" ? 1 : 2;
    add(2 * n, fmt::format("2·{} (twice {})", size, name), odd);
    add(2 / n, fmt::format("2/{} (two over {})", size, name), odd);
    add(-n, fmt::format("−{} ({}, with the sign turned)", size, name), odd);
    add(n / 2, fmt::format("{}/2 (half of {})", size, name), 2);
    add(1 / (2 * n), fmt::format("1/(2·{0}) ({0} being {1})", size, name), odd);
    add(1 / (n * n), fmt::format("1/{0}² ({0} being {1})", size, name), odd);
  }
  for (std::size_t i = 0; i < counted.size(); ++i) {
    for (std::size_t j = i + 1; j < counted.size(); ++j) {
      const Rational& a = counted[i].value;
      const Rational& b = counted[j].value;
      const std::string first = written(a);
      const std::string second = written(b);
      const std::string both =
          fmt::format("{} is {}, {} is {}", first, counted[i].name, second, counted[j].name);
      add(a * b, fmt::format("{}·{} ({})", first, second, both), 2);
      add(1 / (a * b), fmt::format("1/({}·{}) ({})", first, second, both), 2);
      add(a / b, fmt::format("{}/{} ({})", first, second, both), 2);
      add(b / a, fmt::format("{}/{} ({})", second, first, both), 2);
    }
  }
}

std::optional<FactorName> FactorNames::find(long double k, long double tolerance) const {
  const FactorName* best = nullptr;
  for (const FactorName& candidate : all_) {
    const bool fits =
        candidate.value == 0 ? std::fabs(k) <= tolerance : near(k, candidate.value, tolerance);
    if (fits && (best == nullptr || candidate.odd < best->odd)) best = &candidate;
  }
  if (best == nullptr || best->odd > 1) {
    if (auto decimal = short_decimal(k, tolerance)) return decimal;
  }
  return best == nullptr ? std::nullopt : std::optional(*best);
}

}  // namespace tracer
