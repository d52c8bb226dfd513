// When a written number is a computed one.
#include "tests/catch.hpp"
#include "tracer/grade/agreement.hpp"

using namespace tracer;

namespace {

Accord of(const Exact& computed, const std::string& written, PagePrecision page = {4}) {
  return agreement(computed, read_number(written), page);
}

Exact exactly(const std::string& text) { return Exact(parse_rational(text)); }

constexpr Accord yes = Accord::yes;
constexpr Accord careless = Accord::careless;
constexpr Accord no = Accord::no;

}  // namespace

TEST_CASE("what rounds to the digits written is right, a tie either way", "[grade]") {
  CHECK(of(exactly("-3.832752"), "-3.8328") == yes);
  CHECK(of(exactly("-3.832752"), "-3.83") == yes);
  CHECK(of(exactly("0.12345"), "0.1234") == yes);
  CHECK(of(exactly("0.12345"), "0.1235") == yes);
  CHECK(of(Exact(Rational(1, 3)), "1/3") == yes);
  CHECK(of(exactly("0.3333"), "1/3") == no);
  CHECK(of(Exact(Rational(2, 3)), "0.666...") == yes);
  CHECK(of(exp(Exact(1)), "2.7183") == yes);
}

TEST_CASE("off by one in the last digit is careless, where there was something to round",
          "[grade]") {
  CHECK(of(exactly("1.108785"), "1.1087") == careless);
  CHECK(of(exactly("1.108785"), "1.1089") == careless);
  CHECK(of(exactly("1.108785"), "1.1086") == no);
  CHECK(of(exactly("2.06"), "2.07") == no);  // nothing was rounded
  CHECK(of(exactly("-2"), "-1", {0}) == no);
  CHECK(of(exactly("0.00006"), "0.0000") == careless);  // cut off
  CHECK(of(exactly("0.00004"), "0.0001") == no);  // one digit, and that is the one that is off
  CHECK(of(exactly("-0.03916"), "0.0391") == no);
}

TEST_CASE("a whole number has its zeros left away, and a longer one has not", "[grade]") {
  CHECK(of(exactly("1.0583"), "1") == no);
  CHECK(of(exactly("1.0583"), "1", {0}) == yes);
  CHECK(of(exactly("1.00001"), "1") == yes);
  CHECK(of(exactly("1234.6"), "1235") == yes);
  CHECK(of(exactly("0.3"), "0") == no);
}

TEST_CASE("where the page truncates, cut off is right", "[grade]") {
  const PagePrecision truncating{4, RoundingMode::truncate};
  CHECK(of(exactly("-3.832792"), "-3.8327", truncating) == yes);
  CHECK(of(exactly("-3.832792"), "-3.8328", truncating) == careless);
  CHECK(is_cut_off(exactly("1.108785"), read_number("1.1087"), {4}));
  CHECK_FALSE(is_cut_off(exactly("1.108785"), read_number("1.1088"), {4}));
}

TEST_CASE("a number is shown as it would stand in the place of the written one", "[grade]") {
  CHECK(in_its_place(exactly("-0.039164"), read_number("0.0389"), {4}) == "−0.0392");
  CHECK(in_its_place(exactly("1.06"), read_number("1"), {4}) == "1.0600");
  CHECK(in_its_place(exactly("12.3"), read_number("123"), {4}) == "12");
  CHECK(in_its_place(Exact(Rational(1, 3)), read_number("1/4"), {4}) == "1/3");
}

TEST_CASE("the usual decimals of a page are those that most of its numbers have", "[grade]") {
  std::vector<WrittenNumber> numbers;
  for (const std::string text : {"1", "2.06", "1.7649", "-3.8703", "1/3", "2"})
    numbers.push_back(read_number(text));
  std::vector<const WrittenNumber*> all;
  for (const WrittenNumber& number : numbers) all.push_back(&number);
  CHECK(page_precision(all).usual_decimals == 4);
  CHECK(page_precision({}).usual_decimals == 0);
}
