// How precisely numbers in text were written: what a comparison may hold against them.
#include <cmath>
#include <random>

#include <fmt/format.h>

#include "tests/catch.hpp"
#include "tracer/claims/named_arrays.hpp"
#include "tracer/claims/text_arrays.hpp"

using namespace tracer;

namespace {

NamedArray read(const std::string& numbers) {
  return parse_named_arrays("{\"W\": [" + numbers + "]}", "f", "f").at(0);
}
std::vector<double> half_units(const std::string& numbers) {
  std::vector<double> units;
  for (const long double unit : read(numbers).half_units)
    units.push_back(static_cast<double>(unit));
  return units;
}
using Units = std::vector<double>;

}  // namespace

TEST_CASE("a written number: value, significant digits, decimals", "[claims]") {
  const auto check = [](std::string_view text, long double value, int digits, int decimals) {
    CAPTURE(text);
    const auto number = printed_number(text);
    REQUIRE(number);
    CHECK(number->value == value);
    CHECK(number->digits == digits);
    CHECK(number->decimals == decimals);
  };
  check("-3.8703", -3.8703L, 5, 4);
  check("0.0120", 0.012L, 3, 4);
  check("1.02e-3", 0.00102L, 3, 5);
  check("1.23E+5", 123000, 3, -3);
  check("120", 120, 3, 0);
  check(".5", 0.5L, 1, 1);
  check("2.", 2, 1, 0);
  check("+7", 7, 1, 0);
  check("−0.25", -0.25L, 2, 2);
  check("0.00", 0, 0, 2);
  check("1e-9999", 0, 1, 9999);
  CHECK(std::isinf(printed_number("1e9999")->value));
  CHECK(std::isnan(printed_number("-nan")->value));
  CHECK(printed_number("-Infinity")->value < 0);
  for (const std::string_view text :
       {"", "-", "+-1", "--1", "1,5", "1 ", "0x10", "1e", "e5", "1_000", "nano", "1.2.3", "one"}) {
    CAPTURE(text);
    CHECK_FALSE(printed_number(text));
  }
}

TEST_CASE("a value has 64 bits of mantissa where the processor has them", "[claims]") {
  CHECK(printed_number("0.1")->value == 0.1L);
  CHECK(printed_number("3.14159265358979323846")->value == 3.14159265358979323846L);
}

TEST_CASE("decimals: half a unit of the last one written in the array", "[claims]") {
  CHECK(half_units("1.0583, 0.5, -2") == Units{5e-5, 5e-5, 5e-5});
  CHECK(half_units("0.31, 0.02") == Units{5e-3, 5e-3});  // two digits are rounded numbers
  CHECK(half_units("0.317, 0") == Units{5e-4, 5e-4});
  CHECK(half_units("-2") == Units{});
  CHECK(half_units("0, 0.0") == Units{5e-3, 5e-3});  // of zeros alone nobody knows
  CHECK(half_units("0, -0") == Units{5e-3, 5e-3});
  CHECK(half_units("0") == Units{5e-3});
  CHECK(half_units("0, 1") == Units{});  // but beside a number that was counted they are counted
}

TEST_CASE("decimals: three entries or more tell the last one themselves", "[claims]") {
  CHECK(half_units("0.02, -0.01, 0.03") == Units{5e-3, 5e-3, 5e-3});
  CHECK(half_units("0.3, -0.1, 2, 0") == Units(4, 0.05));
  CHECK(half_units("0.02, 0, 1e-3") == Units(3, 5e-4));
  CHECK(half_units("0.02, -0.01") == Units{5e-3, 5e-3});
  CHECK(half_units("1.0, -2.0, 3.0") == Units{});  // Python writes whole numbers so
  CHECK(half_units("0.0, 0.0, 0.0, 0.0") == Units(4, 5e-3));
  CHECK(half_units("1, -2, 3") == Units{});
  CHECK(half_units("0.30000000000000004, 0.5, 0.1") == Units{});  // a machine's
  // and they tell the others of the file
  const auto arrays =
      parse_named_arrays(R"({"W": [0.02, -0.01, 0.03], "b": [0.05, 0.1]})", "f", "f");
  REQUIRE(arrays[1].half_units.size() == 2);
  CHECK(static_cast<double>(arrays[1].half_units[0]) == 5e-3);
}

TEST_CASE("how numbers were written is said", "[claims]") {
  CHECK(read("1.0583, 0.5, -2").written == "4 decimals");
  CHECK(read("0.02, -0.01, 0.03").written == "2 decimals");
  CHECK(read("0.3, -0.1, 2.5").written == "1 decimal");
  CHECK(read("0.123457, 0.00123457, 12.3457, 0").written == "6 significant digits");
  CHECK(read("1.23e+2, 4.56e+1").written == "3 significant digits");
  CHECK(read("123, 4567").written == "no decimals");
  CHECK(read("-2").written == "");  // exact
  CHECK(read("0.30000000000000004").written == "");
}

TEST_CASE("decimals: of an array with few digits the others of the file tell them", "[claims]") {
  const auto arrays = parse_named_arrays(
      R"({"W": [0.3171, -0.25], "b": [0.0061, -0.0061], "c": -2, "d": [1e-6]})", "f", "f");
  CHECK(arrays[1].half_units == std::vector<long double>(2, 5e-5L));
  CHECK(arrays[2].half_units ==
        std::vector<long double>{half_unit_of(3)});  // 4 digits, or 4 decimals
  CHECK(arrays[3].half_units == std::vector<long double>{5e-7L});
  // a whole number is what its neighbours are
  const auto two = parse_named_arrays(R"({"a": [0.31, 0.2], "b": -2})", "f", "f");
  CHECK(two[0].half_units == std::vector<long double>(2, half_unit_of(2)));
  CHECK(two[1].half_units == std::vector<long double>{half_unit_of(1)});
}

