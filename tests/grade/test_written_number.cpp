// Numbers as people write them.
#include "tests/catch.hpp"
#include "tracer/error.hpp"
#include "tracer/grade/plain_signs.hpp"
#include "tracer/grade/written_number.hpp"

using namespace tracer;

namespace {

WrittenNumber number(const std::string& text, Comma comma = Comma::unknown) {
  return read_number(plain_signs(text), comma);
}

std::string refusal(const std::string& text) {
  try {
    read_value(plain_signs(text));
    return "";
  } catch (const Error& error) {
    return error.what();
  }
}

}  // namespace

TEST_CASE("a number is read in every way in which it is written", "[grade][number]") {
  for (const std::string text :
       {"-0.0019", "−0.0019", "–0.0019", "-1.9e-3", "-1.9E-03", "-1.9·10^-3", "−1.9×10⁻³",
        "-1.9 * 10^(-3)", "- 0.0019", "-1.9*10**-3", "-0,0019", "-1,9e-3", "-.0019"}) {
    CAPTURE(text);
    CHECK(number(text).value == Rational(-19, 10000));
  }
  CHECK(number("1/3").value == Rational(1, 3));
  CHECK(number("-1 / 3").value == Rational(-1, 3));
  CHECK(number("½").value == Rational(1, 2));
  CHECK(number("+2").value == 2);
  CHECK(number("1,234,567").value == 1234567);
  CHECK(number("1,234.5").value == Rational(2469, 2));
  CHECK(number("1e400").value == power_of_ten(400));
}

TEST_CASE("how finely a number is written is read with it", "[grade][number]") {
  CHECK(number("1.020").decimals == 3);
  CHECK(number("1.02e-3").decimals == 5);
  CHECK(number("12e3").decimals == -3);
  CHECK(number("0.0102").significant == 3);
  CHECK(number("2").whole);
  CHECK_FALSE(number("2.0").whole);
  CHECK(number("1/3").fraction);
  CHECK(number("0.333...").goes_on);
  CHECK(number("0.333…").value == Rational(333, 1000));
}

TEST_CASE("a decimal comma is read where it can only be one", "[grade][number]") {
  CHECK(number("1,02").value == Rational(51, 50));
  CHECK(number("0,764").value == Rational(191, 250));
  CHECK(refusal("1,764") == "'1,764' may be a decimal or thousands: write a point");
  CHECK(number("1,764", Comma::decimal).value == Rational(441, 250));
  CHECK(surely_decimal_comma("-1,9164"));
  CHECK_FALSE(surely_decimal_comma("1,764"));
  CHECK_FALSE(surely_decimal_comma("1,2,3"));
}

TEST_CASE("what is no number says so", "[grade][number]") {
  CHECK(refusal("nan") == "'nan' is no number");
  CHECK(refusal("inf") == "'inf' is no number");
  CHECK(refusal("1.02*z + 0.02") ==
        "'1.02*z + 0.02' is no number: write what it comes to, after another =");
  CHECK(refusal("1/0") == "'1/0' divides by 0");
  CHECK(refusal("1e99999") == "'1e99999' is out of reach");
  CHECK(refusal("1.2.3") != "");
  CHECK(refusal("--1") != "");
  CHECK(refusal("1 2") != "");
  CHECK(refusal("e5") != "");
  CHECK(refusal(std::string(20000, '9')) != "");
  CHECK(refusal(std::string(39, 'x') + "éé") == "'" + std::string(39, 'x') + "...' is no number");
}

TEST_CASE("a remark may follow a number", "[grade][number]") {
  for (const std::string text : {"2.06 (z1 > 0)", "2.06    z1 > 0: passed on", "2.06.", "(2.06)"}) {
    CAPTURE(text);
    CHECK(read_value(plain_signs(text)).numbers.at(0).value == Rational(103, 50));
  }
}

TEST_CASE("a matrix is read as Python, MATLAB and NumPy write it", "[grade][number]") {
  for (const std::string text : {"[[1, 2], [3, 4]]", "[1, 2; 3, 4]", "[1 2; 3 4]",
                                 "[[1. 2.]   [3. 4.]]", "np.array([[1, 2], [3, 4]])"}) {
    CAPTURE(text);
    const WrittenValue value = read_value(text);
    CHECK(value.rows == 2);
    CHECK(value.columns == 2);
    CHECK_FALSE(value.flat);
    REQUIRE(value.numbers.size() == 4);
    CHECK(value.numbers[1].value == 2);
    CHECK(value.numbers[2].value == 3);
  }
  CHECK(read_value("[1, 2]").flat);
  CHECK(read_value("[[1], [2]]").rows == 2);
  CHECK(refusal("[[1, 2], [3]]") == "its rows have different lengths");
  CHECK(refusal("[]") == "there is no number in it");
  CHECK(refusal("[1, 2") == "a bracket is not closed");
  CHECK(refusal("[1[2]]") == "numbers stand beside its inner brackets");
  CHECK(refusal("[[1] 2]") == "numbers stand beside its inner brackets");
  CHECK(refusal("[1, x]") == "'x' is no number");
}
