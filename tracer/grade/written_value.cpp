#include "tracer/grade/written_number.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "tracer/error.hpp"
#include "tracer/grade/plain_signs.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

// ---- a matrix

// The rows of [[1, 2], [3, 4]] or [1, 2; 3, 4].
class MatrixReader {
 public:
  MatrixReader(std::string_view text, Comma comma) : text_(text), comma_(comma) {}

  WrittenValue read() {
    for (const char c : text_) take(c);
    if (depth_ != 0) throw Error("a bracket is not closed");
    if (nested_ && loose_) throw Error("numbers stand beside its inner brackets");
    WrittenValue value;
    value.flat = !nested_ && rows_.size() == 1;
    value.rows = static_cast<int>(rows_.size());
    value.columns = rows_.empty() ? 0 : static_cast<int>(rows_.front().size());
    for (std::vector<WrittenNumber>& row : rows_) {
      if (row.empty() || static_cast<int>(row.size()) != value.columns)
        throw Error("its rows have different lengths");
      std::ranges::move(row, std::back_inserter(value.numbers));
    }
    if (value.numbers.empty()) throw Error("there is no number in it");
    return value;
  }

 private:
  void take(char c) {
    if (c == '[') {
      end_number();
      if (++depth_ > 2) throw Error("more than two brackets in one another are no matrix");
      nested_ = nested_ || depth_ == 2;
      open_ = false;
    } else if (c == ']') {
      end_number();
      if (--depth_ < 0) throw Error("a bracket too many is closed");
      open_ = false;
    } else if (c == ',' || c == ' ') {
      end_number();
    } else if (c == ';') {
      end_number();
      open_ = false;
    } else if (depth_ == 0) {
      throw Error("something stands beside its brackets");
    } else {
      number_ += c;
    }
  }

  void end_number() {
    if (number_.empty()) return;
    if (!open_) rows_.emplace_back();
    open_ = true;
    loose_ = loose_ || depth_ == 1;
    rows_.back().push_back(read_number(number_, comma_));
    number_.clear();
  }

  std::string_view text_;
  Comma comma_;
  int depth_ = 0;
  bool nested_ = false;
  bool loose_ = false;  // a number stands in the outer brackets only
  bool open_ = false;   // a row has been begun
  std::string number_;
  std::vector<std::vector<WrittenNumber>> rows_;
};

// ---- a number, or what comes to one

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

// What read_number() reads, or what + - * / ^ and brackets make of such numbers: one that was left
// to be worked out. An expression of whole numbers is meant exactly, as a fraction is; another one at
// the decimals that it comes to (WrittenNumber::worked). Throws the Error of read_number() where it
// is neither.
WrittenNumber read_number_or_expression(std::string_view text, Comma comma) {
  try {
    return read_number(text, comma);
  } catch (const Error&) {
    if (auto worked = read_expression(trimmed_view(text), comma)) return *worked;
    throw;  // that it is no number says more than what is wrong with it as an expression
  }
}

// "-0.1444" of "-0. 1444" or "0 .25"; empty for what is written otherwise
std::string without_blank_at_point(std::string_view text) {
  const auto point = text.find('.');
  if (point == std::string_view::npos || point == 0 || text.find('.', point + 1) != text.npos)
    return "";
  const std::string_view before = text.substr(0, point);
  const std::string_view after = text.substr(point + 1);
  const auto digits_in = [](std::string_view part, std::string_view others) {
    part = trimmed_view(part);
    if (!part.empty() && others.find(part.front()) != part.npos) part.remove_prefix(1);
    part = trimmed_view(part);
    return !part.empty() && part.find_first_not_of("0123456789") == part.npos;
  };
  const bool apart = before.ends_with(' ') || after.starts_with(' ');
  if (!apart || !digits_in(before, "+-") || !digits_in(after, "")) return "";
  return std::string(trimmed_view(before)) + "." + std::string(trimmed_view(after));
}

WrittenValue scalar(std::string_view text, Comma comma) {
  WrittenValue value;
  value.numbers.push_back(read_number_or_expression(text, comma));
  return value;
}

// (1, 2) and ((1, 2), (3, 4)), as in Python; not (1,5) where that comma is a decimal one
bool is_tuple(std::string_view text, Comma comma) {
  const auto first = text.find(',');
  return text.starts_with('(') && text.ends_with(')') && first != std::string_view::npos &&
         text.find_first_not_of("0123456789.,+-eE() ") == std::string_view::npos &&
         (comma == Comma::unknown || text.find(", ") != std::string_view::npos);
}

std::string with_square_brackets(std::string_view text) {
  std::string made(text);
  std::ranges::replace(made, '(', '[');
  std::ranges::replace(made, ')', ']');
  return made;
}

}  // namespace

WrittenValue read_value(std::string_view text, Comma comma) {
  text = trimmed_view(text);
  if (is_tuple(text, comma)) return MatrixReader(with_square_brackets(text), comma).read();
  for (const std::string_view wrapping : {"np.array(", "array(", "("}) {
    if (wrapping == "(" && text.find('(', 1) != std::string_view::npos) continue;  // (1 + 2)*(3)
    if (!text.starts_with(wrapping) || !text.ends_with(')')) continue;
    text.remove_prefix(wrapping.size());
    text.remove_suffix(1);
    text = trimmed_view(text);
    break;
  }
  if (text.starts_with('[')) {
    const auto last = text.rfind(']');
    return MatrixReader(text.substr(0, last == std::string_view::npos ? last : last + 1), comma)
        .read();
  }
  if (const std::string closed = without_blank_at_point(text); !closed.empty()) {
    WrittenValue value = scalar(closed, comma);
    value.numbers[0].closed_up = true;
    return value;
  }
  if (text.ends_with('.') && text.find('.') + 1 < text.size() && !text.ends_with(".."))
    text.remove_suffix(1);  // the full stop of a sentence
  try {
    return scalar(text, comma);
  } catch (const Error&) {
    // a remark may follow: 2.06 (z1 > 0), 2.06.
    for (const std::string_view end : {" (", "  ", ". "}) {
      const auto at = text.find(end);
      if (at == 0 || at == std::string_view::npos) continue;
      try {
        return scalar(text.substr(0, at), comma);
      } catch (const Error&) {
        continue;  // then the first complaint is the one to tell
      }
    }
    throw;
  }
}

}  // namespace tracer