TEST_CASE("precision: even significant digits, or even decimals, of the file as a whole",
          "[claims]") {
  const auto units = [](const NamedArray& array) {
    Units made;
    for (const long double unit : array.half_units) made.push_back(static_cast<double>(unit));
    return made;
  };
  // "%.2g" and "%.3g", with zeros left out: the small ones have more decimals
  const auto two = parse_named_arrays(
      R"({"W": [[0.57, -0.0012], [1.3, 0.044]], "b": [0.2, 0.00031]})", "f", "f");
  CHECK(units(two[0]) == Units{5e-3, 5e-5, 0.05, 5e-4});
  CHECK(units(two[1]) == Units{5e-3, 5e-6});
  CHECK(two[0].written == "2 significant digits");
  CHECK(half_units("0.001, 0.37, 1e-05, 0.1, -0.011") == Units{5e-5, 5e-3, 5e-7, 5e-3, 5e-4});
  const auto three =
      parse_named_arrays(R"({"W": [0.573, 0.00122], "c": [12.5, 0.0441], "b": [0.12]})", "f", "f");
  CHECK(units(three[2]) == Units{5e-4});
  // "%.2f"
  const auto fixed =
      parse_named_arrays(R"({"W": [0.57, 12.31, -0.04], "b": [0.2], "c": 3})", "f", "f");
  CHECK(units(fixed[0]) == Units(3, 5e-3));
  CHECK(units(fixed[1]) == Units{5e-3});
  CHECK(units(fixed[2]) == Units{5e-3});
  CHECK(fixed[0].written == "2 decimals");
  // a loss with all its digits beside them is judged by itself
  const auto loss = parse_named_arrays(
      R"({"L": 0.693147, "W": [0.57, 12.31, -0.04, 0.33, 0.78, 1.15], "b": [0.2]})", "f", "f");
  CHECK(units(loss[0]) == Units{5e-7});
  CHECK(units(loss[2]) == Units{5e-3});
}

TEST_CASE("7 to 9 digits are float32 numbers, be it two of them", "[claims]") {
  CHECK(read("0.88079709, 0.41997433").precision.name == "float32");
  CHECK(read("0.8807971").precision.name == "float32");
  CHECK(read("0.88079708, 0.123456785, 0.1234568").precision.name == "float64");  // one is none
}

TEST_CASE("significant digits, as cout and %g print: half a unit of each entry's own", "[claims]") {
  const auto units = half_units("0.123457, 0.00123457, 1.23457e-05, 12.3457, 0");
  REQUIRE(units.size() == 5);
  CHECK(units[0] == 5e-7);
  CHECK(units[1] == 5e-9);
  CHECK(units[2] == 5e-11);
  CHECK(units[3] == 5e-5);
  CHECK(units[4] == 5e-11);
  // "%.3e"
  CHECK(half_units("1.234e+02, 5.000e-01") == Units{0.05, 5e-5 * 1});
}

TEST_CASE("15 digits anywhere: a machine printed every number of the file", "[claims]") {
  const auto arrays =
      parse_named_arrays(R"({"a": [0.30000000000000004, 0.5], "b": -2.25, "c": 0.1})", "f", "f");
  for (const NamedArray& array : arrays) CHECK(array.half_units.empty());
  CHECK(arrays[0].values[0] == static_cast<long double>(0.1 + 0.2));  // the float64, not the text
  CHECK(arrays[0].precision.name == "float64");
}

namespace {

// n standard normal numbers, as `write` prints them, separated by commas
template <class Write>
std::string drawn(int n, const Write& write) {
  std::mt19937 engine(3);
  std::normal_distribution<double> normal;
  std::string text;
  for (int k = 0; k < n; ++k) text += (k == 0 ? "" : ", ") + write(normal(engine));
  return text;
}

}  // namespace

TEST_CASE("float32 numbers are recognised, however they were printed", "[claims]") {
  const auto widened = [](double x) {
    return fmt::format("{}", static_cast<double>(static_cast<float>(x)));
  };
  const auto shortest = [](double x) { return fmt::format("{}", static_cast<float>(x)); };
  const auto nine = [](double x) {
    return fmt::format("{:.9g}", static_cast<double>(static_cast<float>(x)));
  };
  CHECK(read(drawn(20, widened)).precision.name == "float32");
  CHECK(read(drawn(20, shortest)).precision.name == "float32");
  CHECK(read(drawn(20, nine)).precision.name == "float32");
}

TEST_CASE("float64 numbers are not taken for float32 ones", "[claims]") {
  for (const char* format : {"{}", "{:.17g}", "{:.9g}", "{:.10f}", "{:.6g}", "{:.4f}"}) {
    CAPTURE(format);
    const auto print = [&](double x) { return fmt::format(fmt::runtime(format), x); };
    CHECK(read(drawn(20, print)).precision.name == "float64");
  }
  CHECK(read("1, 0.5, -2.25, 0.375").precision.name == "float64");
  CHECK(read("0.1, 0.2, 123456789").precision.name == "float64");
}
