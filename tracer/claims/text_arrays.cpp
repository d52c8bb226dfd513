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

bool is_zero(const PrintedNumber& number) { return number.value == 0; }

std::string counted(int n, std::string_view what) {
  return fmt::format("{} {}{}", n == 0 ? "no" : fmt::to_string(n), what, n == 1 ? "" : "s");
}

// What the text of one number says of how it was printed.
struct Seen {
  bool zero = false;
  bool whole = false;    // "12" and "12.0", as Python has it: zeros at its end say nothing
  bool padded = false;   // its last digit is a 0 that nobody but a printer puts there: "0.50"
  int place = 0;         // the n with 10ⁿ <= |value| < 10ⁿ⁺¹
  int digits = 0;        // significant ones; of a whole number without the zeros at its end
  int decimals = 0;      // of a whole number 0
  long double size = 0;  // without its sign
  int round = 0;         // zeros at the end of a whole number

  explicit Seen(const PrintedNumber& number) : zero(is_zero(number)) {
    whole = number.decimals == 0 || (number.decimals == 1 && number.last_digit == 0);
    padded = !whole && number.last_digit == 0;
    digits = number.digits;
    decimals = whole ? 0 : number.decimals;
    size = std::abs(number.value);
    if (zero) return;
    place = number.digits - 1 - number.decimals;  // no logarithm: that of 0.001 may be below −3
    if (!whole) return;
    digits -= number.decimals;
    for (long double rest = std::abs(number.value); digits > 1 && std::fmod(rest, 10.0L) == 0;
         rest /= 10) {
      --digits;
      ++round;
    }
  }
};

std::vector<Seen> seen(const std::vector<PrintedNumber>& numbers) {
  std::vector<Seen> made;
  for (const PrintedNumber& number : numbers) {
    if (std::isfinite(number.value)) made.emplace_back(number);  // others are refused
  }
  return made;
}

// Zeros at the end that one reading of the numbers must have left out more than another: one or so is
// no evidence, and two numbers of two digits tell little.
constexpr double telling_zeros = 1.5;

// How numbers were rounded when they were printed: to a last decimal ("%.4f"), to a number of
// significant digits ("%.3g"), or, where both fit, what leaves more open. Zeros at the end are left
// out by many a printer; each is one chance in ten, so that the reading that needs fewer of them is
// the likelier one by as many digits.
class Style {
 public:
  Style() = default;
  explicit Style(const std::vector<Seen>& numbers) {
    for (const Seen& number : numbers) {
      if (!number.whole) decimals_ = std::max(number.decimals, decimals_);
      if (!number.zero) digits_ = std::max(number.digits, digits_);
      any_ = any_ || !number.whole;
    }
    if (!any_) return;
    double fixed = 0, floating = 0;
    for (const Seen* number : different(numbers)) {
      fixed += without_decimals(*number);
      floating += without_digits(*number);
      if (number->whole) continue;
      ++count_;
      fixed_zeros_ += without_decimals(*number);
      floating_zeros_ += without_digits(*number);
    }
    by_decimals_ = fixed < floating + telling_zeros;
    by_digits_ = floating < fixed + telling_zeros;
  }

  /// Some number has digits behind its point, and it is not the exception that all have fewer than
  /// this says.
  bool is_likely() const { return any_ && std::min(fixed_zeros_, floating_zeros_) <= 1.0 * count_; }
  bool any() const { return any_; }
  /// Whether these are likely to be printed so as well.
  bool fits(const std::vector<Seen>& numbers) const {
    double zeros = 0;
    int count = 0;
    for (const Seen& number : numbers) {
      if (number.zero || number.whole) continue;
      if (number.decimals > decimals_ || number.digits > digits_) return false;
      zeros += std::min(by_decimals_ ? without_decimals(number) : HUGE_VAL,
                        by_digits_ ? without_digits(number) : HUGE_VAL);
      ++count;
    }
    return zeros <= 2.5 + count;
  }
  int decimals() const { return decimals_; }
  int digits() const { return digits_; }
  /// The last decimal that is known of a number.
  int last_decimal(const Seen& number) const {
    const int by_digits = number.zero || !by_digits_ ? decimals_ : digits_ - 1 - number.place;
    return by_decimals_ || number.zero ? std::min(decimals_, by_digits) : by_digits;
  }

