#include "tracer/claims/text_arrays.hpp"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "tracer/number/decimal_text.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {

namespace {

// "nan", "Infinity": the sign has been taken off
std::optional<long double> not_finite(std::string_view word) {
  const std::string small = in_small_letters(word.substr(0, 9));
  if (small == "nan") return std::numeric_limits<long double>::quiet_NaN();
  if (small == "inf" || small == "infinity") return std::numeric_limits<long double>::infinity();
  return std::nullopt;
}

}  // namespace

std::optional<PrintedNumber> printed_number(std::string_view text) {
  constexpr std::string_view minus_sign = "−";  // U+2212, as tracer prints it
  bool negative = false;
  if (text.starts_with(minus_sign)) {
    negative = true;
    text.remove_prefix(minus_sign.size());
  } else if (text.starts_with('-') || text.starts_with('+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (const auto word = not_finite(text))  // the "-nan" that C prints is a NaN like any other
    return PrintedNumber{negative && !std::isnan(*word) ? -*word : *word, 0, 0};
  const auto written = decimal_text(text);
  if (!written) return std::nullopt;

  constexpr long most = 100'000;
  PrintedNumber number;
  const char* const end = text.data() + text.size();
  const auto [stop, problem] = std::from_chars(text.data(), end, number.value);
  if (stop != end) return std::nullopt;           // 1_000: no printed number has underscores
  if (problem == std::errc::result_out_of_range)  // 1e-9999 is nothing, 1e9999 more than there is
    number.value = written->exponent < 0 ? 0 : std::numeric_limits<long double>::infinity();
  if (negative) number.value = -number.value;
  number.digits = static_cast<int>(written->significant());
  number.decimals = static_cast<int>(std::clamp(written->decimals(), -most, most));
  number.last_digit = written->digits.back() - '0';
  return number;
}

long double half_unit_of(int decimals) {
  // powl is exact enough: half a unit is a bound, not a value
  return std::pow(10.0L, static_cast<long double>(-decimals)) / 2;
}

namespace {

constexpr int machine_digits = 15;  // every float64 has at least 15, and 17 always tell it

const Precision& float32() {
  static const Precision precision = precision_of("float32");
  return precision;
}

// The n with 10ⁿ <= |value| < 10ⁿ⁺¹. Requires a finite value that is not 0.
int leading_place(const PrintedNumber& number) {
  return static_cast<int>(std::floor(std::log10(std::abs(number.value))));
}

bool is_zero(const PrintedNumber& number) { return number.value == 0; }

std::string counted(int n, std::string_view what) {
  return fmt::format("{} {}{}", n == 0 ? "no" : fmt::to_string(n), what, n == 1 ? "" : "s");
}

// What the entries of one array say about each other: see the header.
struct Written {
  int decimals = std::numeric_limits<int>::min();
  int digits = 0;
  bool telling = false;  // the largest shows three digits or more
  bool rounded = false;  // or there are three entries that end in a decimal which is not always 0;
                         // or all are 0.00

  explicit Written(const std::vector<PrintedNumber>& numbers) {
    const PrintedNumber* largest = nullptr;
    for (const PrintedNumber& number : numbers) {
      decimals = std::max(decimals, number.decimals);
      digits = std::max(digits, number.digits);
      if (!is_zero(number) && (!largest || std::abs(number.value) > std::abs(largest->value)))
        largest = &number;
    }
    telling = largest != nullptr && leading_place(*largest) + decimals + 1 >= 3;
    const auto uses_the_last = [&](const PrintedNumber& number) {
      return number.decimals == decimals && number.last_digit != 0;
    };
    const bool zeros = largest == nullptr && decimals >= 2;  // 0.00, which no exact 0 is written as
    rounded = telling || zeros ||
              (numbers.size() >= 3 && decimals > 0 && std::ranges::any_of(numbers, uses_the_last));
  }
};

// Fills half_units and written. `in_file`: the last decimal that such arrays of the file show;
// nothing: there is none.
void find_half_units(NamedArray& array, const std::vector<PrintedNumber>& numbers,
                     std::optional<int> in_file) {
  const Written written(numbers);
  if (!written.telling) {
    if (!in_file) return;
    const int decimals = std::max(written.decimals, *in_file);
    array.half_units.assign(numbers.size(), half_unit_of(decimals));
    array.written = counted(decimals, "decimal");
    return;
  }
  bool by_decimals = true;
  for (const PrintedNumber& number : numbers) {
    const int by_digits =
        is_zero(number) ? written.decimals : written.digits - 1 - leading_place(number);
    by_decimals = by_decimals && by_digits >= written.decimals;
    array.half_units.push_back(half_unit_of(std::min(written.decimals, by_digits)));
  }
  array.written = by_decimals && written.decimals >= 0
                      ? counted(written.decimals, "decimal")
                      : counted(written.digits, "significant digit");
}

int line_of_first_bad(const TextArray& read) {
  const auto bad = std::ranges::find_if(
      read.numbers, [](const PrintedNumber& n) { return !std::isfinite(n.value); });
  const auto at = static_cast<std::size_t>(bad - read.numbers.begin());
  return at < read.lines.size() ? read.lines[at] : 0;
}

// Whether the numbers are float32 ones that were printed with more digits than those need to be
// told apart by, or with exactly as many: at least once where chance would not have it.
bool are_printed_floats(const std::vector<TextArray>& arrays, int most_digits) {
  double bits = 0;  // of evidence: how improbable it is that other numbers lie so near to float32s
  bool shortest = most_digits == 8 || most_digits == 9;
  for (const TextArray& read : arrays) {
    for (const PrintedNumber& number : read.numbers) {
      if (is_zero(number) || number.digits == 0) continue;
      const auto nearest = static_cast<float>(number.value);
      const long double unit = 2 * half_unit_of(number.decimals);
      const auto gap = static_cast<long double>(std::nextafter(nearest, HUGE_VALF)) -
                       static_cast<long double>(nearest);
      shortest = shortest && printed_number(fmt::format("{}", nearest))->value == number.value;
      const bool is_near = std::abs(number.value - static_cast<long double>(nearest)) <= unit / 2;
      if (unit < gap && !is_near) return false;
      if (unit < gap) bits += static_cast<double>(std::log2(gap / unit));
    }
  }
  return shortest || bits >= 10;
}

}  // namespace

std::vector<NamedArray> judged(std::vector<TextArray> arrays) {
  int most_digits = 0;
  std::optional<int> decimals;
  for (const TextArray& read : arrays) {
    if (const Written written(read.numbers); written.rounded)
      decimals = std::max(written.decimals, decimals.value_or(written.decimals));
    for (const PrintedNumber& number : read.numbers)
      most_digits = std::max(most_digits, number.digits);
  }
  const bool by_machine = most_digits >= machine_digits;
  const bool is_float32 =
      !by_machine && most_digits >= 8 && are_printed_floats(arrays, most_digits);
  std::vector<NamedArray> made;
  for (TextArray& read : arrays) {
    NamedArray& array = read.array;
    for (const PrintedNumber& number : read.numbers) {
      array.values.push_back(
          by_machine ? static_cast<long double>(static_cast<double>(number.value)) : number.value);
    }
    array.short_text = !by_machine;
    array.line = line_of_first_bad(read);
    if (!by_machine) find_half_units(array, read.numbers, decimals);
    if (is_float32) array.precision = float32();
    made.push_back(std::move(array));
  }
  return made;
}

void recognise_float32(std::vector<NamedArray>& arrays) {
  // 3, 0.5 and 0.375 are float32 numbers, and the results of any arithmetic: only a number that
  // uses more than 16 of float32's 24 bits says something. (It says much: of 2²⁹ float64 numbers
  // one is a float32.)
  constexpr int telling_bits = 17;
  bool any = false;
  std::vector<bool> silent;
  for (NamedArray& array : arrays) {
    bool fits = array.precision.name == "float64" && !array.short_text, tells = false;
    for (const long double value : array.values) {
      const auto wide = static_cast<double>(value);
      fits = fits && static_cast<double>(static_cast<float>(wide)) == wide;
      if (!fits) break;
      if (wide == std::trunc(wide)) continue;  // perhaps counted, or an array of integers
      const std::uint64_t fraction = std::bit_cast<std::uint64_t>(wide) & 0xfffffffffffffU;
      tells = tells || 53 - (fraction == 0 ? 52 : std::countr_zero(fraction)) >= telling_bits;
    }
    silent.push_back(fits && !tells);
    if (!fits || !tells) continue;
    array.precision = float32();
    any = true;
  }
  for (std::size_t i = 0; any && i < arrays.size(); ++i) {
    if (silent[i]) arrays[i].precision = float32();  // a row of zeros is what its neighbours are
  }
}

}  // namespace tracer
