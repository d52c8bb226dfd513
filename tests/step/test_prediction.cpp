#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/step/prediction.hpp"

namespace tracer {
namespace {

using Kind = Prediction::Kind;

Value value_of(const std::vector<std::string>& numbers, int columns = 1) {
  Value value;
  value.numbers.resize(static_cast<Eigen::Index>(numbers.size()) / columns, columns);
  for (std::size_t k = 0; k < numbers.size(); ++k) {
    const auto at = static_cast<Eigen::Index>(k);
    value.numbers(at / columns, at % columns) = Exact(parse_rational(numbers[k]));
    value.decimals.push_back(to_decimal(Exact(parse_rational(numbers[k])), 10, true));
  }
  return value;
}

Kind judged(const std::string& right, const std::string& typed) {
  return judge_prediction(value_of({right}), typed).kind;
}

Kind judged_third(const std::string& typed) {
  Value third = value_of({"1"});
  third.numbers(0, 0) /= 3;
  return judge_prediction(third, typed).kind;
}

}  // namespace

TEST_CASE("prediction: judged at the digits that were written", "[step]") {
  CHECK(judged("-3.870328", "-3.870328") == Kind::right);
  CHECK(judged("-3.870328", "−3.87") == Kind::right);
  CHECK(judged("-3.870328", "-3.8704") == Kind::careless);
  CHECK(judged("-3.870328", "-3.88") == Kind::careless);
  CHECK(judged("-3.870328", "3.8703") == Kind::sign);
  CHECK(judged("-3.870328", "-3.9") == Kind::right);
  CHECK(judged("-3.870328", "-3.7") == Kind::no);
  CHECK(judged_third("1/3") == Kind::right);
  CHECK(judged_third("0.3333") == Kind::right);
  CHECK(judged_third("2/6") == Kind::right);
  CHECK(judged_third("1/4") == Kind::no);
  CHECK(judged("2", "z1 = 1 + 1 = 2") == Kind::right);
}

TEST_CASE("prediction: a whole number stands for itself, and not for all that are near", "[step]") {
  CHECK(judged("0.4981", "0") == Kind::no);
  CHECK(judged("2.06", "2") == Kind::no);
  CHECK(judged("2", "2") == Kind::right);
  CHECK(judged("0", "0") == Kind::right);
}

TEST_CASE("prediction: a matrix entry by entry, its shape first", "[step]") {
  const Value square = value_of({"1", "2", "3", "4.5"}, 2);
  CHECK(judge_prediction(square, "[[1, 2], [3, 4.5]]").kind == Kind::right);
  CHECK(judge_prediction(square, "[1, 2; 3, 4.5]").kind == Kind::right);
  CHECK(judge_prediction(square, "[[-1, -2], [-3, -4.5]]").kind == Kind::sign);
  const Prediction wrong = judge_prediction(square, "[[1, 2], [7, 4.5]]");
  CHECK(wrong.kind == Kind::no);
  CHECK(wrong.says == "no; the entry [1, 0] is another one");
  CHECK_THROWS_WITH(judge_prediction(square, "[1, 2, 3, 4.5]"),
                    "it is 1×4, wanted is 2×2: [[1, 2], [3, 4]] is 2×2");
  CHECK_THROWS_WITH(judge_prediction(value_of({"1"}), "[1, 2]"),
                    "it is 1×2, wanted is a single number");
  CHECK(judge_prediction(value_of({"1", "2"}), "[1, 2]").kind == Kind::right);
}

TEST_CASE("prediction: what is no number is refused", "[step]") {
  CHECK_THROWS_AS(judge_prediction(value_of({"1"}), "ten"), Error);
  CHECK_THROWS_AS(judge_prediction(value_of({"1"}), "1/0"), Error);
  CHECK_THROWS_AS(judge_prediction(value_of({"1"}), "z1 ="), Error);
}

}  // namespace tracer
