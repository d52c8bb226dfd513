#include "tracer/grade/written_value.hpp"

#include <algorithm>

#include "tracer/error.hpp"
#include "tracer/grade/plain_signs.hpp"
#include "tracer/grade/written_expression.hpp"
#include "tracer/text/plain.hpp"

namespace tracer {
namespace {

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
