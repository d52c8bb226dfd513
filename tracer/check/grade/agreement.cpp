#include "tracer/check/grade/agreement.hpp"

#include <map>

#include "tracer/derive/show.hpp"
#include "tracer/error.hpp"
#include "tracer/number/decimal.hpp"

namespace tracer {
namespace {

bool may_be_at_most(const Exact& x, const Rational& bound) {
  try {
    return x <= Exact(bound);
  } catch (const Undecided&) {
    return true;
  }
}

bool may_be(const Exact& x, const Rational& value) { return (x - Exact(value)).contains_zero(); }

// Whether a computed number has more digits than are written: something had to be rounded.
bool needs_rounding(const Exact& x, int decimals) {
  if (!x.is_rational()) return true;
  const Rounding rounding{decimals, false, RoundingMode::truncate};
  return decimals < 0 || round(x, rounding).rational() != x.rational();
}

Rational absolute(const Rational& q) { return q < 0 ? Rational(-q) : q; }

// Between 0 and the computed number, less than a unit away from it.
bool truncates(const Exact& computed, const Rational& written, const Rational& unit) {
  const Exact towards_zero = abs(computed) - Exact(absolute(written));
  const bool same_side = written == 0 || may_be_at_most(computed * Exact(Rational(-written)), 0);
  return same_side && may_be_at_most(-towards_zero, 0) && !may_be_at_most(-towards_zero, -unit);
}

}  // namespace

std::optional<int> compared_decimals(const WrittenNumber& number, const PagePrecision& page) {
  if (number.fraction) return std::nullopt;
  constexpr int tells = 3;  // of a whole number with so many digits the digits are what was meant
  if (number.whole && number.significant < tells)
    return std::max(number.decimals, page.usual_decimals);
  return number.decimals;
}

Accord agreement(const Exact& computed, const WrittenNumber& written, const PagePrecision& page) {
  const std::optional<int> decimals = compared_decimals(written, page);
  if (!decimals) return may_be(computed, written.value) ? Accord::yes : Accord::no;
  const Rational unit = power_of_ten(-*decimals);
  const Exact off = abs(computed - Exact(written.value));
  const bool cut = truncates(computed, written.value, unit);
  const bool truncating = page.mode == RoundingMode::truncate || written.goes_on;
  if (truncating && cut) return Accord::yes;
  if (page.mode != RoundingMode::truncate && may_be_at_most(off, unit / 2)) return Accord::yes;
  if (!needs_rounding(computed, *decimals)) return Accord::no;
  // off by one in 1 is no slip of rounding: that needs a digit more than the one that is off
  const bool fine = !may_be_at_most(abs(computed), unit * 9);
  const Rational most = truncating ? Rational(unit * 2) : Rational(unit * 3 / 2);
  return cut || (fine && may_be_at_most(off, most)) ? Accord::careless : Accord::no;
}

bool is_cut_off(const Exact& computed, const WrittenNumber& written, const PagePrecision& page) {
  const std::optional<int> decimals = compared_decimals(written, page);
  return decimals && truncates(computed, written.value, power_of_ten(-*decimals));
}

std::string in_its_place(const Exact& computed, const WrittenNumber& written,
                         const PagePrecision& page) {
  constexpr int most = 1000;
  constexpr int digits = 10;
  const std::optional<int> decimals = compared_decimals(written, page);
  const bool whole =
      written.whole && computed.is_rational() && denominator(computed.rational()) == 1;
  if (!decimals || *decimals < 0 || *decimals > most || whole) {
    if (const auto fraction = short_fraction(computed)) return in_prose(*fraction);
    return in_prose(to_decimal(computed, digits, true).text);
  }
  try {
    const Rational rounded = round(computed, {*decimals, false, page.mode}).rational();
    const Rational scaled = absolute(rounded) * power_of_ten(*decimals);
    std::string text = to_string(scaled);
    const auto places = static_cast<std::size_t>(*decimals);
    if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
    if (places > 0) text.insert(text.size() - places, ".");
    return in_prose(rounded < 0 ? "-" + text : text);
  } catch (const Undecided&) {
    return in_prose(to_decimal(computed, digits, true).text);
  }
}

int usual_decimals(const std::vector<const WrittenNumber*>& numbers) {
  std::map<int, int> counts;
  for (const WrittenNumber* number : numbers) {
    if (!number->whole && !number->fraction) ++counts[number->decimals];
  }
  int usual = 0;
  int most = 0;
  for (const auto& [decimals, count] : counts) {
    if (count < most) continue;
    usual = decimals;
    most = count;
  }
  return std::max(usual, 0);
}

}  // namespace tracer
