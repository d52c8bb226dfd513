// See prediction.hpp.
#include "tracer/step/prediction.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "tracer/error.hpp"
#include "tracer/grade/agreement.hpp"
#include "tracer/grade/plain_signs.hpp"

namespace tracer {
namespace {

/// The entry that is compared with number `k` of what was written, row by row.
const Exact& entry_of(const Value& value, std::size_t k) {
  const auto at = static_cast<Eigen::Index>(k);
  return value.numbers(at / value.numbers.cols(), at % value.numbers.cols());
}

void require_shape(const Value& value, const WrittenValue& written) {
  const auto rows = value.numbers.rows(), columns = value.numbers.cols();
  const bool fits = written.rows == rows && written.columns == columns;
  const bool list = written.flat && (rows == 1 || columns == 1) &&
                    static_cast<Eigen::Index>(written.numbers.size()) == value.numbers.size();
  if (fits || list) return;
  const std::string wanted = value.scalar()
                                 ? "a single number"
                                 : fmt::format("{}×{}: [[1, 2], [3, 4]] is 2×2", rows, columns);
  throw Error(fmt::format("it is {}×{}, wanted is {}", written.rows, written.columns, wanted));
}

}  // namespace

WrittenValue read_prediction(std::string_view typed) {
  const std::string plain = plain_signs(typed);
  const auto equals = plain.rfind('=');
  return read_value(equals == std::string::npos ? std::string_view(plain)
                                                : std::string_view(plain).substr(equals + 1));
}

Prediction judge_prediction(const Value& value, std::string_view typed) {
  const WrittenValue written = read_prediction(typed);
  require_shape(value, written);
  // 2 stands for 2.0000: else 0 would be right for every small number
  constexpr PagePrecision page{.usual_decimals = 4};
  bool careless = false, turned = true;
  std::size_t first_wrong = written.numbers.size();
  for (std::size_t k = 0; k < written.numbers.size(); ++k) {
    const Exact& computed = entry_of(value, k);
    const WrittenNumber& number = written.numbers[k];
    const Accord accord = agreement(computed, number, page);
    careless = careless || accord == Accord::careless;
    if (accord == Accord::no) first_wrong = std::min(first_wrong, k);
    turned = turned && agreement(-computed, number, page) != Accord::no;
  }
  using Kind = Prediction::Kind;
  if (first_wrong == written.numbers.size()) {
    return careless ? Prediction{Kind::careless, "rounded carelessly: the last digit is off by one"}
                    : Prediction{Kind::right, ""};
  }
  if (turned) return {Kind::sign, "the sign is turned"};
  if (value.scalar()) return {Kind::no, "no; look at what it is made of"};
  const auto at = static_cast<Eigen::Index>(first_wrong);
  return {Kind::no, fmt::format("no; the entry [{}, {}] is another one", at / value.numbers.cols(),
                                at % value.numbers.cols())};
}

}  // namespace tracer
