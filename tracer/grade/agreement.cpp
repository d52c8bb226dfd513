#include "tracer/grade/agreement.hpp"

#include <algorithm>
#include <map>

#include "tracer/error.hpp"
#include "tracer/number/decimal.hpp"
#include "tracer/text/scripts.hpp"

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

// With ten digits, where nothing says how many.
std::string in_full(const Exact& x) { return text_number(to_decimal(x, 10, true).text); }

std::string decimal_text(const Rational& rounded, int decimals) {
  std::string text = to_string(Rational(absolute(rounded) * power_of_ten(decimals)));
  const auto places = static_cast<std::size_t>(decimals);
  if (text.size() <= places) text.insert(0, places + 1 - text.size(), '0');
  if (places > 0) text.insert(text.size() - places, ".");
  return text_number(rounded < 0 ? "-" + text : text);
}

// 0.5250 as 0.525, but not with fewer decimals than `least`
std::string without_last_zeros(std::string text, int least) {
  const auto point = text.find('.');
  if (point == std::string::npos) return text;
  const std::size_t kept = point + 1 + static_cast<std::size_t>(least);
  while (text.size() > kept && text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

int usual_fineness(const WrittenNumber& number, const PagePrecision& page) {
  if (page.usual_significant == 0 || number.value == 0) return page.usual_decimals;
  const int meant = decimals_of_significant(number.value, page.usual_significant);
  return page.usual_decimals > 0 ? std::min(meant, page.usual_decimals) : meant;
}

std::optional<int> compared_decimals(const WrittenNumber& number, const PagePrecision& page) {
  if (number.fraction) return std::nullopt;
  constexpr int customary = 4;  // a formula stands for the number that would have been written
  const bool by_significant = page.usual_significant > 0 && number.value != 0;
  const int meant =
      by_significant ? decimals_of_significant(number.value, page.usual_significant) : 0;
  if (number.worked) {
    const int usual = page.usual_decimals > 0 ? page.usual_decimals : customary;
    return std::min(number.decimals, by_significant ? meant : usual);
  }
  if (!number.whole) return number.decimals;
  constexpr int tells = 3;  // of a whole number with so many digits the digits are what was meant
  if (number.significant < tells) return std::max(number.decimals, usual_fineness(number, page));
  // but the zeros at its end only fill the places that are not told
  const bool filled =
      by_significant && meant < 0 && denominator(Rational(number.value * power_of_ten(meant))) == 1;
  return filled ? meant : number.decimals;
}

Accord agreement(const Exact& computed, const WrittenNumber& written, const PagePrecision& page) {
  const std::optional<int> decimals = compared_decimals(written, page);
  if (!decimals) return may_be(computed, written.value) ? Accord::yes : Accord::no;
  const Rational unit = power_of_ten(-*decimals);
  const Rational noise(written.noise);
  const Exact off = abs(computed - Exact(written.value));
  const bool cut = truncates(computed, written.value, unit);
  const bool truncating = page.mode == RoundingMode::truncate || written.goes_on;
  if (truncating && cut) return Accord::yes;
  // a thousandth of it beside a tie nobody can tell who works with a few digits more
  const Rational half = unit / 2 + unit / 2000;
  const Rational open = page.mode == RoundingMode::truncate ? noise : Rational(half + noise);
  if (open > 0 && may_be_at_most(off, open)) return Accord::yes;
  if (!needs_rounding(computed, *decimals)) return Accord::no;
  // off by one in 1 is no slip of rounding: that needs a digit more than the one that is off
  const bool fine = !may_be_at_most(abs(computed), unit * 9);
  const Rational most = Rational(unit * (truncating ? 4 : 3) / 2 + noise);
  return cut || (fine && may_be_at_most(off, most)) ? Accord::careless : Accord::no;
}

bool is_cut_off(const Exact& computed, const WrittenNumber& written, const PagePrecision& page) {
  const std::optional<int> decimals = compared_decimals(written, page);
  return decimals && truncates(computed, written.value, power_of_ten(-*decimals));
}

std::string in_its_place(const Exact& computed, const WrittenNumber& written,
                         const PagePrecision& page) {
  constexpr int most = 1000;
  const std::optional<int> decimals = compared_decimals(written, page);
  const bool whole =
      written.whole && computed.is_rational() && denominator(computed.rational()) == 1;
  if (!decimals || *decimals < 0 || *decimals > most || whole) {
    if (const auto fraction = short_fraction(computed)) return text_number(*fraction);
    return in_full(computed);
  }
  try {
    return decimal_text(round(computed, {*decimals, false, page.mode}).rational(), *decimals);
  } catch (const Undecided&) {
    return in_full(computed);
  }
}

std::string beside(const Exact& computed, const WrittenNumber& written, const PagePrecision& page) {
  const std::optional<int> decimals = compared_decimals(written, page);
  constexpr int long_number = 10;  // digits
  if (!may_be_at_most(abs(computed), power_of_ten(long_number))) return in_full(computed);
  const bool whole = computed.is_rational() && denominator(computed.rational()) == 1;
  if (!decimals || (written.whole && whole)) return in_its_place(computed, written, page);
  constexpr int readable = 15;  // of 10⁻⁴⁰⁰ nobody wants the zeros
  constexpr int further = 40;
  const int as_written = std::clamp(*decimals, 0, readable);
  const int least = std::max(as_written, std::min(page.usual_decimals, readable));
  try {
    for (int shown = least; shown <= least + further; ++shown) {
      const Rational rounded = round(computed, {shown, false, page.mode}).rational();
      const bool all = computed.is_rational() && computed.rational() == rounded;
      // 0.00 says nothing of 0.00123
      const bool three_digits = absolute(rounded) * power_of_ten(shown) >= 100;
      if (all) return without_last_zeros(decimal_text(rounded, shown), as_written);
      if (three_digits && rounded != written.value) return decimal_text(rounded, shown);
    }
  } catch (const Undecided&) {
    // a tie that an interval can't decide: told below, with digits enough
  }
  return in_full(computed);
}

namespace {

struct Usual {
  int digits = 0;
  int count = 0;
};

// The more of those that are equally frequent.
Usual most_frequent(const std::map<int, int>& counts) {
  Usual usual;
  for (const auto& [digits, count] : counts) {
    if (count >= usual.count) usual = {digits, count};
  }
  return usual;
}

// Of a whole number those before the zeros at its end; 0 where it has so few that they tell nothing.
int told_digits(const WrittenNumber& number) {
  if (number.value == 0 || number.fraction || number.worked) return 0;
  if (!number.whole) return number.significant;
  Rational value = number.value / 10;
  int told = number.significant;
  for (; denominator(value) == 1; value /= 10) --told;
  return told >= 2 && told < number.significant ? told : 0;
}

}  // namespace

PagePrecision page_precision(const std::vector<const WrittenNumber*>& numbers) {
  std::map<int, int> by_decimals, counts;
  for (const WrittenNumber* number : numbers) {
    if (!number->whole && !number->fraction && !number->worked) ++by_decimals[number->decimals];
    if (const int told = told_digits(*number); told > 0) ++counts[told];
  }
  const Usual decimals = most_frequent(by_decimals);
  const Usual significant = most_frequent(counts);
  PagePrecision precision;
  precision.usual_decimals = std::max(decimals.digits, 0);
  // zeros at the end may be left away, so that fewer digits speak against neither
  const bool possible = !counts.empty() && counts.rbegin()->first <= significant.digits;
  constexpr int alike = 2;  // one number is like itself both ways
  if (significant.count >= alike && (possible || significant.count > decimals.count))
    precision.usual_significant = significant.digits;
  return precision;
}

int decimals_of_significant(const Rational& value, int significant) {
  return significant - 1 - static_cast<int>(decimal_exponent(value));
}

}  // namespace tracer
