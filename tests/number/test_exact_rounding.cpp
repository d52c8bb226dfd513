// Rounded working: the table of ties in the three modes, and intervals that can't be rounded.
#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/number/rounding.hpp"

#include <string>

namespace tracer {

namespace {

Exact number(const char* text) { return Exact(parse_rational(text)); }

struct Row {
  const char* value;
  const char* to;
  const char* half_away;
  const char* half_even;
  const char* truncated;
};

}  // namespace

TEST_CASE("round: the three modes differ as they should", "[number]") {
  const Row row = GENERATE(
      Row{"2.5", "0", "3", "2", "2"}, Row{"3.5", "0", "4", "4", "3"},
      Row{"-2.5", "0", "-3", "-2", "-2"}, Row{"-3.5", "0", "-4", "-4", "-3"},
      Row{"0.5", "0", "1", "0", "0"}, Row{"-0.5", "0", "-1", "0", "0"},
      Row{"2.4999", "0", "2", "2", "2"}, Row{"2.5001", "0", "3", "3", "2"},
      Row{"-2.9", "0", "-3", "-3", "-2"}, Row{"0.03916376", "4", "0.0392", "0.0392", "0.0391"},
      Row{"1.00005", "4", "1.0001", "1", "1"},
      Row{"-1.00015", "4", "-1.0002", "-1.0002", "-1.0001"}, Row{"7", "4", "7", "7", "7"},
      Row{"0", "3", "0", "0", "0"}, Row{"0.00004", "4", "0", "0", "0"},
      Row{"12345", "3sig", "12300", "12300", "12300"},
      Row{"12350", "3sig", "12400", "12400", "12300"},
      Row{"12450", "3sig", "12500", "12400", "12400"},
      Row{"0.00098765", "2sig", "0.00099", "0.00099", "0.00098"},
      Row{"-9.996", "3sig", "-10", "-10", "-9.99"},
      Row{"0.0012345", "4sig", "0.001235", "0.001234", "0.001234"},
      Row{"0", "4sig", "0", "0", "0"});
  CAPTURE(row.value, row.to);
  const auto in = [&](RoundingMode mode) {
    return round(number(row.value), parse_rounding(row.to, mode));
  };
  CHECK(in(RoundingMode::half_away) == number(row.half_away));
  CHECK(in(RoundingMode::half_even) == number(row.half_even));
  CHECK(in(RoundingMode::truncate) == number(row.truncated));
}

TEST_CASE("round: an interval that rounds to one number becomes that rational", "[number]") {
  const Exact e = exp(Exact(1).with({200, 9000}));
  const Exact four = round(e, Rounding{4, false, RoundingMode::half_away});
  CHECK(four.is_rational());
  CHECK(four == number("2.7183"));
  CHECK(four.working() == Working{200, 9000});
  CHECK(round(e, Rounding{3, true, RoundingMode::truncate}) == number("2.71"));
  const Exact zero = sin(Exact(1)) * sin(Exact(1)) + cos(Exact(1)) * cos(Exact(1)) - 1;
  CHECK(round(zero, Rounding{4, false, RoundingMode::half_away}) == 0);
  CHECK_THROWS_AS(round(zero, Rounding{4, true, RoundingMode::half_away}), Undecided);
  CHECK_THROWS_AS(round(zero + 2, Rounding{4, false, RoundingMode::truncate}), Undecided);
  CHECK_THROWS_AS(round(e, Rounding{60, false, RoundingMode::half_away}), Undecided);
  CHECK_THROWS_AS(round(exp(exp(Exact(20))), Rounding{}), DomainError);
  CHECK(round(exp(-exp(Exact(20))), Rounding{}) == 0);
}

TEST_CASE("parse_rounding: decimals or significant digits, nothing else", "[number]") {
  CHECK(parse_rounding("4", RoundingMode::half_away).digits == 4);
  CHECK_FALSE(parse_rounding("4", RoundingMode::half_away).significant);
  CHECK(parse_rounding("12sig", RoundingMode::truncate).significant);
  CHECK(parse_rounding("12sig", RoundingMode::truncate).mode == RoundingMode::truncate);
  CHECK(parse_rounding("1000", RoundingMode::half_even).digits == 1000);
  for (const char* text :
       {"", "sig", "4.5", "4 sig", "x", "-1", "1001", "0sig", "99999999999999", "4sigs", "+4"}) {
    CAPTURE(text);
    CHECK_THROWS_AS(parse_rounding(text, RoundingMode::half_away), Error);
  }
  CHECK_THROWS_WITH(
      parse_rounding("4x", RoundingMode::half_away),
      "'4x' is not a rounding; write 4 for four decimals, 4sig for four significant digits");
  CHECK_THROWS_WITH(parse_rounding("0sig", RoundingMode::half_away),
                    "can't round to 0sig digits; from 1 to 1000 are possible");
}

}  // namespace tracer
