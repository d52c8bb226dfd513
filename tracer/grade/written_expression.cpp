#include "tracer/grade/written_expression.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "tracer/error.hpp"
#include "tracer/grade/plain_signs.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

// Recursive descent, with a bound on the brackets:
//   sum = product {(+|-) product}    product = factor {(*|/) factor}    factor = -factor | power
//   power = (number | "(" sum ")") [^ [-] whole number]
class ExpressionReader {
 public:
  ExpressionReader(std::string_view text, Comma comma) : rest_(text), comma_(comma) {}

  /// Throws Error.
  Rational read() {
    Rational value = sum();
    skip_blanks();
    if (!rest_.empty()) throw Error("that is no expression");
    return value;
  }
  bool whole_numbers_only() const { return whole_; }

 private:
  // Every intermediate is bounded, so that no operation takes long: powers of powers double their
  // digits with every few signs. 4000 bits are 1200 digits, more than anybody means.
  static Rational bounded(Rational value) {
    constexpr int most_bits = 4000;
    if (bit_size(value) > most_bits) throw Error("a number in it is too long");
    return value;
  }

  void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(' '), rest_.size())); }
  bool take(char c) {
    skip_blanks();
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  Rational sum() {
    constexpr int deepest = 50;
    if (++depth_ > deepest) throw Error("too many brackets");
    Rational value = product();
    while (true) {
      if (take('+'))
        value = bounded(value + product());
      else if (take('-'))
        value = bounded(value - product());
      else
        break;
    }
    --depth_;
    return value;
  }

  Rational product() {
    Rational value = factor();
    while (true) {
      if (take('*')) {
        value = bounded(value * factor());
      } else if (take('/')) {
        const Rational below = factor();
        if (below == 0) throw Error("it divides by 0");
        value = bounded(value / below);
      } else {
        return value;
      }
    }
  }

  Rational factor() {
    const bool negative = take('-');
    const Rational value = power();
    return negative ? Rational(-value) : value;
  }

  Rational power() {
    const Rational below = atom();
    skip_blanks();
    if (rest_.starts_with("**"))
      rest_.remove_prefix(1);
    else if (!rest_.starts_with('^'))
      return below;
    rest_.remove_prefix(1);
    const bool braces = take('{');
    const bool turned = take('-');
    const Rational written = atom();
    const Rational exponent = turned ? Rational(-written) : written;
    if (braces && !take('}')) throw Error("a brace is not closed");
    constexpr int largest = 20;  // nobody works a higher power out by hand
    if (denominator(exponent) != 1 || exponent > largest || exponent < -largest)
      throw Error("no such power");
    const auto times = static_cast<int>(numerator(exponent));
    Rational value = 1;
    for (int i = 0; i < std::abs(times); ++i) value = bounded(value * below);
    if (times >= 0) return value;
    if (value == 0) throw Error("it divides by 0");
    return 1 / value;
  }

  Rational atom() {
    if (take('(')) {
      const Rational value = sum();
      if (!take(')')) throw Error("a bracket is not closed");
      return value;
    }
    skip_blanks();
    std::size_t length = 0;
    while (length < rest_.size()) {
      const char c = rest_[length];
      const bool digit = (c >= '0' && c <= '9') || c == '.' || c == ',';
      const bool exponent = (c == 'e' || c == 'E') && length > 0;
      const bool sign = (c == '-' || c == '+') && length > 0 &&
                        (rest_[length - 1] == 'e' || rest_[length - 1] == 'E');
      if (!digit && !exponent && !sign) break;
      ++length;
    }
    const WrittenNumber number = read_number(rest_.substr(0, length), comma_);
    whole_ = whole_ && number.whole;
    rest_.remove_prefix(length);
    return bounded(number.value);
  }

  std::string_view rest_;
  Comma comma_;
  int depth_ = 0;
  bool whole_ = true;
};

// How many decimals it takes to write a number out; `most` where they do not end.
int decimals_of(Rational value, int most) {
  int decimals = 0;
  for (; decimals < most && denominator(value) != 1; ++decimals) value *= 10;
  return decimals;
}

std::optional<WrittenNumber> read_expression(std::string_view text, Comma comma) {
  constexpr std::size_t longest = 500;
  constexpr int most_decimals = 60;
  if (text.size() > longest) return std::nullopt;
  try {
    ExpressionReader reader(text, comma);
    WrittenNumber number;
    number.value = reader.read();
    number.text = std::string(text);
    number.fraction = reader.whole_numbers_only();
    number.worked = !number.fraction;
    number.decimals = decimals_of(number.value, most_decimals);
    constexpr int telling = 4;  // no digit of it is written, and all are meant
    number.significant = telling;
    return number;
  } catch (const Error&) {
    return std::nullopt;
  }
}

}  // namespace

WrittenNumber read_number_or_expression(std::string_view text, Comma comma) {
  try {
    return read_number(text, comma);
  } catch (const Error&) {
    if (auto worked = read_expression(trimmed_view(text), comma)) return *worked;
    throw;  // that it is no number says more than what is wrong with it as an expression
  }
}

}  // namespace tracer
