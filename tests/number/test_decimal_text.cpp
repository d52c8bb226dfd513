// What a written number is made of.
#include "tests/catch.hpp"
#include "tracer/number/decimal_text.hpp"

using namespace tracer;

TEST_CASE("a written number is its digits, a point among them and a power of ten", "[number]") {
  const DecimalText number = *decimal_text("0.120e-3");
  CHECK(number.digits == "0120");
  CHECK(number.places == 3);
  CHECK(number.exponent == -3);
  CHECK((number.has_point && number.has_exponent));
  CHECK(number.decimals() == 6);
  CHECK(number.significant() == 3);
}

TEST_CASE("decimals count the exponent, significant digits begin with the first that is not 0",
          "[number]") {
  const auto both = [](std::string_view text) {
    return std::pair(decimal_text(text)->decimals(), decimal_text(text)->significant());
  };
  CHECK(both("3") == std::pair(0L, 1L));
  CHECK(both("2.") == std::pair(0L, 1L));
  CHECK(both(".50") == std::pair(2L, 2L));
  CHECK(both("1.2e5") == std::pair(-4L, 2L));
  CHECK(both("0.00") == std::pair(2L, 0L));
  CHECK(both("1_000.5") == std::pair(1L, 5L));
  CHECK(both("1E+2") == std::pair(-2L, 1L));
}

TEST_CASE("an exponent that no number has is as large as any", "[number]") {
  CHECK(decimal_text("1e99999999999999999999")->exponent == 1'000'000);
  CHECK(decimal_text("1e-2000000")->exponent == -1'000'000);
}

TEST_CASE("what is no number has no digits", "[number]") {
  for (const std::string_view text : {"", ".", "-1", "+1", "1e", "1e+", "e5", "1.2.3", "1__0", "_1",
                                      "1_", "1 ", "0x10", "nan", "1,5"}) {
    CAPTURE(text);
    CHECK_FALSE(decimal_text(text));
  }
}
