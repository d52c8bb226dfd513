#include "tracer/derive/show.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

namespace tracer {
namespace {

constexpr int most_rows = 12;  // a matrix that a page still holds whole
constexpr int most_columns = 10;
constexpr int corner = 3;

}  // namespace

bool Show::fits(const Array<Exact>& value) {
  return value.rows() <= most_rows && value.cols() <= most_columns;
}

Notation Show::operator()(const Exact& x) const {
  const Decimal decimal = to_decimal(x, digits_, at_limit_);
  if (decimal.exact) return notation::number(decimal.text);
  if (const auto fraction = short_fraction(x)) return notation::number(*fraction);
  return notation::number(decimal.text, true);
}

Notation Show::operator()(const Array<Exact>& value) const {
  if (value.size() == 1) return (*this)(value(0, 0));
  const bool whole = fits(value);
  const auto rows =
      static_cast<int>(whole ? value.rows() : std::min<Eigen::Index>(corner, value.rows()));
  const auto columns =
      static_cast<int>(whole ? value.cols() : std::min<Eigen::Index>(corner, value.cols()));
  std::vector<Notation> entries;
  bool plain = true;  // fractions only where the others are not decimals of ten digits
  for (int i = 0; i < rows; ++i) {
    for (int j = 0; j < columns; ++j) {
      entries.push_back((*this)(value(i, j)));
      plain = plain && !entries.back().rounded;
    }
  }
  if (!plain) {
    for (int i = 0; i < rows; ++i) {
      for (int j = 0; j < columns; ++j) {
        Notation& entry = entries[static_cast<std::size_t>(i * columns + j)];
        if (entry.text.find('/') == std::string::npos) continue;
        entry = notation::number(to_decimal(value(i, j), digits_, at_limit_).text, true);
      }
    }
  }
  Notation matrix = notation::matrix(rows, columns, std::move(entries));
  if (whole) return matrix;
  Exact squares = 0;
  // not value·value: of an interval across 0 that reaches below 0, where √ has no value
  for (Eigen::Index k = 0; k < value.size(); ++k) squares += pow(value(k), 2);
  const Exact norm = squares.is_rational() && squares.rational() == 0 ? Exact(0) : sqrt(squares);
  matrix.kind = Notation::Kind::elided;
  matrix.text =
      fmt::format("{}×{}, norm {}", value.rows(), value.cols(), to_decimal(norm, 6, true).text);
  matrix.rounded = !plain;
  return matrix;
}

std::vector<Link> Show::links(const Array<Exact>& value, bool carried_rounded) const {
  if (value.size() != 1) {
    Notation shown = (*this)(value);
    const bool exact = is_exact(shown) && !carried_rounded;
    return {{exact, std::move(shown)}};
  }
  const Exact& x = value(0, 0);
  const Decimal decimal = to_decimal(x, digits_, at_limit_);
  std::vector<Link> links;
  if (!decimal.exact) {
    if (const auto fraction = short_fraction(x))
      links.push_back({!carried_rounded, notation::number(*fraction)});
  }
  links.push_back(
      {decimal.exact && !carried_rounded, notation::number(decimal.text, !decimal.exact)});
  return links;
}

Value Show::value(const Array<Exact>& numbers) const {
  Value value;
  value.numbers = numbers;
  for (Eigen::Index i = 0; i < numbers.rows(); ++i) {
    for (Eigen::Index j = 0; j < numbers.cols(); ++j) {
      value.decimals.push_back(to_decimal(numbers(i, j), digits_, at_limit_));
    }
  }
  return value;
}

std::string Show::text(const Exact& x) const {
  const Notation shown = (*this)(x);
  return in_prose(shown.text);
}

std::string in_prose(const std::string& decimal) {
  constexpr std::array<std::string_view, 10> raised{"⁰", "¹", "²", "³", "⁴",
                                                    "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string made;
  bool exponent = false;
  bool leading = false;  // zeros of the exponent: e-05
  for (const char c : decimal) {
    if (c == 'e') {
      made += "·10";
      exponent = leading = true;
    } else if (c == '-') {
      made += exponent ? "⁻" : "−";
    } else if (c == '+' || (exponent && leading && c == '0')) {
      continue;
    } else if (exponent) {
      leading = false;
      made += raised[static_cast<std::size_t>(c - '0')];
    } else {
      made += c;
    }
  }
  return made;
}

std::string Show::doubt(const Array<Exact>& value) const {
  for (Eigen::Index k = 0; k < value.size(); ++k) {
    if (value(k).is_rational() || !value(k).contains_zero()) continue;
    const Decimal decimal = to_decimal(value(k), digits_, true);
    if (!decimal.proved) return fmt::format("|v| < {}, not proved to be 0", decimal.bound);
  }
  return "";
}

bool is_exact(const Notation& notation) {
  if (notation.rounded) return false;
  return std::ranges::all_of(notation.children,
                             [](const Notation& child) { return is_exact(child); });
}

}  // namespace tracer