 private:
  // Those that are not 0, each once: of a saturated net ten entries are 1. There may be a million.
  static std::vector<const Seen*> different(const std::vector<Seen>& numbers) {
    std::vector<const Seen*> made;
    for (const Seen& number : numbers) {
      if (!number.zero) made.push_back(&number);
    }
    std::ranges::stable_sort(made, {}, [](const Seen* number) { return number->size; });
    const auto same_size = [](const Seen* a, const Seen* b) { return a->size == b->size; };
    made.erase(std::unique(made.begin(), made.end(), same_size), made.end());
    return made;
  }

  static constexpr double impossible = 3;  // a 0 at the end that would have been left out
  // how many zeros at the end were left out if it was printed with the last decimal
  double without_decimals(const Seen& number) const {
    const int left_out = decimals_ - number.decimals + number.round;
    return left_out + (number.padded && left_out > 0 ? impossible : 0);
  }
  // and if it was printed with a number of significant digits
  double without_digits(const Seen& number) const {
    const int left_out = digits_ - number.digits;
    return left_out + (number.padded && left_out > 0 ? impossible : 0);
  }

  bool any_ = false;
  int count_ = 0;
  int decimals_ = std::numeric_limits<int>::min();
  int digits_ = 2;  // nobody prints one digit
  double fixed_zeros_ = 0, floating_zeros_ = 0;
  bool by_decimals_ = true, by_digits_ = true;
};

// Of whole numbers only: nothing where they may be exact, as small ones are.
std::optional<int> last_decimal_of_whole(const std::vector<Seen>& numbers) {
  int digits = 0, largest = 0;
  double fixed = 0, floating = 0;
  for (const Seen& number : numbers) {
    if (number.zero) continue;
    digits = std::max(digits, number.digits);
    largest = std::max(largest, number.place);
  }
  if (largest < 2) return std::nullopt;
  for (const Seen& number : numbers) {
    if (number.zero) continue;
    fixed += number.round;
    floating += std::max(digits, 2) - number.digits;
  }
  return floating + telling_zeros <= fixed ? digits - 1 - largest : 0;
}

void say_half_units(NamedArray& array, const std::vector<PrintedNumber>& numbers,
                    const Style& style) {
  bool by_decimals = true;
  for (const PrintedNumber& number : numbers) {
    const Seen here(number);
    const int last = style.last_decimal(here);
    by_decimals = by_decimals && last >= style.decimals();
    array.half_units.push_back(half_unit_of(last));
  }
  array.written = by_decimals && style.decimals() >= 0
                      ? counted(style.decimals(), "decimal")
                      : counted(style.digits(), "significant digit");
}

// The style of the file, whose arrays were most likely printed by one program; those that can't
// have been are left out, and have styles of their own.
std::optional<Style> style_of(const std::vector<std::vector<Seen>>& arrays) {
  constexpr std::size_t most = 64;  // arrays among which exceptions are looked for
  std::vector<std::size_t> kept(arrays.size());
  for (std::size_t i = 0; i < kept.size(); ++i) kept[i] = i;
  const auto of = [&](std::optional<std::size_t> without) {
    std::vector<Seen> all;
    for (const std::size_t i : kept) {
      if (i != without) all.insert(all.end(), arrays[i].begin(), arrays[i].end());
    }
    return Style(all);
  };
  while (true) {
    const Style style = of(std::nullopt);
    if (style.is_likely() || !style.any()) return style.any() ? std::optional(style) : std::nullopt;
    if (kept.size() < 2 || kept.size() > most) return std::nullopt;
    // the smallest whose leaving out helps; else the one with the most digits
    std::optional<std::size_t> out;
    for (const std::size_t i : kept) {
      if (!of(i).is_likely()) continue;
      if (!out || arrays[i].size() < arrays[*out].size()) out = i;
    }
    if (!out) {
      out = *std::ranges::max_element(kept, {},
                                      [&](std::size_t i) { return Style(arrays[i]).decimals(); });
    }
    std::erase(kept, *out);
  }
}

