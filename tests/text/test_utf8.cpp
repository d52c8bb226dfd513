// Decoding, and what a character is.
#include "tests/catch.hpp"
#include "tracer/text/utf8.hpp"

using namespace tracer;

TEST_CASE("UTF-8 is decoded, encoded and counted", "[text]") {
  for (const char32_t code : {U'a', U'β', U'∂', U'𝑥', U'\uFFFD'}) {
    const std::string text = utf8::encode(code);
    CHECK(utf8::decode(text, 0).code == code);
    CHECK(utf8::decode(text, 0).length == text.size());
    CHECK(utf8::find_invalid(text) == std::string::npos);
    CHECK(utf8::find_invalid(text.substr(0, text.size() - 1) + " ") ==
          (text.size() == 1 ? std::string::npos : 0));
  }
  CHECK(utf8::find_invalid("ab\xF4\x90\x80\x80") == 2);  // past U+10FFFF
  CHECK(utf8::find_invalid("ab\xE2\x88") == 2);
  CHECK(utf8::count("β∂𝑥") == 3);
  CHECK(utf8::is_letter(U'σ'));
  CHECK_FALSE(utf8::is_letter(U'×'));
  CHECK_FALSE(utf8::is_letter(U'∂'));
  CHECK_FALSE(utf8::is_letter(U'²'));
}

TEST_CASE("what is no UTF-8 is one U+FFFD a byte: too long a form, half a UTF-16 pair", "[text]") {
  for (const std::string bytes : {"\xC0\xAF", "\xED\xA0\x80", "\xFF"}) {
    CHECK(utf8::decode(bytes, 0).code == 0xFFFD);
    CHECK(utf8::decode(bytes, 0).length == 1);
  }
}

TEST_CASE("names begin with a letter of any alphabet, and accents stay on it", "[text]") {
  for (const char32_t letter : {U'_', U'é', U'д', U'ℓ', U'𝑥', U'猫', U'ー', U'ש'})
    CHECK(utf8::is_letter(letter));
  for (const char32_t sign : {U'ᵀ', U'ⱼ', U'ⁿ', U'′', U'𝛁', U'1', U'\u0302'})
    CHECK_FALSE(utf8::is_letter(sign));
  CHECK(utf8::continues_name(U'\u0302'));
  CHECK(utf8::continues_name(U'7'));
  CHECK_FALSE(utf8::continues_name(U'²'));
}
