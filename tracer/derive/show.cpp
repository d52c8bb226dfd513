#include "tracer/derive/show.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/text/scripts.hpp"

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
  const Decimal shown = decimal(x);
  if (!shown.exact)
    if (const auto fraction = short_fraction(x)) return notation::number(*fraction);
  return notation::number(shown.text, !shown.exact);
}

Notation Show::operator()(const Array<Exact>& value) const {
  if (value.size() == 1) return (*this)(value(0, 0));
  const bool whole = fits(value);
  const auto rows =
      static_cast<int>(whole ? value.rows() : std::min<Eigen::Index>(corner, value.rows()));
  const auto columns =
      static_cast<int>(whole ? value.cols() : std::min<Eigen::Index>(corner, value.cols()));
  std::vector<Notation> entries;
  for (int i = 0; i < rows; ++i)
    for (int j = 0; j < columns; ++j) entries.push_back((*this)(value(i, j)));
  const bool plain = std::ranges::none_of(entries, &Notation::rounded);
  for (int k = 0; !plain && k < rows * columns; ++k) {
    // fractions only where the others are not decimals of ten digits
    Notation& entry = entries[static_cast<std::size_t>(k)];
    if (entry.text.find('/') != std::string::npos)
      entry = notation::number(decimal(value(k / columns, k % columns)).text, true);
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
  const Decimal shown = decimal(x);
  std::vector<Link> links;
  if (!shown.exact)
    if (const auto fraction = short_fraction(x))
      links.push_back({!carried_rounded, notation::number(*fraction)});
  links.push_back({shown.exact && !carried_rounded, notation::number(shown.text, !shown.exact)});
  return links;
}

Value Show::value(const Array<Exact>& numbers) const {
  Value value;
  value.numbers = numbers;
  for (const auto& row : numbers.rowwise())
    for (const Exact& x : row) value.decimals.push_back(decimal(x));
  return value;
}

std::string Show::text(const Exact& x) const { return text_number((*this)(x).text); }

Decimal Show::decimal(const Exact& x) const { return to_decimal(x, digits_, at_limit_); }

std::string Show::doubt(const Array<Exact>& value) const {
  for (Eigen::Index k = 0; k < value.size(); ++k) {
    if (value(k).is_rational() || !value(k).contains_zero()) continue;
    const Decimal shown = to_decimal(value(k), digits_, true);
    if (!shown.proved) return fmt::format("|v| < {}, not proved to be 0", shown.bound);
  }
  return "";
}

bool is_exact(const Notation& notation) {
  if (notation.rounded) return false;
  return std::ranges::all_of(notation.children,
                             [](const Notation& child) { return is_exact(child); });
}

}  // namespace tracer