int line_of_first_bad(const TextArray& read) {
  const auto bad = std::ranges::find_if(
      read.numbers, [](const PrintedNumber& n) { return !std::isfinite(n.value); });
  const auto at = static_cast<std::size_t>(bad - read.numbers.begin());
  return at < read.lines.size() ? read.lines[at] : 0;
}

// Whether the numbers are float32 ones that were printed with more digits than those need to be
// told apart by; with 7 to 9 digits they are as soon as they may be.
bool are_printed_floats(const std::vector<TextArray>& arrays, int most_digits) {
  double bits = 0;  // of evidence: how improbable it is that other numbers lie so near to float32s
  for (const TextArray& read : arrays) {
    for (const PrintedNumber& number : read.numbers) {
      if (is_zero(number) || number.digits == 0 || !std::isfinite(number.value)) continue;
      const auto nearest = static_cast<float>(number.value);
      const long double unit = 2 * half_unit_of(number.decimals);
      const auto gap = static_cast<long double>(std::nextafter(nearest, HUGE_VALF)) -
                       static_cast<long double>(nearest);
      const bool is_near = std::abs(number.value - static_cast<long double>(nearest)) <= unit / 2;
      if (unit < gap && !is_near) return false;
      if (unit < gap) bits += static_cast<double>(std::log2(gap / unit));
    }
  }
  return most_digits <= 9 || bits >= 10;
}

}  // namespace

std::vector<NamedArray> judged(std::vector<TextArray> arrays) {
  int most_digits = 0;
  std::vector<std::vector<Seen>> all;
  for (const TextArray& read : arrays) {
    all.push_back(seen(read.numbers));
    for (const PrintedNumber& number : read.numbers)
      most_digits = std::max(most_digits, number.digits);
  }
  const bool by_machine = most_digits >= machine_digits;
  const bool is_float32 =
      !by_machine && most_digits >= 7 && are_printed_floats(arrays, most_digits);
  const std::optional<Style> style = by_machine ? std::nullopt : style_of(all);
  // of a file of nothing but zeros nobody knows how it was rounded: hardly to less than "%.2f", if
  // not as it is written, "0.000". (Without a point as well: JavaScript writes 0 for what it has
  // rounded to that.)
  int decimals_of_zeros = 0;
  for (const TextArray& read : arrays) {
    for (const PrintedNumber& number : read.numbers)
      decimals_of_zeros = std::max(decimals_of_zeros, number.decimals);
  }
  decimals_of_zeros = std::max(decimals_of_zeros, 2);
  const bool only_zeros = std::ranges::all_of(
      all, [](const auto& numbers) { return std::ranges::all_of(numbers, &Seen::zero); });
  // what whole numbers were rounded to, where the file has no style: as the coarsest of the others
  const std::vector<Style> own(all.begin(), all.end());
  const Style* coarsest = nullptr;
  for (const Style& one : own) {
    if (one.any() && (coarsest == nullptr || one.decimals() < coarsest->decimals()))
      coarsest = &one;
  }
  std::vector<NamedArray> made;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    TextArray& read = arrays[i];
    NamedArray& array = read.array;
    for (const PrintedNumber& number : read.numbers) {
      array.values.push_back(
          by_machine ? static_cast<long double>(static_cast<double>(number.value)) : number.value);
    }
    array.short_text = !by_machine;
    array.line = line_of_first_bad(read);
    const bool can_be_judged =
        !by_machine && array.line == 0 && all[i].size() == read.numbers.size();
    if (can_be_judged) {
      if (style && style->fits(all[i])) {
        say_half_units(array, read.numbers, *style);
      } else if (own[i].any()) {
        say_half_units(array, read.numbers, own[i]);
      } else if (coarsest != nullptr) {
        say_half_units(array, read.numbers, *coarsest);
      } else if (const auto last = last_decimal_of_whole(all[i])) {
        array.half_units.assign(read.numbers.size(), half_unit_of(*last));
        array.written = counted(0, "decimal");
      } else if (only_zeros) {
        array.half_units.assign(read.numbers.size(), half_unit_of(decimals_of_zeros));
      }
    }
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
